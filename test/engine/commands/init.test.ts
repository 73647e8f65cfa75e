import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initFolder } from '../../../engine/commands/init.ts';
import { resolveConfiguration } from '../../../engine/parameters/configuration.ts';
import { validateConfiguration } from '../../../engine/parameters/validate.ts';
import { folder } from '../reference/folder.ts';
import { ratemill, wordsOf } from './ratemill.ts';

test('makes a folder in which all commands it names next work', (t) => {
  const { dir } = folder(t);
  const made = ratemill(dir, ['init', 'night']);
  assert.equal(made.status, 0, made.stderr);
  assert.deepEqual(readdirSync(join(dir, 'night')).sort(), [
    'accounts.csv',
    'events',
    'gateways.csv',
    'payments.csv',
    'ratemill.json',
    'rates.csv',
  ]);
  const next = made.stdout.split('\n').filter((line) => line.startsWith('  ratemill '));
  assert.equal(next.length, 7);
  for (const line of next) {
    const { status, stderr } = ratemill(dir, wordsOf(line));
    assert.equal(status, 0, `${line}: ${stderr}`);
  }
  const revenue = ratemill(dir, [...wordsOf(next[6]), '--json']);
  const accounts = (JSON.parse(revenue.stdout) as { account: string }[]).map(({ account }) => account);
  assert.deepEqual(accounts.slice(0, 3).sort(), ['alder', 'baltic', 'cedar']);
});

test('names every file in the way and writes nothing', (t) => {
  const { dir, write } = folder(t);
  const [deck, gateways] = [write('rates.csv', 'mine'), write('gateways.csv', 'mine too')];
  assert.throws(() => initFolder(dir), {
    name: 'OperatorError',
    exitStatus: 1,
    message: 'files of a working folder are there already; nothing was written',
    details: [deck, gateways, 'Name another folder (ratemill init DIR), or move these away.'],
  });
  assert.equal(readFileSync(deck, 'utf8'), 'mine');
  assert.deepEqual(readdirSync(dir).sort(), ['gateways.csv', 'rates.csv']);
  assert.equal(existsSync(join(dir, 'events')), false);
});

test('the configuration keeps a wholesale deck as it stands, and says why', (t) => {
  const { dir } = folder(t);
  initFolder(dir);
  const { parameters, quantiseRates, warnings } = resolveConfiguration({ db: join(dir, 'ratemill.duckdb'), set: [] });
  assert.equal(parameters.SERVER_BILLING_FEE_PRECISTION, 4);
  assert.equal(parameters.SERVER_BILLING_FEE_UNIT, '0.0001');
  assert.equal(parameters.SERVER_BILLING_GATEWAY_ROUTE_PREFIX, 2);
  assert.equal(quantiseRates, true);
  assert.deepEqual(warnings, []);
  const { notes } = JSON.parse(readFileSync(join(dir, 'ratemill.json'), 'utf8')) as { notes: string[] };
  assert.match(notes.join('\n'), /0\.005 a minute becomes 0\.01, which doubles the bill/);
});

test('notes may be a text or a list of texts, and nothing else', () => {
  for (const notes of ['why', ['why', 'and whence'], []]) {
    assert.ok('values' in validateConfiguration({ notes }), JSON.stringify(notes));
  }
  assert.deepEqual(validateConfiguration({ notes: [true] }), {
    mistakes: [{ path: 'notes', problem: 'a list is not allowed; allowed: a text or a list of texts' }],
  });
});

test('in a folder of its own the commands are short; under npm they go through npm', (t) => {
  const { dir } = folder(t);
  const here = ratemill(dir, ['init']);
  assert.match(here.stdout, /^ {2}ratemill load rates rates\.csv$/m);
  assert.match(here.stdout, /^ {2}ratemill rate events$/m);
  const npm = ratemill(dir, ['init', 'a b'], { env: { npm_lifecycle_event: 'ratemill' } });
  assert.match(npm.stdout, /^ {2}npm run --silent ratemill -- rate 'a b\/events' --db 'a b\/ratemill\.duckdb'$/m);
});

test('a folder that cannot be made is an error of one line', (t) => {
  const { dir } = folder(t);
  writeFileSync(join(dir, 'file'), '');
  const { status, stderr } = ratemill(dir, ['init', 'file/below']);
  assert.equal(status, 1);
  assert.match(stderr, /^ratemill: the folder file\/below cannot be made: .*\n$/);
});
