/**
 * One measured what-if over a rated database: node impact.ts DATABASE CHANGES, a JSON object of parameters. With `reading` as
 * third argument the same columns are read and nothing is done with them; with `summing` DuckDB adds up all it has of calls.
 * Each is a process of its own, as a what-if is: none is warmed up by another.
 */
import { openDatabase } from '../../engine/database.ts';
import { concernedPieces, openHistory } from '../../engine/rerating/history.ts';
import { computeImpact, stepsOf } from '../../engine/rerating/impact.ts';
import type { WhatIf } from '../../engine/rerating/what-if.ts';
import { report } from './measure.ts';

const [database, changes, reference] = process.argv.slice(2);
const whatIf: WhatIf = { window: { fromMs: null, untilMs: null }, parameters: JSON.parse(changes), deck: 'kept' };
const { connection, close } = await openDatabase(database, { readOnly: true });

const started = performance.now();
let found: Record<string, number | string> = {};
if (reference === undefined) {
  const { calls, total } = await computeImpact(connection, whatIf);
  found = { calls, delta: String(total.feeAfter - total.feeBefore) };
} else if (reference === 'reading') {
  let rows = 0;
  const history = await openHistory(connection, whatIf.window, stepsOf(whatIf));
  for await (const piece of concernedPieces(connection, history, { ahead: true, money: true })) rows += piece.rows;
  found = { rows };
} else {
  await connection.run(`
    SELECT max(run_id), max(parameter_set), max(status), sum(hold_time), max(account_id), max(caller_gateway_id),
      max(callee_gateway_id), max(rate_id), max(vendor_rate_id), max(vendor_account_id), max(end_direction),
      max(billing_mode), max(start_at), sum(fee), sum(shortfall), sum(vendor_fee), sum(fee_time), sum(vendor_fee_time)
    FROM calls WHERE rate_id IS NOT NULL OR vendor_rate_id IS NOT NULL`);
}
const seconds = (performance.now() - started) / 1000;
close();
report({ seconds, ...found });
