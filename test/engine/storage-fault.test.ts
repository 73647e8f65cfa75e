import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageFault } from '../../engine/storage-fault.ts';

/** What DuckDB says, and what of it is told; that it does say so is tested in adversity.test.ts, as far as a test can. */
const told: readonly [string, string][] = [
  [
    'TransactionContext Error: Failed to commit: Could not write file "/db/a.duckdb.wal": No space left on device',
    'no space is left for /db/a.duckdb.wal (No space left on device); nothing was changed. Free some there, or put the ' +
      'database elsewhere (--db), then run the same command again',
  ],
  [
    'IO Error: Could not write to file "/db/a.duckdb": Disk quota exceeded',
    'no space is left for /db/a.duckdb (Disk quota exceeded); nothing was changed. Free some there, or put the database ' +
      'elsewhere (--db), then run the same command again',
  ],
  [
    'IO Error: Cannot open file "/db/a.duckdb": Permission denied',
    '/db/a.duckdb cannot be opened: Permission denied; nothing was changed. Ratemill writes the database and files beside ' +
      'it: run it as a user who may, or name another (--db)',
  ],
  [
    'IO Error: Could not read from file "/db/a.duckdb": Input/output error',
    '/db/a.duckdb cannot be read: Input/output error; nothing was changed. Check the disk and its file system, then run ' +
      'the same command again',
  ],
];

test('says which file, what is stored and what to do', () => {
  for (const [message, expected] of told) assert.equal(storageFault(new Error(message))?.message, expected);
  assert.match(
    storageFault(new Error(told[0][0]), 'run 2 is stored')?.message ?? '',
    /device\); run 2 is stored\. Free/,
  );
});

test('other failures are not of the storage', () => {
  for (const message of [
    'Binder Error: column "open" must appear in the GROUP BY clause: "a"',
    'IO Error: Cannot open file "/db/none/a.duckdb": No such file or directory',
    'the calls stored are not the calls rated',
  ]) {
    assert.equal(storageFault(new Error(message)), undefined);
  }
  assert.equal(storageFault('No space left on device'), undefined);
});
