import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratedColumns } from '../../rating/columns.ts';
import { EARLIEST_MS, type FaultName, faultCode, faults, LATEST_MS, rejectMalformed } from '../../rating/malformed.ts';
import { begin, calls, named, type Row } from './calls.ts';

function faultOf(row: Row): string {
  const out = ratedColumns(1);
  rejectMalformed(calls(row), out);
  assert.equal(out.status[0] !== 0, out.fault[0] !== 0);
  return faults[out.fault[0]].name;
}

const last = LATEST_MS - begin;
const first = EARLIEST_MS - begin;

const told: readonly (readonly [FaultName, Row])[] = [
  ['year_out_of_range', { start: first - 1 }],
  ['year_out_of_range', { ended: last }],
  ['year_out_of_range', { ringing: first - 1 }],
  ['year_out_of_range', { ringing: last }],
  ['year_out_of_range', { answered: last }],
  ['answered_before_start', { start: 1 }],
  ['ended_before_answered', { answered: 60_001 }],
  ['ended_before_start', { answered: null, ended: -1 }],
  ['end_direction_unknown', { endDirection: 3 }],
  ['billing_mode_unknown', { billingMode: 4 }],
  ['billing_mode_unknown', { billingMode: -2 }],
];

for (const [fault, row] of told) {
  test(`${fault}: ${JSON.stringify(row)}`, () => assert.equal(faultOf(row), fault));
}

for (const [name, code] of Object.entries(faultCode)) {
  if (!/^missing|^not_utf8/.test(name)) continue;
  test(`${name}, as the reader found it, whatever else is wrong`, () => {
    assert.equal(faultOf({ fault: code }), name);
    assert.equal(faultOf({ fault: code, start: 1, endDirection: 9 }), name);
  });
}

test('each fault has a sentence, and a test above or at the end of the path', () => {
  const here = new Set(told.map(([name]) => name));
  for (const { name, sentence } of faults.slice(1)) {
    assert.ok(sentence.length > 0, name);
    assert.ok(here.has(name) || /^missing|^not_utf8|^fee_out_of_range/.test(name), name);
  }
});

test('what is odd and possible passes: no time at all, the ends of time, ringing outside of the call', () => {
  const possible: Row[] = [
    { start: 0, answered: 0, ended: 0 },
    { start: first, answered: first, ended: last - 1 },
    { ringing: -5000 },
    { ringing: 90_000 },
    { answered: null },
    { billingMode: -1, endDirection: 2 },
    { callee: '' },
  ];
  for (const row of possible) assert.equal(faultOf(row), 'none', JSON.stringify(row));
});

test('what was left from the batch before does not count', () => {
  const out = ratedColumns(2);
  rejectMalformed(calls({ endDirection: 3 }, { fault: 1 }), out);
  rejectMalformed(calls({}, {}), out);
  assert.deepEqual(
    [named(out.status), [...out.fault]],
    [
      ['-', '-'],
      [0, 0],
    ],
  );
});
