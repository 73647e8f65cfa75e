import type { DuckDBConnection } from '@duckdb/node-api';
import { didYouMean } from './nearest-name.ts';
import { type ParameterScope, type ScopeKind, scopeTitle } from './scopes.ts';

/** Where the names of each kind of scope are. */
const KNOWN: Readonly<Record<ScopeKind, string>> = {
  gateway: 'SELECT DISTINCT gateway FROM gateways ORDER BY 1',
  account: 'SELECT account FROM accounts ORDER BY 1',
  rateGroup: "SELECT DISTINCT rate_group FROM accounts WHERE rate_group <> '' ORDER BY 1",
};

/** A warning for each scope of a name that was never loaded: what it sets applies to no call. */
export async function unknownScopes(
  connection: DuckDBConnection,
  scopes: readonly ParameterScope[],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const kind of new Set(scopes.map((scope) => scope.kind))) {
    const known = ((await connection.runAndReadAll(KNOWN[kind])).getRows() as string[][]).map(([name]) => name);
    const names = new Set(known);
    for (const scope of scopes.filter((one) => one.kind === kind && !names.has(one.name))) {
      const missing =
        kind === 'rateGroup' ? 'no account is in a rate group of that name' : 'nothing of that name is loaded';
      warnings.push(
        `${scopeTitle(scope)}: its parameters apply to no call, because ${missing}${didYouMean(scope.name, known)}`,
      );
    }
  }
  return warnings;
}
