import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { resolveConfiguration } from '../../../engine/parameters/configuration.ts';
import { defaultParameters } from '../../../rating/parameters.ts';

/** A folder with a configuration, and the options that lead to it. */
function folder(t: TestContext, configuration?: string | Buffer): { db: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'ratemill.json');
  if (configuration !== undefined) writeFileSync(file, configuration);
  return { db: join(dir, 'ratemill.duckdb'), file };
}

/** The details of the error a configuration raises, the path of the file shortened to its name. */
function mistakes(options: Parameters<typeof resolveConfiguration>[0], file: string): string[] {
  try {
    resolveConfiguration(options);
  } catch (error) {
    assert.ok(error instanceof OperatorError);
    assert.equal(error.exitStatus, 2);
    return [error.message, ...error.details].map((line) => line.replace(file, 'ratemill.json'));
  }
  throw new assert.AssertionError({ message: 'no mistake found' });
}

test('without a file all are defaults', (t) => {
  const { db } = folder(t);
  const { parameters, quantiseRates, sources, warnings } = resolveConfiguration({ db, set: [] });
  assert.deepEqual(parameters, defaultParameters);
  assert.equal(quantiseRates, true);
  assert.deepEqual(new Set(Object.values(sources)), new Set(['default']));
  assert.deepEqual(warnings, []);
});

test('the file beside the database counts, and --set over it', (t) => {
  const { db, file } = folder(
    t,
    '\ufeff{"parameters": {"SERVER_BILLING_FEE_PRECISTION": 4, "SERVER_BILLING_FEE_UNIT": 0.0001, "SERVER_BILLING_FREE_TIME": "3"}, "quantiseRates": false}',
  );
  const { parameters, quantiseRates, sources } = resolveConfiguration({ db, set: ['SERVER_BILLING_FREE_TIME=5'] });
  assert.equal(parameters.SERVER_BILLING_FEE_PRECISTION, 4);
  assert.equal(parameters.SERVER_BILLING_FEE_UNIT, '0.0001');
  assert.equal(parameters.SERVER_BILLING_FREE_TIME, 5);
  assert.equal(quantiseRates, false);
  assert.equal(sources.SERVER_BILLING_FEE_PRECISTION, file);
  assert.equal(sources.SERVER_BILLING_FREE_TIME, '--set');
  assert.equal(sources.SERVER_BILLING_NO_CDR_E164S, 'default');
  assert.equal(sources.quantiseRates, file);
  assert.equal(resolveConfiguration({ db, set: ['quantiseRates=true'] }).quantiseRates, true);
  assert.equal(
    resolveConfiguration({ db, set: ['SERVER_BILLING_FREE_TIME=5', 'SERVER_BILLING_FREE_TIME=6'] }).parameters
      .SERVER_BILLING_FREE_TIME,
    6,
  );
});

test('every mistake of file and --set is listed, with its place', (t) => {
  const { db, file } = folder(
    t,
    `{
  "parameters": {
    "SERVER_BILLING_FEE_PRECISION": 4,
    "SERVER_BILLING_FEE_UNIT": 1e-2,
    "SERVER_BILLING_FREE_E164S": "50*00, 1x, *"
  },
  "quantizeRates": false
}`,
  );
  assert.deepEqual(mistakes({ db, set: ['FREE_TIME=1', 'SERVER_BILLING_FREE_TIME', 'quantizeRates=1'] }, file), [
    'the configuration has 9 mistakes; "ratemill parameters --help" says what may be set',
    'ratemill.json:3:5: parameters.SERVER_BILLING_FEE_PRECISION: is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION',
    'ratemill.json:4:5: parameters.SERVER_BILLING_FEE_UNIT: "1e-2" is not allowed; allowed: a plain decimal with at most 6 decimals from 0.000001 to 1000000 (money), such as "0.01"',
    'ratemill.json:5:5: parameters.SERVER_BILLING_FREE_E164S: entry "50*00" is not a number pattern at position 3; allowed: digits, or digits and one * at the end',
    'ratemill.json:5:5: parameters.SERVER_BILLING_FREE_E164S: entry "1x" is not a number pattern at position 9; allowed: digits, or digits and one * at the end',
    'ratemill.json:5:5: parameters.SERVER_BILLING_FREE_E164S: entry "*" is not a number pattern at position 12; allowed: at least one digit before the *',
    'ratemill.json:7:3: quantizeRates: is not a key; did you mean quantiseRates?',
    '--set SERVER_BILLING_FREE_TIME: expected NAME=VALUE, such as SERVER_BILLING_FEE_PRECISTION=4',
    '--set FREE_TIME: is not a parameter; did you mean SERVER_BILLING_FREE_TIME?',
    '--set quantizeRates: is not a key; did you mean quantiseRates?',
  ]);
});

test('a file that is not JSON is refused with line and column', (t) => {
  const { db, file } = folder(t, '{\n  "parameters": {},\n}');
  assert.deepEqual(mistakes({ db, set: [] }, file), [
    'the configuration has a mistake; "ratemill parameters --help" says what may be set',
    'ratemill.json:3:1: } found, expected a key in double quotes',
  ]);
});

test('a file that is not UTF-8, or not there though named, is refused', (t) => {
  const { db, file } = folder(t, Buffer.from('{"\xe4": 1}', 'latin1'));
  assert.deepEqual(mistakes({ db, set: [] }, file), [
    'the configuration ratemill.json is not UTF-8 text: save it as UTF-8',
  ]);
  const config = `${file}.other`;
  assert.deepEqual(mistakes({ db, config, set: [] }, config), [
    'the configuration ratemill.json cannot be read: does not exist. Name another with --config',
  ]);
});

test('warns of what is allowed and probably not meant', (t) => {
  const { db } = folder(t);
  const warnings = (...set: string[]) => resolveConfiguration({ db, set }).warnings;
  assert.deepEqual(warnings('SERVER_BILLING_NO_CDR_E164S=911,5000*', 'SERVER_BILLING_FREE_E164S=911, 50001'), [
    'SERVER_BILLING_NO_CDR_E164S and SERVER_BILLING_FREE_E164S overlap (911, 5000* and 50001): calls on both leave no record',
  ]);
  assert.deepEqual(warnings('SERVER_BILLING_NO_CDR_E164S=1*', 'SERVER_BILLING_FREE_E164S=49*'), [
    'SERVER_BILLING_NO_CDR_E164S: 1* is very broad: every call to a number that begins with 1 leaves no record and no charge',
    'SERVER_BILLING_FREE_E164S: 49* is very broad: every call to a number that begins with 49 is free',
  ]);
  assert.deepEqual(warnings('SERVER_BILLING_FEE_UNIT=0.0001'), [
    'SERVER_BILLING_FEE_UNIT 0.0001 is finer than SERVER_BILLING_FEE_PRECISTION 2 allows (0.01), and has no effect',
  ]);
  assert.deepEqual(warnings('SERVER_BILLING_FEE_UNIT=0.003'), [
    'SERVER_BILLING_FEE_UNIT 0.003 is finer than SERVER_BILLING_FEE_PRECISTION 2 allows (0.01), and only moves fees off their last decimal',
  ]);
  assert.deepEqual(warnings('SERVER_BILLING_FEE_UNIT=0.25', 'SERVER_BILLING_FEE_PRECISTION=4'), []);
});
