import type { DuckDBConnection, Json } from '@duckdb/node-api';
import { type Check, checks } from './verify/checks.ts';

/** What a check came to; examples are the first few rows that break it. */
export interface CheckResult {
  readonly name: string;
  readonly meaning: string;
  readonly rows: number;
  readonly violations: number;
  readonly examples: readonly Record<string, Json>[];
}

/** Rows shown of those that break an invariant. */
const EXAMPLES = 5;

/** Checks all invariants over the whole database. */
export async function verifyDatabase(
  connection: DuckDBConnection,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    results.push(await run(connection, check));
    onProgress(results.length, checks.length);
  }
  return results;
}

async function run(connection: DuckDBConnection, { name, meaning, over, violations }: Check): Promise<CheckResult> {
  const counted = await connection.runAndReadAll(
    `SELECT coalesce((${over}), 0)::DOUBLE, (SELECT count(*) FROM (${violations}))::DOUBLE`,
  );
  const [rows, count] = counted.getRows()[0] as number[];
  if (count === 0) return { name, meaning, rows, violations: 0, examples: [] };
  const shown = await connection.runAndReadAll(`SELECT * FROM (${violations}) LIMIT ${EXAMPLES}`);
  return { name, meaning, rows, violations: count, examples: shown.getRowObjectsJson() };
}
