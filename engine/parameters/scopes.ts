import type { BillingParameters } from '../../rating/parameters.ts';
import type { ResolvedConfiguration } from './configuration.ts';
import type { ConfigurationValues } from './validate.ts';

/** What a parameter can be set for, narrowest first: the first that sets it wins over the others and over the system. */
export const scopeKinds = ['gateway', 'account', 'rateGroup'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** What is set for one gateway, account or rate group. */
export interface ParameterScope {
  readonly kind: ScopeKind;
  readonly name: string;
  readonly values: Partial<BillingParameters>;
  /** Such as `gateway in-7 in ratemill.json`. */
  readonly source: string;
}

/**
 * Who a leg of a call belongs to; null for nobody.
 *
 * The client leg has the mapping gateway (caller_gateway), the paying account and its rate group; it decides every
 * parameter of the call. The vendor leg has the routing gateway (callee_gateway), its clearing account and the rate
 * group of that; it decides SERVER_BILLING_FEE_PRECISTION and SERVER_BILLING_FEE_UNIT of the vendor fee, nothing else.
 */
export interface Leg {
  readonly gateway: string | null;
  readonly account: string | null;
  readonly rateGroup: string | null;
}

/** Parameters that apply to a leg, each with the source of its value; the narrowest scope wins. */
export function parametersFor(
  configuration: ResolvedConfiguration,
  leg: Leg,
): { readonly parameters: BillingParameters; readonly sources: Readonly<Record<string, string>> } {
  let { parameters, sources } = configuration;
  for (const kind of scopeKinds.toReversed()) {
    const scope = configuration.scopes.find((one) => one.kind === kind && one.name === leg[kind]);
    if (scope === undefined) continue;
    parameters = { ...parameters, ...scope.values };
    sources = { ...sources, ...Object.fromEntries(Object.keys(scope.values).map((name) => [name, scope.source])) };
  }
  return { parameters, sources };
}

/** The scopes of a configuration file, narrowest kind first; a scope that sets nothing is none. */
export function scopesOf(written: NonNullable<ConfigurationValues['scopes']>, file: string): ParameterScope[] {
  return scopeKinds.flatMap((kind) =>
    Object.entries(written[`${kind}s`] ?? {})
      .filter(([, values]) => Object.keys(values).length > 0)
      .map(([name, values]) => ({ kind, name, values, source: `${scopeTitle({ kind, name })} in ${file}` })),
  );
}

/** A scope as sentences and tables call it, such as `rate group retail`. */
export function scopeTitle({ kind, name }: Pick<ParameterScope, 'kind' | 'name'>): string {
  return `${scopeWords[kind]} ${name}`;
}

export const scopeWords: Readonly<Record<ScopeKind, string>> = {
  gateway: 'gateway',
  account: 'account',
  rateGroup: 'rate group',
};
