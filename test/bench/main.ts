/**
 * npm run bench [-- --calls N --large N --repeats N]: figures of the README, each beside a reference of the same run.
 * Data sets are kept in RATEMILL_BENCH_DIR, or a folder of the system's temporary files.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { textTable } from '../../engine/render/text-table.ts';
import { type AtRisk, giveMoney } from './accounts.ts';
import { makeDataset } from './dataset.ts';
import { type Measured, measure, median, spread } from './measure.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    large: { type: 'string', default: '40000000' },
    repeats: { type: 'string', default: '3' },
  },
});
const calls = Number(values.calls);
const repeats = Number(values.repeats);
process.stdout.write(
  `Node ${process.version}, ${availableParallelism()} cores, ${calls} calls, medians of ${repeats}\n\n`,
);

const dataset = await makeDataset(calls);
const kernel = measure('kernel.ts', dataset.folder);
process.stdout.write(
  `kernel alone, one core: ${millions(kernel.median)} M calls/s (${millions(kernel.low)} to ${millions(kernel.high)}), all rules on\n\n`,
);

const rated = join(dataset.folder, 'rated.duckdb');
const parquet = join(dataset.folder, 'calls.parquet');
const target = join(dataset.folder, 'target.duckdb');
const results: Record<'rate' | 'table' | 'parquet' | 'sql', Measured[]> = { rate: [], table: [], parquet: [], sql: [] };
// In turn, so that a slow minute of the machine meets all of them.
for (let round = 0; round < repeats; round++) {
  results.rate.push(measure('rate.ts', dataset.folder, rated));
  if (!existsSync(parquet)) await exportParquet();
  results.table.push(measure('store.ts', rated, target));
  results.parquet.push(measure('store.ts', parquet, target, 'parquet'));
  if (round === 0) results.sql.push(measure('sql-rating.ts', rated, target));
}
rmSync(target, { force: true });
const fees = new Set(Object.values(results).flatMap((all) => all.map(({ fee }) => Number(fee).toFixed(4))));
assert.equal(fees.size, 1, `all ways give the same sum of fees: ${[...fees]}`);
assert.deepEqual(
  results.sql.map(({ differing }) => differing),
  [0],
  'the SQL has the same fee and vendor fee for every call',
);

const seconds = (of: readonly Measured[]) => of.map((one) => one.seconds);
const ours = median(seconds(results.rate));
const line = (what: string, of: readonly Measured[]) => [
  what,
  spread(seconds(of)),
  millions(calls / median(seconds(of))),
  (ours / median(seconds(of))).toFixed(2),
  String(Math.max(...of.map(({ peakMiB }) => peakMiB))),
];
process.stdout.write(
  textTable(
    [
      { title: 'way to the same finished rows' },
      { title: 'seconds', align: 'right' },
      { title: 'M calls/s', align: 'right' },
      { title: 'rate takes', align: 'right' },
      { title: 'peak MiB', align: 'right' },
    ],
    [
      line('ratemill rate, Arrow to tables', results.rate),
      line('DuckDB: CREATE TABLE AS from a table', results.table),
      line('DuckDB: CREATE TABLE AS from Parquet', results.parquet),
      line('DuckDB: rating as SQL, then the table', results.sql),
    ],
  ),
);
process.stdout.write(
  `sum of fees ${results.rate[0].fee}, the same four times; the SQL has every client and vendor fee as we have it\n\n`,
);

await benchOverdraft();
benchImpact();
benchRerating();
spawnSync(process.execPath, [join(import.meta.dirname, 'sip-message.ts')], { stdio: 'inherit' });
spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'nat-keep-alive.ts')], { stdio: 'inherit' });
spawnSync(process.execPath, [join(import.meta.dirname, 'sip-flood.ts')], { stdio: 'inherit' });
// Calls need sipp for both their sides.
if (spawnSync('sipp', ['-v']).error === undefined) {
  spawnSync(process.execPath, [join(import.meta.dirname, 'sip-load/main.ts')], { stdio: 'inherit' });
}

if (Number(values.large) > 0) {
  const large = await makeDataset(Number(values.large));
  const one = measure('rate.ts', large.folder, join(large.folder, 'rated.duckdb'));
  process.stdout.write(
    `${values.large} calls: ${one.seconds.toFixed(1)} s, ${millions(Number(values.large) / one.seconds)} M calls/s, peak ${one.peakMiB} MiB\n`,
  );
}

function millions(value: number | string): string {
  return (Number(value) / 1e6).toFixed(2);
}

/** What overdraft prevention costs: the same night when nobody, one account in a hundred, and everybody may run out. */
async function benchOverdraft(): Promise<void> {
  const variants: readonly AtRisk[] = ['nobody', 'one in a hundred', 'everybody'];
  const measured = variants.map((): Measured[] => []);
  const paid = join(dataset.folder, 'paid.duckdb');
  for (let round = 0; round < repeats; round++) {
    for (const [place, atRisk] of variants.entries()) {
      await giveMoney(dataset.folder, rated, atRisk, paid);
      measured[place].push(measure('rate.ts', dataset.folder, paid, 'prepared'));
    }
  }
  rmSync(paid, { force: true });
  const off = median(seconds(measured[0]));
  process.stdout.write(
    textTable(
      [
        { title: 'accounts that may run out' },
        { title: 'seconds', align: 'right' },
        { title: 'beside nobody', align: 'right' },
        { title: 'replayed', align: 'right' },
        { title: 'calls refused or capped', align: 'right' },
        { title: 'peak MiB', align: 'right' },
      ],
      variants.map((atRisk, place) => [
        atRisk === 'nobody' ? 'nobody: overdraft allowed' : atRisk,
        spread(seconds(measured[place])),
        (median(seconds(measured[place])) / off).toFixed(2),
        String(measured[place][0].replayed),
        String(measured[place][0].stopped),
        String(Math.max(...measured[place].map(({ peakMiB }) => peakMiB))),
      ]),
    ),
  );
  process.stdout.write('\n');
}

