import type { DuckDBConnection } from '@duckdb/node-api';
import { isRated, isWaiting, statuses } from '../../rating/status.ts';
import { keepSuperseded } from '../store/supersede.ts';

const named = (which: Uint8Array) => statuses.filter((_, code) => which[code] === 1).map(({ name }) => `'${name}'`);

/** By table of calls, which rows of `rerated` were in it, and whether they belong there now. */
const TABLES = [
  { table: 'calls', was: 'NOT waiting', belongs: `status IN (${named(isRated).join(', ')})` },
  { table: 'waiting_calls', was: 'waiting', belongs: `status IN (${named(isWaiting).join(', ')})` },
] as const;

/** What rating fills of a call, in the tables of calls and in `rerated`. */
const FILLED = [
  'status',
  'hold_time',
  'rate_id',
  'fee_time',
  'fee',
  'shortfall',
  'vendor_account_id',
  'vendor_rate_id',
  'vendor_fee_time',
  'vendor_fee',
] as const;

/**
 * Puts what calls come out as (`rerated`, see stage-rerated.ts) in the place of what they were, which goes to `superseded`.
 * A row that stays in its table is changed where it is: its texts need not be written again, and the table keeps no holes.
 *
 * @param setOfPlan by plan, the set of parameters the calls are rated under now
 */
export async function replaceCalls(
  connection: DuckDBConnection,
  runId: number,
  setOfPlan: readonly number[],
): Promise<void> {
  const values = [
    ['run_id', String(runId)],
    ['parameter_set', `([${setOfPlan.join(', ')}])[r.plan + 1]::USMALLINT`],
    ['stripped_characters', 'coalesce(r.stripped_characters, c.stripped_characters)'],
    ...FILLED.map((column) => [column, `r.${column}`]),
  ];
  for (const { table, was } of TABLES) {
    await keepSuperseded(connection, table, `rowid IN (SELECT row FROM rerated WHERE ${was})`, runId);
  }
  for (const { table, was, belongs } of TABLES) {
    await connection.run(
      `UPDATE ${table} c SET ${values.map(([column, value]) => `${column} = ${value}`).join(', ')}
       FROM (FROM rerated WHERE ${was} AND ${belongs}) r WHERE c.rowid = r.row`,
    );
  }
  for (const { table, was } of TABLES) {
    const [other] = TABLES.filter((one) => one.table !== table);
    await connection.run(
      `INSERT INTO ${other.table} SELECT c.* REPLACE (${values.map(([column, value]) => `${value} AS ${column}`).join(', ')})
       FROM ${table} c JOIN (FROM rerated WHERE ${was} AND ${other.belongs}) r ON c.rowid = r.row`,
    );
  }
  for (const { table, was, belongs } of TABLES) {
    await connection.run(
      `DELETE FROM ${table} WHERE rowid IN (SELECT row FROM rerated WHERE ${was} AND NOT ${belongs})`,
    );
  }
}
