import { type BillingParameters, billingParameters } from '../../rating/parameters.ts';

/** Times of the INVITE between which calls are looked at: from ≤ start_at < until, milliseconds; null for an open end. */
export interface HistoryWindow {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/** What is changed for calls that were rated, everything else being as it was for each of them. */
export interface WhatIf {
  readonly window: HistoryWindow;
  readonly parameters: Partial<BillingParameters>;
  readonly quantiseRates?: boolean;
  /** Which rates are looked up anew: none but missing ones, all in the deck as it is loaded now, or all with files on top. */
  readonly deck: 'kept' | 'current' | { readonly files: readonly string[] };
}

/** What both legs of a call are rated under. A name in `scoped` is set for a gateway, account or rate group. */
export interface CallParameters {
  readonly client: BillingParameters;
  readonly vendor: BillingParameters;
  readonly quantiseRates: boolean;
  readonly newRates: boolean;
  readonly scoped: { readonly client: ReadonlySet<string>; readonly vendor: ReadonlySet<string> };
}

/** One change by itself: what its part of an impact is called, and what it makes of parameters. */
export interface Step {
  readonly cause: string;
  readonly change: (before: CallParameters) => CallParameters;
}

const LOOKED_UP_AFTER = 'SERVER_BILLING_FREE_TIME';

/** Looks ahead in money and not in the price of a call: it has its effect where accounts are replayed. */
export const advanceTime = 'SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME';

/** The changes to the price of calls, one by one, in the order of the path of a call (rating.md, "Cause"). */
export function priceSteps({ parameters, quantiseRates, deck }: WhatIf): Step[] {
  return billingParameters.flatMap(({ name }): Step[] => {
    const value = parameters[name];
    const own = value === undefined || name === advanceTime ? [] : [setting(name, value)];
    return name === LOOKED_UP_AFTER ? [...own, ...deckSteps(deck), ...quantising(quantiseRates)] : own;
  });
}

/** A parameter is changed as --set changes it: what a scope sets for a call stays. */
export function setting(name: keyof BillingParameters, value: number | string): Step {
  const leg = (parameters: BillingParameters, scoped: ReadonlySet<string>) => {
    return scoped.has(name) ? parameters : { ...parameters, [name]: value };
  };
  return {
    cause: name,
    change: (before) => ({
      ...before,
      client: leg(before.client, before.scoped.client),
      vendor: leg(before.vendor, before.scoped.vendor),
    }),
  };
}

function deckSteps(deck: WhatIf['deck']): Step[] {
  if (deck === 'kept') return [];
  return [{ cause: 'rates', change: (before) => ({ ...before, newRates: true }) }];
}

function quantising(quantiseRates: boolean | undefined): Step[] {
  if (quantiseRates === undefined) return [];
  return [{ cause: 'quantiseRates', change: (before) => ({ ...before, quantiseRates }) }];
}
