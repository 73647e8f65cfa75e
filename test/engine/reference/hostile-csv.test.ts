/** CSV files damaged in thousands of ways, and absurd ones: loaded whole, or refused with line and column; never slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { type Kind, kinds } from '../../../engine/reference/kinds.ts';
import { loadFile } from '../../../engine/reference/load-file.ts';
import { type Mistake, mistakeLines } from '../../../engine/reference/mistake.ts';
import { readCsv } from '../../../engine/reference/read-csv.ts';
import { readReference } from '../../../engine/reference/read-reference.ts';
import { mutantCount, mutantOf, mutantSeed } from '../mutants.ts';
import { reference } from '../rating.ts';
import { loading } from './folder.ts';

/** Far more than a file of some megabytes takes, and far less than one that is read in quadratic time. */
const LONGEST_MS = 4000;

const quoted = `rate_group,prefix,destination,rate,first_increment,next_increment,effective_from\r
"retail","49","Germany, ""Fixed""","0.0125",60,60,2026-03-01\r
retail,4915,"Germany Möbile",0.0333,30,6,2026-03-01T00:00:00+01:00\r
"retail",44,"United\tKingdom",0.0099,6,6,\r
`;
const bases = [
  ['rates', reference.rates],
  ['rates', quoted],
  ['accounts', reference.accounts],
  ['gateways', reference.gateways],
  ['gateways', reference.gateways.replaceAll('\n', '\r')],
] as const;

test(`${mutantCount} mutants of CSV files, HOSTILE_SEED=${mutantSeed}`, async (t) => {
  const { load, rows, connection } = await loading(t);
  let accepted = 0;
  let loaded = 0;
  let compared = 0;
  for (let seed = mutantSeed; seed < mutantSeed + mutantCount; seed++) {
    const [kind, text] = bases[seed % bases.length];
    const bytes = mutantOf(Buffer.from(text), seed, [[0, text.indexOf('\n') + 1]]);
    const why = `mutant ${seed} (HOSTILE_SEED=${seed} HOSTILE_MUTANTS=1)`;
    const started = performance.now();
    try {
      compared += assertReadAlike(bytes) ? 1 : 0;
      const { table, mistakes } = readReference({ path: 'x.csv', bytes, sha256: '' }, kinds[kind] as unknown as Kind);
      assertTold(mistakes, bytes, kinds[kind] as unknown as Kind);
      if (mistakes.length === 0) accepted++;
      // Loading takes longer than reading: some of each, and all or nothing of it.
      if (seed % (mistakes.length === 0 ? 8 : 64) === 0) {
        const report = await load(kind, bytes);
        const [[count]] = await rows(`SELECT count(*) FROM ${kind}`);
        assert.equal(Number(count), report.outcome === 'refused' ? 0 : table.rows);
        assert.equal(report.outcome === 'refused', mistakes.length > 0);
        for (const name of [kind, 'loads']) await connection.run(`DELETE FROM ${name}`);
        loaded++;
      }
    } catch (cause) {
      throw new Error(why, { cause });
    }
    assert.ok(performance.now() - started < LONGEST_MS, why);
  }
  t.diagnostic(`${accepted} accepted, ${loaded} loaded, ${compared} compared with another reader`);
  assert.ok(accepted > mutantCount / 50 && compared > mutantCount / 2);
});

const header = 'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\n';
const row = (changes: string) => `a,b,client,,0,0,allow,UTC\n`.replace('b', changes);
const M = 1_000_000;

