/**
 * node test/bench/reconcile.ts [--calls N] [--repeats N]: a vendor's file of about N / 2 answered calls against ours, beside
 * DuckDB only reading the file. What the noise of the file was made of is found exactly. Data are kept like those of main.ts.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadFiles } from '../../engine/commands/load.ts';
import { openDatabase } from '../../engine/database.ts';
import { resolveConfiguration } from '../../engine/parameters/configuration.ts';
import { textTable } from '../../engine/render/text-table.ts';
import { runRating } from '../../engine/run.ts';
import { simulate, simulateDefaults } from '../../engine/simulate.ts';
import { type Measured, measure, median, spread } from './measure.ts';
import { writePartnerFile } from './partner-file.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '2200000' }, repeats: { type: 'string', default: '3' } },
});
const calls = Number(values.calls);
const VENDOR = 'vendor-01';

const { database, file } = await makeNight();
const made = await writePartnerFile(database, VENDOR, file);
const all: Measured[] = Array.from({ length: Number(values.repeats) }, () =>
  measure('reconcile-once.ts', database, VENDOR, file),
);
for (const one of all) assert.deepEqual(JSON.parse(one.outcomes as string), { ...made, duration_and_money: 0 });

const seconds = (key: 'seconds' | 'reading') => all.map((one) => one[key] as number);
process.stdout.write(`${all[0].theirs} calls of theirs, ${all[0].ours} of ours, ${statSync(file).size >> 20} MiB\n\n`);
process.stdout.write(
  textTable(
    [
      { title: 'what' },
      { title: 'seconds', align: 'right' },
      { title: 'beside reading', align: 'right' },
      { title: 'peak MiB', align: 'right' },
    ],
    [
      [
        'ratemill reconcile',
        spread(seconds('seconds')),
        ratio(),
        String(Math.max(...all.map(({ peakMiB }) => peakMiB))),
      ],
      ['DuckDB: read_csv, all text', spread(seconds('reading')), '1.00', ''],
    ],
  ),
);

function ratio(): string {
  return (median(seconds('seconds')) / median(seconds('reading'))).toFixed(2);
}

/** Eight days around the end of summer time, through one vendor. */
async function makeNight(): Promise<{ database: string; file: string }> {
  const folder = join(process.env.RATEMILL_BENCH_DIR ?? join(tmpdir(), 'ratemill-bench'), `reconcile-${calls}`);
  const paths = { database: join(folder, 'ratemill.duckdb'), file: join(folder, 'vendor.csv') };
  const done = join(folder, 'complete');
  if (existsSync(done)) return paths;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const few = { accounts: 1, gateways: 4, prefixes: 20_000, days: 8, startMs: Date.UTC(2026, 9, 21) };
  simulate({ ...simulateDefaults, ...few, calls, out: folder });
  const db = paths.database;
  for (const kind of ['rates', 'accounts', 'gateways'] as const) {
    await loadFiles(kind, [join(folder, `${kind}.csv`)], { db, set: [], json: true });
  }
  const set = ['SERVER_BILLING_FEE_PRECISTION=4', 'SERVER_BILLING_FEE_UNIT=0.0001'];
  const { connection, close } = await openDatabase(db);
  await runRating(connection, { patterns: [folder], configuration: resolveConfiguration({ db, set }), salvage: false });
  close();
  writeFileSync(done, '');
  return paths;
}
