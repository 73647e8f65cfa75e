import { Decimal } from 'decimal.js';
import { overlaps, parsePatterns, tooBroad } from '../../rating/number-pattern.ts';
import type { BillingParameters } from '../../rating/parameters.ts';
import { type ParameterScope, scopeTitle } from './scopes.ts';

/**
 * What is allowed and yet probably not meant, a sentence each: of the system values, of the values as they result within
 * each scope, and of --set where scopes keep a value of their own.
 */
export function configurationWarnings(
  parameters: BillingParameters,
  scopes: readonly ParameterScope[],
  set: Partial<BillingParameters>,
): string[] {
  const ofSystem = parameterWarnings(parameters);
  const ofScopes = scopes.flatMap((scope) =>
    checksOf(scope.values)
      .flatMap(({ warnings }) => warnings({ ...parameters, ...scope.values }))
      .filter((warning) => !ofSystem.includes(warning))
      .map((warning) => `${scopeTitle(scope)}: ${warning}`),
  );
  return [...ofSystem, ...ofScopes, ...keptByScopes(scopes, set)];
}

/** The warnings of one set of values. */
export function parameterWarnings(parameters: BillingParameters): string[] {
  return checksOf(parameters).flatMap(({ warnings }) => warnings(parameters));
}

/**
 * The checks that read one of the given values. Without this choice a long list of the system would be compared again
 * for each of thousands of accounts.
 */
function checksOf(values: Partial<BillingParameters>) {
  return checks.filter(({ reads }) => reads.some((name) => name in values));
}

const checks = [
  { reads: ['SERVER_BILLING_NO_CDR_E164S', 'SERVER_BILLING_FREE_E164S'], warnings: listWarnings },
  { reads: ['SERVER_BILLING_FEE_PRECISTION', 'SERVER_BILLING_FEE_UNIT'], warnings: unitWarnings },
] as const;

function listWarnings({ SERVER_BILLING_NO_CDR_E164S, SERVER_BILLING_FREE_E164S }: BillingParameters): string[] {
  const noCdr = patternsOf(SERVER_BILLING_NO_CDR_E164S);
  const free = patternsOf(SERVER_BILLING_FREE_E164S);
  const both = overlaps(noCdr, free).map(({ noCdr: a, free: b }) => (a === b ? a : `${a} and ${b}`));
  const warnings: string[] = [];
  if (both.length > 0) {
    warnings.push(
      `SERVER_BILLING_NO_CDR_E164S and SERVER_BILLING_FREE_E164S overlap (${someOf(both)}): calls on both leave no record`,
    );
  }
  for (const [name, patterns, effect] of [
    ['SERVER_BILLING_NO_CDR_E164S', noCdr, 'leaves no record and no charge'],
    ['SERVER_BILLING_FREE_E164S', free, 'is free'],
  ] as const) {
    for (const pattern of tooBroad(patterns)) {
      const digits = pattern.slice(0, -1);
      warnings.push(`${name}: ${pattern} is very broad: every call to a number that begins with ${digits} ${effect}`);
    }
  }
  return warnings;
}

/** The fee is rounded to the precision before it is rounded to the unit (rating.md, "Fee"). */
function unitWarnings({ SERVER_BILLING_FEE_PRECISTION, SERVER_BILLING_FEE_UNIT }: BillingParameters): string[] {
  const last = new Decimal(10).pow(-SERVER_BILLING_FEE_PRECISTION);
  if (!last.gt(SERVER_BILLING_FEE_UNIT)) return [];
  const effect = last.mod(SERVER_BILLING_FEE_UNIT).isZero()
    ? 'has no effect'
    : 'only moves fees off their last decimal';
  return [
    `SERVER_BILLING_FEE_UNIT ${SERVER_BILLING_FEE_UNIT} is finer than SERVER_BILLING_FEE_PRECISTION ` +
      `${SERVER_BILLING_FEE_PRECISTION} allows (${last.toFixed()}), and ${effect}`,
  ];
}

function keptByScopes(scopes: readonly ParameterScope[], set: Partial<BillingParameters>): string[] {
  return Object.keys(set).flatMap((name) => {
    const keeping = scopes.filter(({ values }) => name in values).map(scopeTitle);
    return keeping.length === 0
      ? []
      : [`--set ${name} changes the system value; these keep a value of their own: ${someOf(keeping)}`];
  });
}

function patternsOf(list: string): string[] {
  const parsed = parsePatterns(list);
  return 'patterns' in parsed ? parsed.patterns : [];
}

/** The first five, and how many more there are. */
function someOf(entries: readonly string[]): string {
  const rest = entries.length - 5;
  return entries.slice(0, 5).join(', ') + (rest > 0 ? `, and ${rest} more` : '');
}
