import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditValues } from '../../../engine/audits/audit-values.ts';
import { readAudit } from '../../../engine/audits/read-audit.ts';

const audit = readAudit(
  'mine',
  `-- title: Mine
-- parameter: minutes | whole | 15 | 1 to 180 | minutes | how far
-- parameter: percent | amount | 0.5 | 0 to 100 | percent | how much
-- parameter: word | text | a | 1 to 3 | | which
-- parameter: as_of | moment | 2026-01-31 | | | when
SELECT 1`,
);

/** The values as text, by name. */
function values(...given: string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(auditValues(audit, given)).map(([name, { value, type }]) => [name, `${value} ${type}`]),
  );
}

test('defaults, and what is given over them; of one name the last counts', () => {
  assert.deepEqual(values(), {
    minutes: '15 INTEGER',
    percent: '0.500000 DECIMAL(18,6)',
    word: 'a VARCHAR',
    as_of: '2026-01-31 00:00:00+00 TIMESTAMP WITH TIME ZONE',
  });
  assert.equal(values('minutes=1', 'minutes=180').minutes, '180 INTEGER');
  assert.equal(values("word=='").word, "=' VARCHAR");
});

test('every mistake is told at once, with what is allowed and the nearest name', () => {
  const given = ['minuets=1', 'other=1', 'minutes', 'minutes=181', 'percent=1e1', 'word=abcd', 'as_of=soon'];
  assert.throws(() => auditValues(audit, given), {
    exitStatus: 2,
    message: 'mine cannot be asked that way',
    details: [
      '--param minuets: is no parameter of mine, which has minutes, percent, word, as_of; did you mean minutes?',
      '--param other: is no parameter of mine, which has minutes, percent, word, as_of',
      '--param minutes: expected name=value',
      '--param minutes=181: expected a whole number, 1 to 180 minutes',
      '--param percent=1e1: expected a decimal with at most 6 decimals, 0 to 100 percent',
      '--param word=abcd: expected a text of 1 to 3 characters',
      '--param as_of=soon: expected now, a date, or a time such as 2026-01-31T08:00:00Z',
    ],
  });
  for (const value of ['0', '1.5', '-1', '', ' 5', '99999999999'])
    assert.throws(() => values(`minutes=${value}`), value);
});
