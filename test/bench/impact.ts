/**
 * One measured what-if over a rated database: node impact.ts DATABASE CHANGES, a JSON object of parameters; beside it
 * reading the same columns and doing nothing, and DuckDB adding them up.
 */
import { openDatabase } from '../../engine/database.ts';
import { concernedPieces, openHistory } from '../../engine/rerating/history.ts';
import { computeImpact, stepsOf } from '../../engine/rerating/impact.ts';
import type { WhatIf } from '../../engine/rerating/what-if.ts';
import { report } from './measure.ts';

const [database, changes] = process.argv.slice(2);
const whatIf: WhatIf = { window: { fromMs: null, untilMs: null }, parameters: JSON.parse(changes), deck: 'kept' };
const { connection, close } = await openDatabase(database, { readOnly: true });

let started = performance.now();
const impact = await computeImpact(connection, whatIf);
const seconds = lap();

let rows = 0;
const history = await openHistory(connection, whatIf.window, stepsOf(whatIf));
for await (const piece of concernedPieces(connection, history, { ahead: true })) rows += piece.rows;
const reading = lap();

await connection.run(`
  SELECT max(run_id), max(parameter_set), max(status), sum(hold_time), max(account_id), max(caller_gateway_id),
    max(callee_gateway_id), max(rate_id), max(vendor_rate_id), max(vendor_account_id), max(end_direction),
    max(billing_mode), max(start_at), sum(fee), sum(shortfall), sum(vendor_fee), sum(fee_time), sum(vendor_fee_time)
  FROM calls WHERE rate_id IS NOT NULL OR vendor_rate_id IS NOT NULL`);
const summing = lap();
close();
report({
  seconds,
  reading,
  summing,
  calls: impact.calls,
  rows,
  delta: String(impact.total.feeAfter - impact.total.feeBefore),
});

function lap(): number {
  const now = performance.now();
  const taken = (now - started) / 1000;
  started = now;
  return taken;
}
