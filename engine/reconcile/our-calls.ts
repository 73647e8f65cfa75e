import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../sql-text.ts';
import { digitsOrNullSql, withoutPrefixSql } from './field-sql.ts';
import type { ColumnMap } from './map-settings.ts';

/** Whose calls are compared: those a paying account is charged for, or those a clearing account charges us for. */
export type Leg = 'client' | 'vendor';

/**
 * Reads our calls of an account into the temporary table `ours`: `our_no` from 1, `softswitch_id`, `flow_no`, `number`,
 * `caller`, `id`, `at_ms` (milliseconds since 1970 UTC), `duration_ms`, `money` (null while no rate is known), `rate_id`.
 * Calls that wait for a rate or an account are ours as well.
 *
 * @param fromMs first instant, @param toMs first instant after
 */
export async function readOurCalls(
  connection: DuckDBConnection,
  {
    account,
    leg,
    map,
    fromMs,
    toMs,
  }: {
    readonly account: string;
    readonly leg: Leg;
    readonly map: ColumnMap;
    readonly fromMs: number;
    readonly toMs: number;
  },
): Promise<void> {
  const at = map.time === 'answer' ? 'answered_at' : 'start_at';
  const billed = map.duration === 'billed';
  const billing = 'substr(callee_e164, 1 + stripped_characters)';
  const of =
    leg === 'client'
      ? {
          account: 'account_id',
          number: billing,
          seconds: billed ? 'fee_time' : 'hold_time',
          money: 'fee',
          rate: 'rate_id',
        }
      : {
          account: 'vendor_account_id',
          number: `coalesce(callee_to_gateway_e164, ${billing})`,
          seconds: billed ? 'coalesce(vendor_fee_time, hold_time)' : 'hold_time',
          money: 'vendor_fee',
          rate: 'vendor_rate_id',
        };
  const calls = (table: string, money: string) =>
    `SELECT softswitch_id, flow_no, ${of.number} AS number, caller_e164 AS caller, sip_call_id, ${at} AS begun_at,
       ${of.seconds} AS seconds, ${money} AS money, ${of.rate} AS rate_id
     FROM ${table}
     WHERE ${of.account} = (SELECT id FROM call_names WHERE kind = 'account' AND name = ${sqlText(account)})
       AND ${at} >= make_timestamptz(${fromMs * 1000}::BIGINT) AND ${at} < make_timestamptz(${toMs * 1000}::BIGINT)`;
  await connection.run(
    `CREATE TEMP TABLE ours AS
     SELECT row_number() OVER (ORDER BY begun_at, softswitch_id, flow_no)::INTEGER AS our_no, softswitch_id, flow_no,
       ${withoutPrefixSql('number', map.ourTechPrefix)} AS number, ${digitsOrNullSql('caller')} AS caller,
       ${map.idIs === 'flow_no' ? 'flow_no::VARCHAR' : 'sip_call_id'} AS id, epoch_ms(begun_at) AS at_ms,
       seconds::BIGINT * 1000 AS duration_ms, money, rate_id
     FROM (SELECT * REPLACE (ltrim(number, '+') AS number, ltrim(caller, '+') AS caller)
       FROM (${calls('calls', of.money)} UNION ALL ${calls('waiting_calls', leg === 'client' ? 'NULL' : of.money)}))`,
  );
}
