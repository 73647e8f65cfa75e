import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDatabase } from '../../../engine/database.ts';
import { exportParquet, readOnlyQuery } from '../../../engine/read-only-query.ts';
import { ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-sql-'));
after(() => rmSync(dir, { recursive: true }));
const database = join(dir, 'ratemill.duckdb');
const { connection, close } = await openDatabase(database);
await connection.run(`
  INSERT INTO accounts VALUES
    ('alder', 'Alder, "Telecom"', 'client', 'A', 12345678901.000001, 0, 'prevent', 'UTC', 1),
    ('=cmd()', '', 'client', NULL, -0.5, 0, 'allow', 'UTC', 1);
  INSERT INTO loads VALUES (1, 'accounts', '+49', 'x', '2026-03-02 08:00:00.5+01', 2, 2, 0)`);
close();

/** The standard output of a query that works. */
function output(...words: string[]): string {
  const { status, stdout, stderr } = ratemill(dir, ['sql', ...words]);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** What standard error says of a query that is refused. */
function refusal(...words: string[]): string {
  const { status, stdout, stderr } = ratemill(dir, ['sql', ...words]);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^ratemill: /);
  assert.doesNotMatch(stderr, /mistake of the program/);
  return stderr;
}

test('a table shows decimals with all digits, times in UTC, NULL by name', () => {
  assert.equal(
    output('SELECT account, balance, rate_group, loaded_at FROM accounts, loads ORDER BY account'),
    `account             balance  rate_group  loaded_at
=cmd()            -0.500000  NULL        2026-03-02T07:00:00.500Z
alder    12345678901.000001  A           2026-03-02T07:00:00.500Z
`,
  );
  assert.equal(output('SELECT 1 AS one WHERE false'), 'one\n');
});

test('--limit shows the first rows and counts the rest', () => {
  assert.equal(
    output('SELECT range AS n FROM range(5000)', '--limit', '2'),
    'n\n0\n1\n… and 4,998 more rows (--limit 0 shows all)\n',
  );
  assert.equal(output('FROM range(5000)').split('\n').length, 5002);
  assert.match(refusal('FROM range(5)', '--limit', '2', '--format', 'csv'), /put LIMIT 2 into the query/);
});

test('CSV quotes, keeps null and empty apart, and disarms formulas but no numbers', () => {
  assert.equal(
    output("SELECT account, name, rate_group, balance, path AS '=path' FROM accounts, loads", '--format', 'csv'),
    'account,name,rate_group,balance,\'=path\r\nalder,"Alder, ""Telecom""",A,12345678901.000001,\'+49\r\n' +
      '\'=cmd(),"",,-0.500000,\'+49\r\n',
  );
  const query = `SELECT '+49301234' AS number, -1 AS whole, -1.5 AS decimal, -1e30::DOUBLE AS double, '-1.5' AS text,
    '-infinity'::DOUBLE AS endless, ['a;=1'] AS list, DATE '2026-03-02' AS day, INTERVAL '-1 day' AS span, 'a' || chr(13) AS line`;
  assert.equal(
    output(query, '--format', 'csv').split('\r\n')[1],
    `'+49301234,-1,-1.5,-1e+30,'-1.5,'-Infinity,"[""a;'=1""]",2026-03-02,'-1 day,"a\r"`,
  );
});

test('JSON is an array of objects without loss', () => {
  const query = `SELECT balance, 1 AS n, 1 AS n, 9007199254740993 AS big, NULL AS nothing, [1.5, NULL] AS list,
    {'a': now() IS NULL} AS struct, TIMESTAMP '2026-01-01 10:00:00.000001' AS plain FROM accounts LIMIT 1`;
  const expected = [
    {
      balance: '12345678901.000001',
      n: 1,
      'n:1': 1,
      big: '9007199254740993',
      nothing: null,
      list: ['1.5', null],
      struct: { a: false },
      plain: '2026-01-01T10:00:00.000001',
    },
  ];
  assert.deepEqual(JSON.parse(output(query, '--json')), expected);
  assert.deepEqual(JSON.parse(output(query, '--format', 'json')), expected);
  assert.equal(output('SELECT 1 WHERE false', '--json'), '[]\n');
  assert.match(refusal('SELECT 1', '--json', '--format', 'csv'), /leave one out/);
});

test('Parquet keeps decimals, and sums of whole numbers as decimals', async (t) => {
  const file = join(dir, "it's.parquet");
  t.after(() => rmSync(file));
  const query = 'SELECT account, balance, sum(load_id) OVER () AS whole FROM accounts; -- all';
  assert.equal(output(query, '--format', 'parquet', '--out', file), '');
  const instance = await DuckDBInstance.create();
  const reader = await instance.connect();
  const read = await reader.runAndReadAll(`FROM read_parquet('${file.replaceAll("'", "''")}') ORDER BY account`);
  assert.deepEqual(read.columnTypes().map(String), ['VARCHAR', 'DECIMAL(18,6)', 'DECIMAL(38,0)']);
  assert.deepEqual(read.getRowsJson(), [
    ['=cmd()', '-0.500000', '2'],
    ['alder', '12345678901.000001', '2'],
  ]);
  reader.closeSync();
  instance.closeSync();
  assert.match(refusal('SELECT 1', '--format', 'parquet'), /name a file with --out/);
  assert.match(refusal('SELECT 1; SELECT 2', '--format', 'parquet', '--out', file), /a single SELECT/);
});

test('--out writes the whole file or none', () => {
  const file = join(dir, 'accounts.csv');
  const { status, stdout, stderr } = ratemill(dir, ['sql', 'FROM accounts', '--format', 'csv', '--out', file]);
  assert.deepEqual([status, stdout], [0, '']);
  assert.match(stderr, /^wrote .*accounts\.csv: \d+ bytes\n$/);
  assert.equal(readFileSync(file, 'utf8').split('\r\n').length, 4);
  const failed = ratemill(dir, ['sql', 'FROM accounts', '--out', join(dir, 'none/x.txt')]);
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /x\.txt cannot be written: .*Check the folder/);
  const halfway = "SELECT CASE WHEN range = 9000 THEN error('stop') ELSE range END FROM range(10000)";
  refusal(halfway, '--format', 'csv', '--out', join(dir, 'half.csv'));
  assert.deepEqual(
    readdirSync(dir).filter((name) => /half|part/.test(name)),
    [],
  );
});

