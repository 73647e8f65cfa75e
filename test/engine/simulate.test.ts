import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { OperatorError } from '../../engine/errors.ts';
import { type SimulateOptions, simulate, simulateDefaults } from '../../engine/simulate.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratemill-simulate-'));
after(() => rmSync(folder, { recursive: true }));

const small = { ...simulateDefaults, calls: 20_000, prefixes: 1000 };

test('the same options give the same files, byte by byte; another seed gives others', () => {
  const run = (name: string, options: Partial<SimulateOptions> = {}) => {
    const out = join(folder, name);
    simulate({ ...small, out, ...options });
    return hashes(out);
  };
  const first = run('first');
  assert.deepEqual(Object.keys(first), [
    'accounts.csv',
    'events-ss1-01.arrow',
    'events-ss2-01.arrow',
    'events-ss3-01.arrow',
    'gateways.csv',
    'rates.csv',
  ]);
  assert.deepEqual(run('second'), first);
  assert.notEqual(run('third', { seed: 2 })['events-ss1-01.arrow'], first['events-ss1-01.arrow']);
  // Reference data that are there, here those of the first run, are read and left as they are.
  assert.deepEqual(run('first'), first);
  const { 'accounts.csv': _a, 'gateways.csv': _g, 'rates.csv': _r, ...events } = first;
  assert.deepEqual(run('fourth', { deck: join(folder, 'first') }), events);
  assert.deepEqual(run('fifth', { writeReference: false }), events);
});

test('files, form and size of batches change the cut, not the events', () => {
  const rowsOf = (name: string, options: Partial<SimulateOptions>) => {
    const out = join(folder, name);
    const result = simulate({ ...small, calls: 3000, out, ...options });
    const tables = result.files.map(({ path }) => tableFromIPC(readFileSync(path)));
    tables.forEach((table, i) => {
      assert.equal(table.numRows, result.files[i].rows);
    });
    return tables.flatMap((table) => table.toArray().map((row) => JSON.stringify(row, text)));
  };
  const whole = rowsOf('whole', {});
  assert.equal(whole.length, 3000);
  assert.deepEqual(rowsOf('cut', { files: 4, form: 'stream', batchRows: 100 }), whole);
  assert.equal(readdirSync(join(folder, 'cut')).filter((name) => /^events-ss\d-0[1-4]\.arrows$/.test(name)).length, 12);
});

test('progress is told after each batch, up to all calls', () => {
  const told: number[] = [];
  simulate({ ...small, out: join(folder, 'told'), batchRows: 4000 }, (events) => told.push(events));
  assert.equal(told.at(-1), 20_000);
  assert.ok(told.length >= 5 && told.every((events, i) => i === 0 || events > told[i - 1]));
});

test('a folder with only some of the reference files is refused, and names what it lacks', () => {
  const out = join(folder, 'partial');
  simulate({ ...small, calls: 100, out });
  rmSync(join(out, 'rates.csv'));
  assert.throws(
    () => simulate({ ...small, calls: 100, out }),
    (error) => error instanceof OperatorError && /no rates\.csv/.test(error.message),
  );
});

test('a deck with mistakes is refused line by line', () => {
  const out = join(folder, 'mistakes');
  simulate({ ...small, calls: 100, out });
  const path = join(out, 'rates.csv');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[4] = lines[4].replace(/,\d+\.\d+,/, ',1e-3,');
  writeFileSync(path, lines.join('\n'));
  const before = hashes(out);
  assert.throws(
    () => simulate({ ...small, calls: 100, seed: 2, out }),
    (error) => error instanceof OperatorError && /rates\.csv:5: rate .*1e-3/.test(error.details.join()),
  );
  assert.deepEqual(hashes(out), before);
});

test('memory does not grow with the number of calls', (t) => {
  const few = peakMegabytes(200_000);
  const many = peakMegabytes(1_200_000);
  t.diagnostic(`peak of the resident set: ${few} MB for 200,000 calls, ${many} MB for 1,200,000`);
  // Kept whole, a million more events would take 185 MB.
  assert.ok(many - few < 80, `${few} MB, then ${many} MB`);
});

function peakMegabytes(calls: number): number {
  const out = join(folder, `calls-${calls}`);
  const script = `
    import { simulate, simulateDefaults } from ${JSON.stringify(join(import.meta.dirname, '../../engine/simulate.ts'))};
    simulate({ ...simulateDefaults, calls: ${calls}, prefixes: 1000, out: ${JSON.stringify(out)} });
    console.log(process.resourceUsage().maxRSS);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  rmSync(out, { recursive: true, force: true });
  assert.match(stdout, /^\d+\n$/, stderr);
  return Math.round(Number(stdout) / 1024);
}

function hashes(out: string): Record<string, string> {
  const entries = readdirSync(out).map((name) => [
    basename(name),
    createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex'),
  ]);
  return Object.fromEntries(entries.sort());
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
