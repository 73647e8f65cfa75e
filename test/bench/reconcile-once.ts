/** node reconcile-once.ts DATABASE VENDOR FILE: one reconciliation, from opening the database to the finished report. */

import { openDatabase } from '../../engine/database.ts';
import { readColumnMap } from '../../engine/reconcile/column-map.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { reconciliationText } from '../../engine/render/reconciliation-text.ts';
import { readReconciliation } from '../../engine/reports/reconciliation.ts';
import { sqlText } from '../../engine/sql-text.ts';
import { report } from './measure.ts';
import { partnerMap } from './partner-file.ts';

const [database, account, file] = process.argv.slice(2);
const reading = await readAlone();
const started = performance.now();
const { connection, close } = await openDatabase(database, { readOnly: true });
const task = {
  ...{ files: [file], account, leg: 'vendor' as const, map: readColumnMap(partnerMap), fromMs: null, toMs: null },
  ...{ toleranceMs: 2000, clockOffsetMs: 0, secondsThresholdMs: 1000, moneyThreshold: '0.01' },
};
const found = await readReconciliation(connection, task, await reconcile(connection, task), 10);
const text = reconciliationText(found);
close();
const seconds = (performance.now() - started) / 1000;
const counts = found.outcomes.map(({ of, theirs, ours }) => [of, Math.max(theirs.calls, ours.calls)]);
process.stderr.write(process.env.RATEMILL_BENCH_TEXT === undefined ? '' : text);
report({
  seconds,
  reading,
  theirs: found.total.theirs.calls,
  ours: found.total.ours.calls,
  outcomes: JSON.stringify(Object.fromEntries(counts)),
});

async function readAlone(): Promise<number> {
  const { connection: other, close: end } = await openDatabase(':memory:');
  const begun = performance.now();
  await other.run(`CREATE TEMP TABLE alone AS FROM read_csv(${sqlText(file)}, all_varchar = true, delim = ';')`);
  const taken = (performance.now() - begun) / 1000;
  end();
  return taken;
}
