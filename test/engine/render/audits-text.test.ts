import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAudit } from '../../../engine/audits/read-audit.ts';
import { auditsText } from '../../../engine/render/audits-text.ts';

test('a line an audit, and one for each further parameter', () => {
  const none = readAudit('no-settings', '-- title: Nothing to set\nSELECT 1');
  const two = readAudit(
    'two',
    '-- title: Two\n-- parameter: a | whole | 1 | 1 to 9 | calls | x\n-- parameter: b | moment | now | | | y\nSELECT 1',
  );
  assert.equal(
    auditsText([none, two]),
    `name         title           parameters
no-settings  Nothing to set
two          Two             a=1 (a whole number, 1 to 9 calls)
                             b=now (now, a date, or a time such as 2026-01-31T08:00:00Z)
`,
  );
});