test('a query can change nothing and reach nothing else', async () => {
  const before = readFileSync(database);
  const other = join(dir, 'other');
  for (const query of [
    'DELETE FROM accounts',
    'DROP VIEW rated_calls',
    `COPY accounts TO '${other}'`,
    `EXPORT DATABASE '${other}'`,
    `ATTACH '${other}'`,
    'INSTALL httpfs',
    'SET enable_external_access = true',
    'RESET lock_configuration',
    "FROM read_csv('/etc/hostname')",
    "SELECT * FROM 'https://192.0.2.1/x.parquet'",
    "FROM glob('*')",
    `CREATE TEMP TABLE t AS SELECT 1; COPY t TO '${other}'; SELECT 1`,
    `EXPLAIN ANALYZE COPY accounts TO '${other}'`,
  ]) {
    const refused = { name: 'OperatorError', exitStatus: 2 };
    await assert.rejects(
      readOnlyQuery(database, { sql: query }, async (result) => result.fetchAllChunks()),
      refused,
      query,
    );
    await assert.rejects(exportParquet(database, { sql: query }, join(dir, 'never.parquet')), refused, query);
  }
  assert.equal(existsSync(other), false);
  assert.equal(existsSync(join(dir, 'never.parquet')), false);
  assert.deepEqual(readFileSync(database), before);
});

test('what DuckDB says is shown, with the place', () => {
  assert.match(
    refusal('SELECT nope\nFROM loads'),
    /^ratemill: Binder Error: Referenced column "nope" not found in FROM clause!\n {2}Candidate.*\n {2}LINE 1: SELECT nope\n {17}\^\n$/,
  );
  assert.match(refusal('selec 1'), /Parser Error: syntax error at or near "selec"/);
  assert.match(refusal("SELECT 'x'::INTEGER FROM loads"), /Conversion Error: Could not convert string 'x'/);
  assert.match(refusal(' ; -- nothing'), /the query is empty/);
  assert.match(refusal('SELECT 1; SELECT 2'), /several queries/);
  const missing = ratemill(dir, ['sql', 'SELECT 1', '--db', 'none.duckdb']);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /there is no database none\.duckdb/);
});

test('- reads the query from standard input', () => {
  const input = '-- a comment first\nCREATE TEMP TABLE t AS SELECT 42 AS answer;\nFROM t;\n';
  assert.equal(ratemill(dir, ['sql', '-'], { input }).stdout, 'answer\n    42\n');
});

test('audits: listed, run by name with parameters, shown to be changed, and told when they are wrong', () => {
  const list = output('--list');
  assert.match(list, /^name +title +parameters\n/);
  assert.match(list, /\nbalances-below-limit +Accounts below .* +margin=0 \(a decimal .*0 to 1000000000 money\)\n/);
  const [first] = JSON.parse(output('--list', '--json'));
  assert.deepEqual([first.name, first.parameters[0].default], ['balances-below-limit', '0']);
  const rows = (...words: string[]) =>
    JSON.parse(output(...words, '--json')).map(({ account }: { account: string }) => account);
  assert.deepEqual(rows('balances-below-limit'), []);
  assert.deepEqual(rows('balances-below-limit', '--param', 'margin=1'), ['=cmd()', 'alder']);
  const mine = output('short-calls', '--show').replace('AS answered,', 'AS answered, $seconds AS longest,');
  const changed = ratemill(dir, ['sql', '-', '--param', 'seconds=9'], { input: mine });
  assert.equal(changed.stdout, 'caller_gateway  account  calls  answered  longest  short  short_percent  short_fee\n');
  assert.match(refusal('short-cals'), /there is no audit short-cals; did you mean short-calls\?/);
  assert.match(refusal('short-calls', '--param', 'seconds=0'), /seconds=0: expected a whole number, 1 to 3600 seconds/);
  assert.match(refusal('SELECT 1', '--param', 'a=1'), /a: is no parameter of the query, which has none/);
  assert.match(refusal('SELECT 1', '--show'), /give its name/);
  assert.match(refusal('short-calls', '--list'), /leave short-calls out/);
  assert.match(refusal(), /there is no query/);
});

test('an audit goes to Parquet, its parameters bound', (t) => {
  const file = join(dir, 'audit.parquet');
  t.after(() => rmSync(file));
  const { status, stderr } = ratemill(dir, [
    ...['sql', 'balances-below-limit', '--param', 'margin=1', '--format', 'parquet', '--out', file],
  ]);
  assert.deepEqual([status, stderr], [0, `wrote ${file}: 2 rows\n`]);
});

test('a reader that goes away ends the output quietly', () => {
  const program = join(import.meta.dirname, '../../../engine/cli.ts');
  const line = `'${process.execPath}' '${program}' sql 'FROM range(2000000)' --format csv | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: dir, encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], ['range\r\n0\n', '']);
});