/** Absurd files, megabytes of each, and the first thing that is said of them. */
const absurd: readonly (readonly [string, () => string | Buffer, RegExp])[] = [
  ['a million quotes', () => header + '"'.repeat(M), /:2: "1 values": expected 8 values/],
  ['a million quotes and one', () => header + '"'.repeat(M + 1), /:2: /],
  ['a million quoted values', () => header + '"",'.repeat(M), /:2: "1000001 values": expected 8 values/],
  ['quotes and commas', () => header + '",'.repeat(M), /:2: /],
  ['quotes within quotes', () => header + row(`"${'""x'.repeat(M)}\n"`), /:2: name .*one line of text/],
  ['quotes within text', () => header + row(`x${'"'.repeat(M)}\u0001`), /:2: name .*one line of text/],
  ['a line of ten megabytes', () => header + 'x'.repeat(10 * M), /:2: "1 values"/],
  ['a name of ten megabytes', () => header + row('x'.repeat(10 * M)).replace('client', 'c'), /:2: kind "c": /],
  ['a number of a megabyte', () => header + row('b').replace(',0,', `,${'9'.repeat(M)},`), /:2: balance "9{80}…": /],
  ['a time zone of a megabyte', () => header + row('b').replace('UTC', 'E'.repeat(M)), /:2: timezone "E{80}…": /],
  ['a header of ten megabytes', () => `${'x'.repeat(10 * M)}\n`, /:1: /],
  ['a header of 100,000 columns', () => Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(), /:1: "?c0"?: /],
  [
    '100,000 columns of one name',
    () => `${'account,'.repeat(100_000)}x\n`,
    /:1: "?account"?: expected each column once/,
  ],
  [
    '50,000 unknown columns, then 50,000 of one name',
    () => `${Array.from({ length: 50_000 }, (_, i) => `c${i}`).join()}${',name'.repeat(50_000)}\n`,
    /:1: /,
  ],
  ['a million commas', () => header + ','.repeat(M), /:2: "1000001 values"/],
  ['a million lone CRs', () => `${header.replace('\n', '\r')}${'\r'.repeat(M)}x`, /:1000002: "1 values"/],
  ['a million blank lines', () => `${header}${'\n'.repeat(M)}x`, /:1000002: "1 values"/],
  ['100,000 wrong lines', () => header + 'a,b,c,d,e,f,g,h\n'.repeat(100_000), /:2: kind "c": /],
  [
    '5,000 wrong time zones',
    () => header + Array.from({ length: 5_000 }, (_, i) => row('b').replace('UTC', `Zone/${i}`)).join(''),
    /:2: timezone "Zone\/0"/,
  ],
  [
    'brackets',
    () => `gateway,direction,account,address\ng,mapping,a,${'['.repeat(M)}${']'.repeat(M)}\n`,
    /:2: address/,
  ],
  ['NUL bytes', () => Buffer.alloc(M), /:1: /],
  ['NUL bytes in a name', () => header + row('\0'.repeat(M)), /:2: name .*one line of text/],
  ['UTF-16 with its mark', () => Buffer.from(`\ufeff${header}`.repeat(10_000), 'utf16le'), /:1: .*UTF-8/],
  ['UTF-16 without it', () => Buffer.from(header.repeat(10_000), 'utf16le'), /:1: /],
  ['Latin-1', () => Buffer.from(header + row('ü').repeat(100_000), 'latin1'), /:2: .*UTF-8/],
];

for (const [title, content, told] of absurd) {
  test(`${title}: refused, and soon`, async (t) => {
    const { load, rows } = await loading(t);
    const kind = title === 'brackets' ? 'gateways' : 'accounts';
    const bytes = Buffer.from(content());
    const started = performance.now();
    const { outcome, mistakes } = await load(kind, bytes);
    const lines = mistakeLines('x.csv', mistakes);
    const spentMs = performance.now() - started;
    assert.equal(outcome, 'refused');
    assert.match(lines[0], told);
    assert.ok(lines.join('\n').length < 1e6, 'what is printed is for people');
    assertTold(mistakes.slice(0, 100), bytes, kinds[kind] as unknown as Kind);
    assert.deepEqual(await rows(`FROM ${kind}`), []);
    assert.ok(spentMs < LONGEST_MS, `took ${spentMs} ms`);
  });
}

test('a file that cannot be read is the operator’s mistake', async (t) => {
  const { connection } = await loading(t);
  const options = { replace: false, precision: 2, quantiseRates: true };
  await assert.rejects(loadFile(connection, 'rates', '/', options), OperatorError);
});

/** Every mistake names its line and, where it is of one value, a column of the kind. */
function assertTold(mistakes: readonly Mistake[], bytes: Buffer, { columns }: Kind): void {
  const lines = bytes.toString('utf8').split(/\r\n|\n|\r/).length;
  for (const { line, column, expected } of mistakes) {
    assert.ok(Number.isInteger(line) && line >= 1 && line <= lines, `line ${line} of ${lines}`);
    for (const name of column === '' ? [] : column.split(', ')) assert.ok(name in columns, name);
    assert.ok(expected.length > 5);
  }
}

/** Compares records and their lines with those of a second reader, if the text is CSV as RFC 4180 has it. */
function assertReadAlike(bytes: Buffer): boolean {
  const expected = recordsOf(bytes.toString('utf8').replace(/^\ufeff/, ''));
  const { records, line, mistakes } = readCsv(bytes);
  if (expected === undefined || mistakes.length > 0) return false;
  assert.deepEqual(records, expected.records);
  assert.deepEqual(
    records.map((_, i) => line(i)),
    expected.lines,
  );
  return true;
}

/** RFC 4180 with any line ends, a character at a time; undefined where it leaves open what a quote means. */
function recordsOf(text: string): { records: string[][]; lines: number[] } | undefined {
  const records: string[][] = [];
  const lines: number[] = [];
  let record: string[] = [];
  let line = 1;
  let begun = 1;
  for (let at = 0; at < text.length || record.length > 0; ) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? /(?:[^"]|"")*"/y : /[^,\r\n]*/y;
    end.lastIndex = isQuoted ? at + 1 : at;
    const found = end.exec(text)?.[0];
    if (found === undefined) return undefined;
    at = end.lastIndex;
    record.push(isQuoted ? found.slice(0, -1).replaceAll('""', '"') : found);
    line += isQuoted ? found.split(/\r\n|\n|\r/).length - 1 : 0;
    if (text[at] === ',') {
      at++;
      continue;
    }
    if (at < text.length && text[at] !== '\r' && text[at] !== '\n') return undefined;
    at += text.startsWith('\r\n', at) ? 2 : 1;
    records.push(record);
    lines.push(begun);
    record = [];
    begun = ++line;
  }
  return { records, lines };
}
