import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('what each run counted without recording it, and the fee where one was worked out', async (t) => {
  const rating = await ratingTest(t);
  const uk = { callee_e164: '442071234567' };
  const calls = [
    lasting(1, 60, { callee_e164: '5001' }),
    lasting(2, 60, { billing_mode: -1 }),
    lasting(3, 0),
    lasting(4, 60, { ...uk, end_direction: 2 }),
    lasting(5, 60, { ...uk, end_direction: 2 }),
    lasting(6, 60, uk),
    lasting(7, 60, uk),
    lasting(8, 60, uk),
  ];
  await rateCalls(rating, calls, {
    SERVER_BILLING_NO_CDR_E164S: '500*',
    SERVER_BILLING_RECORD_ILLEGAL_CALL: 0,
    SERVER_BILLING_RECORD_ZERO_HOLD_TIME: 0,
    SERVER_BILLING_RECORD_SERVER_HANG_UP: 0,
  });
  await rateCalls(rating, [lasting(9, 60)]);
  const rows = await auditRows(rating, 'lost-to-suppression');
  assert.deepEqual(
    rows.map(([run, , ...rest]) => [run, ...rest]),
    [
      [1, 'no_cdr', 'SERVER_BILLING_NO_CDR_E164S', 1, 60, 12.5, null],
      [1, 'suppressed_illegal', 'SERVER_BILLING_RECORD_ILLEGAL_CALL', 1, 60, 12.5, '0.000000'],
      [1, 'suppressed_server_hang_up', 'SERVER_BILLING_RECORD_SERVER_HANG_UP', 2, 120, 25, '0.019800'],
      [1, 'suppressed_zero_hold', 'SERVER_BILLING_RECORD_ZERO_HOLD_TIME', 1, 0, 12.5, '0.000000'],
    ],
  );
  const [[startedAt]] = await rating.rows('SELECT epoch_ms(started_at) FROM runs WHERE run_id = 1');
  assert.equal(Date.parse(String(rows[0][1])), Number(startedAt));
});
