/**
 * One measured `ratemill rate` of a data set: node rate.ts DATASET-FOLDER DATABASE [prepared]. The database is made anew,
 * from the one with the decks; or, to see what overdraft prevention costs, as it is, with the money given to its accounts.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../engine/database.ts';
import { resolveConfiguration } from '../../engine/parameters/configuration.ts';
import { reportRun } from '../../engine/reports/run-report.ts';
import { runRating } from '../../engine/run.ts';
import { report } from './measure.ts';

const [folder, database, prepared] = process.argv.slice(2);
if (prepared === undefined) {
  rmSync(database, { force: true });
  copyFileSync(join(folder, 'decks.duckdb'), database);
}
const started = performance.now();
const { connection, close } = await openDatabase(database);
const result = await runRating(connection, {
  patterns: [join(folder, 'events')],
  configuration: resolveConfiguration({ db: join(folder, 'decks.duckdb'), set: [] }),
  salvage: false,
});
const { fee, calls } = await reportRun(connection, result, database);
close();
const seconds = (performance.now() - started) / 1000;
const replayed = result.overdraft.length;
const stopped = result.overdraft.reduce((sum, { refused, capped }) => sum + refused + capped, 0);
report({ seconds, fee, stored: calls.stored, read: calls.read, replayed, stopped });
