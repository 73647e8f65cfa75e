import type { DuckDBConnection } from '@duckdb/node-api';
import { type BillingParameters, billingParameters, vendorParameters } from '../../rating/parameters.ts';
import type { Parties } from '../../rating/parties.ts';
import { compilePlan } from '../../rating/plan.ts';
import { type Pricing, priceTariff } from '../../rating/pricing.ts';
import type { Rerating } from '../../rating/rerate-batch.ts';
import type { CompiledTariff } from '../../rating/tariff.ts';
import { storedParameters } from '../stored-parameters.ts';
import type { CallParameters, Step } from './what-if.ts';

/** The parameters some calls were rated under, and what a chain of steps makes of them, one after the other. */
export interface StoredPlan {
  readonly place: number;
  readonly runId: number;
  readonly parameterSet: number;
  readonly sources: {
    readonly client: Readonly<Record<string, string>>;
    readonly vendor: Readonly<Record<string, string>>;
  };
  /** First those of then, then after each step. */
  readonly parameters: readonly CallParameters[];
}

/** The plans of all calls of a window, as `window` limits the tables of calls (SQL). */
export async function readStoredPlans(
  connection: DuckDBConnection,
  window: string,
  steps: readonly Step[],
): Promise<StoredPlan[]> {
  const found = await connection.runAndReadAll(
    `SELECT run_id, parameter_set::INTEGER FROM (
       SELECT DISTINCT run_id, parameter_set FROM calls WHERE ${window}
       UNION SELECT DISTINCT run_id, parameter_set FROM waiting_calls WHERE ${window}
     ) ORDER BY ALL`,
  );
  const plans: StoredPlan[] = [];
  for (const [runId, parameterSet] of found.getRows() as number[][]) {
    const { client, vendor } = await storedParameters(connection, runId, parameterSet);
    const parameters: CallParameters[] = [
      {
        client: client.parameters,
        vendor: vendor.parameters,
        quantiseRates: client.quantiseRates,
        newRates: false,
        scoped: await scopedNames(connection, runId, parameterSet),
      },
    ];
    for (const { change } of steps) parameters.push(change(parameters[parameters.length - 1]));
    const sources = { client: client.sources, vendor: vendor.sources };
    plans.push({ place: plans.length, runId, parameterSet, sources, parameters });
  }
  return plans;
}

/** What a scope sets; a re-rated call may have a set for what it has of the run that rated it before. */
async function scopedNames(
  connection: DuckDBConnection,
  runId: number,
  set: number,
): Promise<CallParameters['scoped']> {
  const rows = await connection.runAndReadAll(
    `SELECT leg, name FROM run_parameter_sets WHERE run_id = ${runId} AND parameter_set = ${set}
       AND source NOT LIKE 'run %' AND source <> 're-rating'`,
  );
  const of = (leg: string) =>
    new Set((rows.getRows() as string[][]).flatMap(([of, name]) => (of === leg ? [name] : [])));
  return { client: of('client'), vendor: of('vendor') };
}

/** What rates are looked up in, and the terms of those that calls have. */
export interface Lookups {
  readonly parties: Parties;
  /** The deck as it is loaded now, and the one that a change of rates makes of it; places of terms are the same in both. */
  readonly current: CompiledTariff;
  readonly changed: CompiledTariff;
}

/** How the calls of a plan are rated after each step; steps that change nothing for them share what the last one has. */
export class Reratings {
  readonly #lookups: Lookups;
  readonly #pricings = new Map<string, Pricing>();

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** @param parameters as in StoredPlan; the result has one less: nothing is to be done for those of then */
  of(parameters: readonly CallParameters[]): Rerating[] {
    const [then] = parameters;
    let last: Rerating | undefined;
    return parameters.slice(1).map((step) => {
      const tariff = step.newRates ? this.#lookups.changed : this.#lookups.current;
      const pricing = this.#price(step, tariff);
      const newHoldTime =
        step.client.SERVER_BILLING_HOLD_TIME_PRECISION !== then.client.SERVER_BILLING_HOLD_TIME_PRECISION;
      const newVendorFees = changesVendorFees(then, step);
      const same = last?.pricing === pricing && last.newHoldTime === newHoldTime && last.newRates === step.newRates;
      const { parties } = this.#lookups;
      if (!same) last = { pricing, tariff, parties, newHoldTime, newRates: step.newRates, newVendorFees };
      return last as Rerating;
    });
  }

