/** One measured `ratemill rate` of a data set: node rate.ts DATASET-FOLDER DATABASE. The database is made anew. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../engine/database.ts';
import { resolveConfiguration } from '../../engine/parameters/configuration.ts';
import { reportRun } from '../../engine/reports/run-report.ts';
import { runRating } from '../../engine/run.ts';
import { report } from './measure.ts';

const [folder, database] = process.argv.slice(2);
rmSync(database, { force: true });
copyFileSync(join(folder, 'decks.duckdb'), database);
const started = performance.now();
const { connection, close } = await openDatabase(database);
const result = await runRating(connection, {
  patterns: [join(folder, 'events')],
  configuration: resolveConfiguration({ db: join(folder, 'decks.duckdb'), set: [] }),
  salvage: false,
});
const { fee, calls } = await reportRun(connection, result, database);
close();
report({ seconds: (performance.now() - started) / 1000, fee, stored: calls.stored, read: calls.read });
