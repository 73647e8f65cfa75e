/**
 * The same rating as plain DuckDB SQL: a join per prefix length and leg, exact integers.
 * node sql-rating.ts RATED-DATABASE DATABASE: reads events.parquet beside DATABASE, which it makes once from the events
 * that RATED-DATABASE stored (so it is spared reading Arrow, duplicates, rejected and unrecorded rows), and rates them
 * with the decks of RATED-DATABASE into finished rows of the same columns.
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { report } from './measure.ts';

const [rated, database] = process.argv.slice(2);
const events = join(dirname(database), 'events.parquet');
rmSync(database, { force: true });
const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
await connection.run(`ATTACH '${rated}' AS s (READ_ONLY); SET TimeZone = 'UTC'; SET preserve_insertion_order = false`);
if (!existsSync(events)) {
  const results = 'status, hold_time, rate_id, fee_time, fee, shortfall, vendor_rate_id, vendor_fee_time, vendor_fee';
  await connection.run(
    `COPY (SELECT * EXCLUDE (${results}) FROM (FROM s.calls UNION ALL FROM s.waiting_calls)) TO '${events}'`,
  );
}
const lengths = (
  await connection.runAndReadAll('SELECT DISTINCT length(prefix)::INTEGER AS n FROM s.rates ORDER BY n DESC')
).getRows() as number[][];

const started = performance.now();
await connection.run(`
  CREATE TEMP TABLE accounts AS SELECT n.id AS account_id, a.rate_group
    FROM s.call_names n JOIN s.accounts a ON a.account = n.name WHERE n.kind = 'account' AND a.rate_group <> '';
  CREATE TEMP TABLE gateways AS SELECT n.id AS gateway_id, a.rate_group
    FROM s.call_names n JOIN s.gateways g ON g.gateway = n.name AND g.direction = 'routing'
    JOIN s.accounts a ON a.account = g.account WHERE n.kind = 'gateway' AND a.rate_group <> '';
  CREATE TEMP TABLE deck AS SELECT *, length(prefix) AS n, (rate * 1000000)::BIGINT AS micros,
    (connect_fee * 60000000)::BIGINT AS connect,
    coalesce(effective_from, '-infinity'::TIMESTAMPTZ) AS since, coalesce(effective_until, 'infinity'::TIMESTAMPTZ) AS until
    FROM s.rates WHERE replaced_by_load IS NULL`);
await connection.run(`
CREATE TABLE calls AS
WITH timed AS (
  SELECT e.*, substr(e.callee_e164, 1 + e.stripped_characters) AS number,
    coalesce(ltrim(e.callee_to_gateway_e164, '+'), substr(e.callee_e164, 1 + e.stripped_characters)) AS sent,
    coalesce(epoch_ms(e.ended_at) - epoch_ms(e.answered_at), 0) AS ms, a.rate_group, g.rate_group AS vendor_group
  FROM '${events}' e LEFT JOIN accounts a USING (account_id) LEFT JOIN gateways g ON g.gateway_id = e.callee_gateway_id
), timed_held AS (SELECT *, ms // 1000 + CASE WHEN ms % 1000 >= 50 THEN 1 ELSE 0 END AS hold FROM timed),
held AS (SELECT *, CASE WHEN hold > 0 THEN number END AS client_number,
  CASE WHEN hold > 0 AND billing_mode <> -1 THEN sent END AS vendor_number FROM timed_held),
priced AS (
  SELECT held.*, coalesce(${lengths.map(([n]) => `c${n}.rate_id`).join(', ')}) AS client_rate_id,
    coalesce(${lengths.map(([n]) => `v${n}.rate_id`).join(', ')}) AS routing_rate_id
  FROM held
  ${lengths.map(([n]) => join1('c', n, 'rate_group', 'client_number')).join('\n')}
  ${lengths.map(([n]) => join1('v', n, 'vendor_group', 'vendor_number')).join('\n')}
), billed AS (
  SELECT priced.*, c.micros, c.connect, c.locked, v.micros AS v_micros, v.connect AS v_connect,
    v.locked AS v_locked,
    CASE WHEN hold <= c.first_increment THEN c.first_increment
      ELSE c.first_increment + (hold - c.first_increment + c.next_increment - 1) // c.next_increment * c.next_increment END AS c_seconds,
    CASE WHEN hold <= v.first_increment THEN v.first_increment
      ELSE v.first_increment + (hold - v.first_increment + v.next_increment - 1) // v.next_increment * v.next_increment END AS v_seconds,
    CASE WHEN billing_mode = -1 THEN 'illegal' WHEN number SIMILAR TO '800[0-9]*' THEN 'toll_free'
      WHEN hold = 0 THEN 'zero_hold' WHEN NOT number SIMILAR TO '[0-9]+' THEN 'invalid_number'
      WHEN priced.rate_group IS NULL THEN 'unknown_account' WHEN client_rate_id IS NULL THEN 'no_rate'
      WHEN c.locked THEN 'locked_prefix' ELSE 'charged' END AS outcome
  FROM priced LEFT JOIN deck c ON c.rate_id = client_rate_id LEFT JOIN deck v ON v.rate_id = routing_rate_id
)
SELECT run_id, parameter_set, softswitch_id, flow_no, sip_call_id, account_id, caller_gateway_id, callee_gateway_id, caller_ip_id,
  callee_ip_id, caller_e164, callee_e164, callee_to_gateway_e164, stripped_characters, start_at, ringing_at, answered_at,
  ended_at, outcome AS status, hold::INTEGER AS hold_time,
  CASE WHEN outcome IN ('charged', 'locked_prefix') THEN client_rate_id END AS rate_id,
  CASE WHEN outcome = 'charged' THEN c_seconds ELSE 0 END::INTEGER AS fee_time,
  ${fee("outcome = 'charged'", 'connect + micros * c_seconds')} AS fee, 0::DECIMAL(18,6) AS shortfall, vendor_account_id,
  CASE WHEN NOT v_locked THEN routing_rate_id END AS vendor_rate_id, CASE WHEN NOT v_locked THEN v_seconds END::INTEGER AS vendor_fee_time,
  CASE WHEN NOT v_locked THEN ${fee('true', 'v_connect + v_micros * v_seconds')} END AS vendor_fee,
  end_direction, end_reason, billing_mode, attempts
FROM billed`);
await connection.run('CHECKPOINT');
const seconds = (performance.now() - started) / 1000;
const [[total, stored]] = (
  await connection.runAndReadAll('SELECT sum(fee)::VARCHAR, count(*)::INTEGER FROM calls')
).getRows();
const [[differing]] = (
  await connection.runAndReadAll(
    `SELECT count(*)::INTEGER FROM (FROM s.calls UNION ALL FROM s.waiting_calls) a FULL JOIN calls b USING (softswitch_id, flow_no)
     WHERE a.fee IS DISTINCT FROM b.fee OR a.vendor_fee IS DISTINCT FROM b.vendor_fee`,
  )
).getRows();
connection.closeSync();
instance.closeSync();
report({ seconds, fee: total as string, stored: stored as number, differing: differing as number });

/** The row of one prefix length that was effective at the answer. */
function join1(leg: string, n: number, group: string, number: string): string {
  return `LEFT JOIN (FROM deck WHERE n = ${n}) ${leg}${n} ON ${leg}${n}.rate_group = held.${group}
    AND ${leg}${n}.prefix = substr(held.${number}, 1, ${n})
    AND ${leg}${n}.since <= held.answered_at AND ${leg}${n}.until > held.answered_at`;
}

/** Half up to four decimals, never 0 for an amount above 0; the unit of 0.0001 changes nothing more. Micros over 60. */
function fee(when: string, numerator: string): string {
  return `CASE WHEN ${when} AND ${numerator} > 0
    THEN (greatest(1, (2 * (${numerator}) + 6000) // 12000) * 100)::DECIMAL(18,0) * 0.000001::DECIMAL(7,6) ELSE 0 END::DECIMAL(18,6)`;
}
