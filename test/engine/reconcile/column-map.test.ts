import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { exampleMap, readColumnMap } from '../../../engine/reconcile/column-map.ts';
import { mapSettings, settingNames } from '../../../engine/reconcile/map-settings.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-map-'));
after(() => rmSync(dir, { recursive: true }));
const columns = 'number=Called,start=Begin,seconds=Length';

function fileOf(content: string | Buffer): string {
  const file = join(dir, 'map.json');
  writeFileSync(file, content);
  return file;
}

/** Message and details of the refusal, with the folder left out. */
function refusal(words: string): string[] {
  try {
    readColumnMap(words);
  } catch (error) {
    assert.ok(error instanceof OperatorError, String(error));
    assert.equal(error.exitStatus, 2);
    return [error.message, ...error.details].map((line) => line.replaceAll(`${dir}/`, ''));
  }
  assert.fail(`${words} is taken`);
}

test('words and a file say the same; what is not named has its default', () => {
  const words = readColumnMap(`${columns},money=Amount, EUR,delimiter=,,decimal=,,header=yes`);
  const file = readColumnMap(
    fileOf(
      '\ufeff{ "number": "Called", "start": "Begin", "seconds": "Length", "money": "Amount, EUR", "delimiter": ",", "decimal": ",", "header": true, "notes": ["march"] }',
    ),
  );
  assert.deepEqual(words, file);
  assert.deepEqual(
    [words.money, words.delimiter, words.decimal, words.header, words.caller, words.strip, words.timezone],
    ['Amount, EUR', ',', ',', true, undefined, ['00', '+'], 'UTC'],
  );
});

test('the example that is printed is a map', () => {
  const map = readColumnMap(fileOf(JSON.stringify(exampleMap)));
  const known = settingNames.filter((name) => map[name] === undefined);
  assert.deepEqual(known, ['end']);
});

test('a number of a column may be written as a number', () => {
  const map = readColumnMap(fileOf('{ "number": 3, "start": 1, "seconds": 2, "header": false, "skip": 2 }'));
  assert.deepEqual([map.number, map.start, map.seconds, map.header, map.skip], ['3', '1', '2', false, 2]);
});

test('all mistakes are told at once, with the place in a file', () => {
  assert.deepEqual(
    refusal(fileOf('{\n "nuber": "Called",\n "start": "Begin",\n "decimal": ";",\n "header": null\n}')),
    [
      'the column map has 5 mistakes; "ratemill reconcile --print-map" prints an example',
      'map.json:2:2: nuber: is not a setting; did you mean number?',
      'map.json:4:2: decimal: ";" is not allowed; allowed: . or ,',
      'map.json:5:2: header: null is not allowed; allowed: a text, true or false',
      'map.json number: is missing: column of the called number; required',
      'map.json seconds: is missing: name the column of the duration, or of the end',
    ],
  );
});

test('what only the settings together can tell', () => {
  const only = (words: string, ...said: string[]) => assert.deepEqual(refusal(words).slice(1), said);
  only(`${columns},end=End`, '--map end: is one too many beside seconds: leave one of them out');
  only(
    'number=A,start=B,end=C,time=start',
    '--map end: gives no duration when start is not the answer: name the column of the duration (seconds)',
  );
  only(
    'number=1,start=Begin,seconds=0,header=no',
    '--map start: "Begin" is not allowed; allowed: the number of a column, from 1, as there is no header',
    '--map seconds: 0 is not allowed; allowed: the number of a column, from 1, as there is no header',
  );
  only(`${columns},number=B`, '--map number: is there twice');
  only(`x,${columns}`, '--map "x": expected a name, = and a value');
});

/** A value just outside of what each setting takes. */
const refused: Readonly<Record<string, readonly string[]>> = {
  number: ['', '\u0007'],
  idIs: ['call_id'],
  time: ['end'],
  timeFormat: ['', 'ISO', '%d.%m.%Y', '%d.%m.%Y %H:%Q', 'dd.mm.yyyy hh:mm'],
  timezone: ['', 'Europe/Berln', '+01:00', 'CEST'],
  durationUnit: ['sec'],
  duration: ['fee'],
  decimal: ['', ';'],
  delimiter: ['', ';;', '"', '1', '\n'],
  header: ['', 'maybe'],
  skip: ['-1', '10000', '1.5'],
  encoding: ['windows-1252'],
  techPrefix: ['+1', 'a', '1'.repeat(33)],
  ourTechPrefix: ["'"],
  strip: ['00,+', '++'],
  countryCode: ['+49'],
  onlyAnswered: ['1.0'],
};

for (const [name, values] of Object.entries(refused)) {
  test(`${name} refuses what it cannot be`, () => {
    for (const value of values) {
      const [, said] = refusal(
        fileOf(JSON.stringify({ number: 'Called', start: 'Begin', seconds: 'Length', [name]: value })),
      );
      assert.match(said, new RegExp(`${name}: .* is not allowed; allowed: .`), JSON.stringify(value));
    }
  });
}

test('every setting but the other columns is refused something', () => {
  const columnsToo = ['start', 'seconds', 'end', 'money', 'caller', 'id'];
  assert.deepEqual(
    settingNames.filter((name) => !(name in refused)),
    columnsToo,
  );
  for (const name of columnsToo) assert.equal(mapSettings[name as 'start'].read, mapSettings.number.read);
});

test('a file that is missing, is no JSON, no object, or no UTF-8', () => {
  assert.match(
    refusal(join(dir, 'none.json'))[0],
    /^the column map none\.json does not exist: name a JSON file, or write/,
  );
  assert.match(refusal(fileOf('{ "number": }'))[0], /^map\.json:1:13: } found, expected a value/);
  assert.match(refusal(fileOf('[1]'))[0], /^map\.json:1:1: a list found, expected an object of settings and values$/);
  assert.match(refusal(fileOf(Buffer.from([0x7b, 0xff, 0x7d])))[0], /is not UTF-8 text: save it as UTF-8$/);
});
