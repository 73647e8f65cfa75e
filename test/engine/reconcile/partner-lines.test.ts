import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { OperatorError } from '../../../engine/errors.ts';
import { readLines } from '../../../engine/reconcile/partner-lines.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-lines-'));
after(() => rmSync(dir, { recursive: true }));

/** Lines with their numbers, and the numbers of those that cannot be read with what was expected. */
async function read(content: string | Buffer, encoding = 'utf-8', name = 'theirs.csv') {
  const { connection, close } = await openDatabase(':memory:');
  try {
    await connection.run(
      'CREATE TEMP TABLE unreadable (file_no INTEGER, line BIGINT, title VARCHAR, value VARCHAR, expected VARCHAR)',
    );
    const path = join(dir, name);
    writeFileSync(path, content);
    const lines = await readLines(connection, { path, fileNo: 0, encoding });
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    return {
      lines: await rows(`SELECT line::INTEGER, text FROM ${lines} ORDER BY line`),
      unreadable: await rows('SELECT line::INTEGER, expected FROM unreadable ORDER BY line'),
    };
  } finally {
    close();
  }
}

test('lines keep their numbers, whatever ends them, and quotes and separators in them are text', async () => {
  const lines = [
    [1, 'a;"b'],
    [2, null],
    [3, 'c,"",d'],
    [4, '  '],
    [5, 'ü'],
  ];
  for (const end of ['\n', '\r\n']) {
    const text = `${lines.map(([, text]) => text ?? '').join(end)}${end}`;
    assert.deepEqual(await read(text), { lines, unreadable: [] });
    assert.deepEqual((await read(text.slice(0, -end.length))).lines, lines, 'without a line end at the end');
    assert.deepEqual((await read(`\ufeff${text}`)).lines, lines, 'with a byte order mark');
  }
});

test('a hundred thousand lines are in their order', async () => {
  const { lines } = await read(Array.from({ length: 100_000 }, (_, i) => `${i + 1} ${'x'.repeat(i % 90)}\n`).join(''));
  assert.equal(lines.length, 100_000);
  assert.ok(lines.every(([line, text]) => `${text}`.startsWith(`${line} `)));
});

test('bytes that are no UTF-8 spoil their lines and no others', async () => {
  const bad = Buffer.from([0xe4, 0xff]);
  const text = (line: string) => Buffer.from(`${line}\n`);
  const content = Buffer.concat([text('one'), text('two'), bad, text(' three'), bad, text(' four'), text('five')]);
  const { lines, unreadable } = await read(content);
  assert.deepEqual(lines, [
    [1, 'one'],
    [2, 'two'],
    [5, 'five'],
  ]);
  assert.deepEqual(
    unreadable.map(([line]) => line),
    [3, 4],
  );
  assert.match(String(unreadable[0][1]), /text in utf-8: name another encoding in the map/);
});

test('the map may name another encoding', async () => {
  assert.deepEqual((await read(Buffer.from('Zür;ich\n', 'latin1'), 'latin-1')).lines, [[1, 'Zür;ich']]);
  assert.deepEqual((await read(Buffer.from('Zür;ich\nb\n', 'utf16le'), 'utf-16')).lines, [
    [1, 'Zür;ich'],
    [2, 'b'],
  ]);
});

test('a name with signs of a pattern is that file', async () => {
  writeFileSync(join(dir, 'x1.csv'), 'other\n');
  assert.deepEqual((await read('this\n', 'utf-8', 'x[1]*?.csv')).lines, [[1, 'this']]);
});

test('no file, a folder, and an empty file', async () => {
  const { connection, close } = await openDatabase(':memory:');
  mkdirSync(join(dir, 'folder'));
  for (const [name, said] of [
    ['none.csv', 'none.csv does not exist; nothing was reconciled'],
    ['folder', 'folder is no file; nothing was reconciled'],
  ]) {
    await assert.rejects(readLines(connection, { path: join(dir, name), fileNo: 0, encoding: 'utf-8' }), (error) => {
      return error instanceof OperatorError && error.message.endsWith(said);
    });
  }
  close();
  assert.deepEqual(await read(''), { lines: [], unreadable: [] });
});
