import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditValues } from '../../../engine/audits/audit-values.ts';
import { auditNames, findAudit, isAuditName, readAudit, standaloneSql } from '../../../engine/audits/read-audit.ts';

test('every audit has a title, an answer, columns, defaults that are allowed, and a test of its name', () => {
  for (const name of auditNames()) {
    const audit = findAudit(name);
    assert.ok(isAuditName(name), name);
    assert.ok(audit.title !== '' && audit.answers !== '' && audit.columns.length > 0, name);
    assert.deepEqual(
      Object.keys(auditValues(audit, [])).map((parameter) => audit.sql.includes(`$${parameter}`)),
      audit.parameters.map(() => true),
    );
    assert.ok(existsSync(join(import.meta.dirname, `${name}.test.ts`)), name);
  }
});

test('a header goes on over lines; SQL without one has no parameters', () => {
  const { title, answers, parameters, columns } = readAudit(
    'mine',
    '-- title: Mine\n-- answers: this\n--   and that\n-- column: a | money | what\nSELECT 1 AS a -- title: no',
  );
  assert.deepEqual([title, answers, parameters], ['Mine', 'this and that', []]);
  assert.deepEqual(columns, [{ name: 'a', unit: 'money', meaning: 'what' }]);
  assert.deepEqual(readAudit('mine', '-- a comment\nSELECT 1').columns, []);
});

test('what is shown stands alone: the shared SQL in place of its name, the header in front', () => {
  const audit = findAudit('lost-to-rounding');
  const alone = readAudit('mine', standaloneSql(audit));
  assert.equal(alone.before, '');
  assert.deepEqual([alone.title, alone.columns], [audit.title, audit.columns]);
  assert.match(alone.sql, /CREATE OR REPLACE TEMP VIEW current_calls/);
});

test('wrong names, types and shared parts are told with what there is', () => {
  assert.throws(() => findAudit('old-decks'), {
    exitStatus: 2,
    message: 'there is no audit old-decks; did you mean old-deck?',
  });
  assert.throws(
    () => readAudit('mine', '-- column: a | b'),
    /mine: the header has "a | b"; expected name | unit | meaning/,
  );
  assert.throws(() => readAudit('mine', '-- parameter: a | float | 1 | 0 to 1 | | x'), /parameter a has type "float"/);
  assert.throws(
    () => readAudit('mine', '-- uses: more'),
    /mine uses "more"; there are billing-rules and current-calls and/,
  );
});