/** What-if over all calls, beside reading the same columns and doing nothing with them. */
function benchImpact(): void {
  const changes = [
    { SERVER_BILLING_FREE_TIME: 6 },
    { SERVER_BILLING_FREE_TIME: 6, SERVER_BILLING_FEE_UNIT: '0.001' },
    { SERVER_BILLING_HOLD_TIME_PRECISION: 1000 },
    { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 0 },
  ];
  const rows = changes.map((change) => {
    const measured: Measured[] = [];
    const references: Record<'reading' | 'summing', Measured[]> = { reading: [], summing: [] };
    for (let round = 0; round < repeats; round++) {
      measured.push(measure('impact.ts', rated, JSON.stringify(change)));
      for (const name of ['reading', 'summing'] as const) {
        references[name].push(measure('impact.ts', rated, JSON.stringify(change), name));
      }
    }
    const whatIf = median(seconds(measured));
    const [reading, summing] = [references.reading, references.summing].map((all) => median(seconds(all)));
    return [
      Object.entries(change)
        .map(([name, value]) => `${name.replace('SERVER_BILLING_', '')}=${value}`)
        .join(' '),
      spread(seconds(measured)),
      millions(Number(measured[0].calls) / whatIf),
      (whatIf / reading).toFixed(2),
      (whatIf / summing).toFixed(1),
      String(Math.max(...measured.map(({ peakMiB }) => peakMiB))),
    ];
  });
  process.stdout.write(
    textTable(
      [
        { title: 'what-if' },
        { title: 'seconds', align: 'right' },
        { title: 'M calls/s', align: 'right' },
        { title: 'beside reading', align: 'right' },
        { title: 'beside DuckDB adding up', align: 'right' },
        { title: 'peak MiB', align: 'right' },
      ],
      rows,
    ),
  );
  process.stdout.write('\n');
}

/** A re-rating of about half the calls and its undo, beside DuckDB storing the changed rows and nothing else. */
function benchRerating(): void {
  const changed = join(dataset.folder, 'changed.duckdb');
  const change = JSON.stringify({ SERVER_BILLING_FREE_TIME: 6, SERVER_BILLING_FEE_UNIT: '0.001' });
  const measured: Record<'commit' | 'store' | 'undo', Measured[]> = { commit: [], store: [], undo: [] };
  for (let round = 0; round < repeats; round++) {
    copyFileSync(rated, changed);
    measured.commit.push(measure('rerate.ts', changed, change));
    measured.store.push(measure('store.ts', changed, target, 'superseded'));
    measured.undo.push(measure('rerate.ts', changed, 'undo'));
  }
  for (const file of [changed, target]) rmSync(file, { force: true });
  const rows = Number(measured.commit[0].calls);
  assert.deepEqual(
    [measured.store[0].stored, measured.undo[0].calls],
    [rows, rows],
    'all three are over the same calls',
  );
  const storing = median(seconds(measured.store));
  const lineOf = (what: string, of: readonly Measured[]) => [
    what,
    spread(seconds(of)),
    millions(rows / median(seconds(of))),
    (median(seconds(of)) / storing).toFixed(2),
    String(Math.max(...of.map(({ peakMiB }) => peakMiB))),
  ];
  process.stdout.write(
    textTable(
      [
        { title: `${rows} changed calls` },
        { title: 'seconds', align: 'right' },
        { title: 'M changed/s', align: 'right' },
        { title: 'beside storing', align: 'right' },
        { title: 'peak MiB', align: 'right' },
      ],
      [
        lineOf('ratemill rerate --commit', measured.commit),
        lineOf('ratemill rerate --undo', measured.undo),
        lineOf('DuckDB: CREATE TABLE AS of the changed rows', measured.store),
      ],
    ),
  );
  process.stdout.write('\n');
}

async function exportParquet(): Promise<void> {
  const instance = await DuckDBInstance.create(rated, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  await connection.run(`COPY (FROM calls UNION ALL FROM waiting_calls) TO '${parquet}'`);
  connection.closeSync();
  instance.closeSync();
}
