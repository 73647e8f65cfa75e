import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { appendTable } from '../../../engine/reference/append-table.ts';
import { appendColumns } from '../../../engine/store/append-columns.ts';
import { insertRows } from '../../../engine/store/insert-rows.ts';
import { loading } from '../reference/folder.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What comes to be in a table, which has had the key 1, after appending failed, was undone, and garbage was collected. */
async function leftOver(t: TestContext, append: (connection: DuckDBConnection) => Promise<void>): Promise<unknown> {
  const { connection, rows } = await loading(t);
  for (const table of ['TABLE kept', 'TEMP TABLE staged'])
    await connection.run(`CREATE ${table} (n INTEGER PRIMARY KEY)`);
  await connection.run('INSERT INTO kept VALUES (1)');
  await connection.run('INSERT INTO staged VALUES (1)');
  await connection.run('BEGIN');
  await assert.rejects(append(connection));
  await connection.run('ROLLBACK');
  await connection.run('DELETE FROM kept');
  await connection.run('DELETE FROM staged');
  for (let pass = 0; pass < 5; pass++) {
    collect();
    await setTimeout(10);
  }
  return rows('SELECT n FROM kept UNION ALL SELECT n FROM staged');
}

test('rows that could not be appended do not come back when their transaction is over', async (t) => {
  const inserted = (rows: () => Iterable<DuckDBValue[]>) =>
    leftOver(t, (connection) => insertRows(connection, 'kept', rows()));
  assert.deepEqual(await inserted(() => [[2], [1]]), [], 'a key that is there');
  assert.deepEqual(await inserted(() => [[2], [10n ** 30n]]), [], 'a value of another type');
  const stopping = function* () {
    yield [2];
    throw new Error('the source failed');
  };
  assert.deepEqual(await inserted(stopping), [], 'a source that fails');
});

test('nor do columns', async (t) => {
  const numbers = Int32Array.of(2, 1);
  assert.deepEqual(await leftOver(t, (connection) => appendColumns(connection, 'staged', [numbers], 2)), []);
  assert.deepEqual(await leftOver(t, (connection) => appendTable(connection, 'staged', [[2, 1]])), []);
});