  #price({ client, vendor, quantiseRates, newRates }: CallParameters, tariff: CompiledTariff): Pricing {
    const key = JSON.stringify([client, vendorParameters.map((name) => vendor[name]), quantiseRates, newRates]);
    const known = this.#pricings.get(key);
    if (known !== undefined) return known;
    const pricing = priceTariff(tariff, compilePlan(client, quantiseRates, vendor));
    this.#pricings.set(key, pricing);
    return pricing;
  }
}

function changesVendorFees(then: CallParameters, now: CallParameters): boolean {
  return (
    now.quantiseRates !== then.quantiseRates || vendorParameters.some((name) => now.vendor[name] !== then.vendor[name])
  );
}

/** What has to be read of the calls of a window, so that plans can be applied to them. */
export interface Needs {
  /** Whether numbers of all calls are looked at. */
  readonly numbers: boolean;
  readonly times: boolean;
  /** Whether any rate is looked up. */
  readonly lookups: boolean;
  /** SQL by table: calls without a rate that may get one, or another status. */
  readonly unpriced: Readonly<Record<'calls' | 'waiting_calls', string>>;
  /** Set when no change has its effect before rule 10, and whether one has its effect on vendor fees (`repriceBatch`). */
  readonly prices?: { readonly vendor: boolean };
}

/** Parameters by which the price of a call changes, and nothing that comes before it. */
const PRICE_PARAMETERS: readonly (keyof BillingParameters)[] = [
  'SERVER_BILLING_FREE_TIME',
  'SERVER_BILLING_FEE_PRECISTION',
  'SERVER_BILLING_FEE_UNIT',
  'SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME',
];

/** What the changes of plans ask for: calls that no change concerns are not read. */
export function needsOf(plans: readonly StoredPlan[]): Needs {
  const changes = (name: keyof BillingParameters) =>
    plans.some(({ parameters: [then, ...later] }) => later.some((now) => now.client[name] !== then.client[name]));
  const newRates = plans.some(({ parameters }) => parameters.some((step) => step.newRates));
  const numbers =
    newRates ||
    changes('SERVER_BILLING_GATEWAY_ROUTE_PREFIX') ||
    changes('SERVER_BILLING_NO_CDR_E164S') ||
    changes('SERVER_BILLING_FREE_E164S');
  const freeTimes = plans.flatMap(({ parameters: [then, ...later] }) =>
    later.map(({ client }) => Math.sign(client.SERVER_BILLING_FREE_TIME - then.client.SERVER_BILLING_FREE_TIME)),
  );
  const [lessFreeTime, moreFreeTime] = [freeTimes.includes(-1), freeTimes.includes(1)];
  const holdTime = changes('SERVER_BILLING_HOLD_TIME_PRECISION');
  const concerned = [
    numbers ? 'true' : '',
    holdTime ? 'answered_at IS NOT NULL' : '',
    changes('SERVER_BILLING_RECORD_ILLEGAL_CALL') ? 'billing_mode = -1' : '',
    changes('SERVER_BILLING_RECORD_ZERO_HOLD_TIME') ? 'hold_time = 0' : '',
    changes('SERVER_BILLING_RECORD_SERVER_HANG_UP') ? 'end_direction = 2' : '',
  ];
  const anyOf = (conditions: string[]) => {
    const stated = conditions.filter((condition) => condition !== '');
    return stated.length === 0 ? 'false' : `(${stated.join(' OR ')})`;
  };
  const unpriced = {
    calls: anyOf([...concerned, lessFreeTime ? "status = 'within_free_time'" : '']),
    waiting_calls: anyOf([...concerned, moreFreeTime ? 'true' : '']),
  };
  const lookups = numbers || holdTime || lessFreeTime;
  const pricesOnly =
    !newRates && billingParameters.every(({ name }) => PRICE_PARAMETERS.includes(name) || !changes(name));
  const vendor = plans.some(({ parameters: [then, ...later] }) => later.some((now) => changesVendorFees(then, now)));
  return {
    ...(pricesOnly ? { prices: { vendor } } : {}),
    numbers,
    times: holdTime || newRates || numbers,
    lookups,
    unpriced,
  };
}
