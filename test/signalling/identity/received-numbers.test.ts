import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CalleeSource,
  type CallerSource,
  calleeSources,
  callerSources,
  defaultNumberSources,
} from '../../../signalling/identity/identity-policy.ts';
import { dialledNumber, receivedNumbers } from '../../../signalling/identity/received-numbers.ts';
import { requestOf } from '../sip-text.ts';

const request = requestOf('INVITE', {
  uri: 'sip:1@192.0.2.1',
  from: '"+49 (30) 12" <sip:2@192.0.2.9>;tag=a',
  to: '<sip:3@192.0.2.1>',
  lines: [
    'P-Asserted-Identity: "A" <sip:4@192.0.2.9>, <tel:+44>',
    'P-Preferred-Identity: <tel:+5-5>',
    'Remote-Party-ID: <sip:60@192.0.2.9>;party=called, <sip:6@192.0.2.9>;party=calling;screen=yes',
    'Diversion: <sip:7@192.0.2.9>;reason=unconditional',
    'Diversion: <sip:70@192.0.2.9>',
  ],
});

function caller(callerFrom: CallerSource, asked = request): string {
  return receivedNumbers(asked, { ...defaultNumberSources, callerFrom }).caller;
}

function callee(calleeFrom: CalleeSource, asked = request): string {
  return receivedNumbers(asked, { ...defaultNumberSources, calleeFrom }).callee;
}

test('the caller is read from where the gateway has it', () => {
  const found = callerSources.map((source) => caller(source));
  assert.deepEqual(found, ['2', '4', '+55', '6', '+493012']);
});

test('the callee is read from where the gateway has it, of several diversions from the last', () => {
  assert.deepEqual(
    calleeSources.map((source) => callee(source)),
    ['1', '3', '7'],
  );
});

test('what is not there is read from From and the request line', () => {
  const bare = requestOf('INVITE', { from: '<sip:2@192.0.2.9>;tag=a', uri: 'tel:+49-1' });
  for (const source of callerSources) assert.equal(caller(source, bare), '2', source);
  assert.deepEqual([callee('diversion', bare), callee('request-uri', bare)], ['+491', '+491']);
});

test('what is malformed is passed over: the next value, and then From and the request line', () => {
  const asserted = (value: string) =>
    caller('p-asserted-identity', requestOf('INVITE', { lines: [`P-Asserted-Identity: ${value}`] }));
  const broken = ['', '<', '<sip:>', '<sip:1@2@3>', '"x <sip:5@h>', 'http://5', '<sip:anonymous@h>', ';', '<tel:>'];
  for (const value of broken) assert.equal(asserted(value), '4420', value);
  assert.equal(asserted('<sip:@h>, <tel:+5>'), '+5');
  const named = (display: string) =>
    caller('display-name', requestOf('INVITE', { from: `${display}<sip:2@192.0.2.9>;tag=a` }));
  assert.deepEqual(['"Bob" ', '"12 Bob" ', '"+" ', '49 30 ', ''].map(named), ['2', '2', '2', '4930', '2']);
  assert.equal(callee('to', requestOf('INVITE', { to: '<sip:192.0.2.1>' })), '49301');
  assert.equal(callee('diversion', requestOf('INVITE', { lines: ['Diversion: nobody'] })), '49301');
});

test('an anonymous caller has no number', () => {
  assert.equal(caller('from', requestOf('INVITE', { from: 'sip:anonymous@anonymous.invalid;tag=a' })), '');
});

test('the number that was dialled is that of To', () => {
  assert.equal(dialledNumber(request), '3');
  assert.equal(dialledNumber(requestOf('INVITE', { to: '<mailto:a@b>' })), '');
});
