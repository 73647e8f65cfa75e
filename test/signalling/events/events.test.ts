import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callEventColumns,
  callEventSchema,
  serverReasonCode,
  serverReasons,
} from '../../../signalling/events/events.ts';

/** The table of interfaces.md, "Call events", by hand. */
const contract = [
  'flow_no Uint64',
  'softswitch Dictionary<Int32, Utf8>',
  'sip_call_id Utf8 null',
  'caller_access_e164 Utf8 null',
  'callee_access_e164 Utf8 null',
  'caller_e164 Utf8',
  'callee_e164 Utf8',
  'callee_to_gateway_e164 Utf8 null',
  'caller_gateway Dictionary<Int32, Utf8> null',
  'callee_gateway Dictionary<Int32, Utf8> null',
  'caller_ip Dictionary<Int32, Utf8> null',
  'callee_ip Dictionary<Int32, Utf8> null',
  'account Dictionary<Int32, Utf8> null',
  'start_at Timestamp<MILLISECOND, UTC>',
  'ringing_at Timestamp<MILLISECOND, UTC> null',
  'answered_at Timestamp<MILLISECOND, UTC> null',
  'ended_at Timestamp<MILLISECOND, UTC>',
  'end_direction Uint8',
  'end_reason Int32',
  'billing_mode Int8',
  'attempts Uint8',
];

test('the schema is the one of the contract', () => {
  const written = callEventSchema().fields.map(
    ({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`,
  );
  assert.deepEqual(written, contract);
});

test('a column whose values may not be null is required', () => {
  for (const { name, nullable, required } of callEventColumns) assert.ok(nullable || required, name);
});

test('two schemas have the same dictionary ids, so that equal events make equal files', () => {
  const ids = () => [...callEventSchema().dictionaries.keys()];
  assert.equal(ids().length, 6);
  assert.deepEqual(ids(), ids());
});

test('server reasons have a negative code and a symbol of their own each', () => {
  assert.equal(new Set(serverReasons.map(({ code }) => code)).size, serverReasons.length);
  assert.equal(new Set(serverReasons.map(({ symbol }) => symbol)).size, serverReasons.length);
  for (const { code, symbol, meaning } of serverReasons) {
    assert.ok(code < 0 && Number.isInteger(code), symbol);
    assert.match(meaning, /^[A-Z].*\.$/);
    assert.equal(serverReasonCode[symbol], code);
  }
});
