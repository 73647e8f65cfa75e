import type { BillingParameters } from '../../rating/parameters.ts';
import type { ResolvedConfiguration } from './configuration.ts';

export const scopeKinds = ['gateway', 'account', 'rateGroup'] as const;
export type ScopeKind = (typeof scopeKinds)[number];
export interface ParameterScope {
  readonly kind: ScopeKind;
  readonly name: string;
  readonly values: Partial<BillingParameters>;
  readonly source: string;
}
export interface Leg {
  readonly gateway: string | null;
  readonly account: string | null;
  readonly rateGroup: string | null;
}
export function parametersFor(
  configuration: ResolvedConfiguration,
  leg: Leg,
): { readonly parameters: BillingParameters; readonly sources: Readonly<Record<string, string>> } {
  let { parameters, sources } = configuration;
  for (const kind of [...scopeKinds].reverse())
    for (const scope of configuration.scopes)
      if (scope.kind === kind && scope.name === leg[kind]) {
        parameters = { ...parameters, ...scope.values };
        sources = { ...sources, ...Object.fromEntries(Object.keys(scope.values).map((n) => [n, scope.source])) };
      }
  return { parameters, sources };
}
