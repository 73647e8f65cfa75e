import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isStored, statusCode, statuses } from '../../rating/status.ts';

test('each status has the code of its place, and 0 is no end', () => {
  assert.deepEqual(
    statuses.map(({ name }) => statusCode[name]),
    [...statuses.keys()],
  );
  assert.equal(statusCode.undecided, 0);
  assert.ok(statuses.length < 256);
});

test('what is charged is recorded, and what is recorded in a table of calls is stored', () => {
  statuses.forEach(({ recorded, charged }, code) => {
    if (charged) assert.equal(recorded, 'rated_calls');
    assert.equal(isStored[code], recorded.endsWith('_calls') ? 1 : 0);
  });
});

const book = new URL('../../../shared/spec/rating.md', import.meta.url);

test('the statuses are those of rating.md, in its order', {
  skip: existsSync(book) ? false : `no ${book.pathname}`,
}, () => {
  const rows = readFileSync(book, 'utf8').matchAll(/^\| (\d+) \|.*?\| `(\w+)`[^|]*\| ([^|]*)\| ([^|]*)\|$/gm);
  const written = [...rows].map(([, , name, where, charged]) => {
    return { name, stored: /`(un)?rated_calls`/.test(where), charged: /^(yes|part)/.test(charged) };
  });
  assert.deepEqual(
    written,
    statuses.slice(1).map(({ name, charged }, i) => ({ name, stored: isStored[i + 1] === 1, charged })),
  );
});
