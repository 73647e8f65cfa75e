import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOrNull,
  amount,
  amountNotZero,
  type FieldReader,
  increment,
  moment,
  momentOrNull,
  name,
  prefix,
  Refusal,
  rateAmount,
  reference,
  switchOrFalse,
  timezone,
  wordsOrNull,
} from '../../../engine/reference/field-readers.ts';

const oneLine = 'one line of text without control characters';
const digits = '1 to 250 digits';

function reads<T>(title: string, read: FieldReader<T>, accepted: Record<string, T>, refused: Record<string, string>) {
  test(title, () => {
    for (const [text, value] of Object.entries(accepted)) assert.deepEqual(read(text), value, JSON.stringify(text));
    for (const [text, expected] of Object.entries(refused)) {
      assert.deepEqual(read(text), new Refusal(expected), JSON.stringify(text));
    }
  });
}

reads('a name', name, { ' Ö & Co ': 'Ö & Co' }, { '': 'a name', '  ': 'a name', 'a\nb': oneLine, '\u0007': oneLine });

reads(
  'a reference',
  reference,
  { ' 2026/17 ': '2026/17' },
  { ' ': 'a reference that no other payment has', 'a\nb': oneLine },
);

reads('free text', wordsOrNull, { '': null, ' x': 'x' }, { 'a\tb': oneLine });

reads(
  'a prefix is 1 to 250 digits',
  prefix,
  { '49': '49', ' 0049 ': '0049', [`${'1'.repeat(250)}`]: '1'.repeat(250) },
  { '': digits, '+49': digits, '49*': digits, '4 9': digits, '1e3': digits, '٤٩': digits, ['1'.repeat(251)]: digits },
);

reads(
  'an amount is a plain decimal',
  amount,
  { '0.0125': 12_500n, ' -5': -5_000_000n, '1.1000000': 1_100_000n },
  {
    '': 'a decimal with a point, such as 0.0125',
    '0,0125': 'a decimal with a point, such as 0.0125',
    '1,000.00': 'a decimal with a point, such as 0.0125',
    '1e-3': 'a decimal with a point, such as 0.0125',
    '.5': 'a decimal with a point, such as 0.0125',
    '0.0000001': 'at most 6 decimals',
    '1000000000000': 'an amount below 1,000,000,000,000',
  },
);

reads(
  'a payment is of any amount but 0',
  amountNotZero,
  { '-0.000001': -1n, '5': 5_000_000n },
  {
    '0': 'an amount other than 0',
    '-0.00': 'an amount other than 0',
    '': 'a decimal with a point, such as 0.0125',
  },
);

reads(
  'a rate is neither negative nor huge',
  rateAmount,
  { '0': 0, '999999.999999': 999_999_999_999 },
  { '-0.000001': 'an amount of 0 or more, below 1000000', '1000000': 'an amount of 0 or more, below 1000000' },
);

reads(
  'an increment is 1 to 86400 seconds',
  increment,
  { '1': 1, ' 60 ': 60, '86400': 86_400 },
  Object.fromEntries(
    ['0', '86401', '', '6.0', '-1', '1e1', '0x10'].map((text) => [text, 'whole seconds from 1 to 86400']),
  ),
);

reads(
  'a moment is a date, or a time with a zone',
  momentOrNull,
  {
    '': null,
    '2026-01-31': Date.UTC(2026, 0, 31),
    '2024-02-29': Date.UTC(2024, 1, 29),
    '2026-01-31T08:00Z': Date.UTC(2026, 0, 31, 8),
    '2026-01-31 08:00:00.5Z': Date.UTC(2026, 0, 31, 8, 0, 0, 500),
    '2026-01-31T00:30:00+01:00': Date.UTC(2026, 0, 30, 23, 30),
    '2026-01-31T00:30:00-0530': Date.UTC(2026, 0, 31, 6),
  },
  {
    '2026-02-29': 'a day of the calendar, from 1900 on',
    '2026-13-01': 'a day of the calendar, from 1900 on',
    '1899-12-31': 'a day of the calendar, from 1900 on',
    '2026-01-31T08:00:00': 'a time zone after the time: Z, or an offset such as +01:00',
    '2026-01-31T24:00:00Z': 'a time of day from 00:00:00 to 23:59:59, and an offset up to 14:00',
    '2026-01-31T08:00:60Z': 'a time of day from 00:00:00 to 23:59:59, and an offset up to 14:00',
    '2026-01-31T08:00:00+15:00': 'a time of day from 00:00:00 to 23:59:59, and an offset up to 14:00',
    '31.01.2026': 'a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z',
    '2026-1-1': 'a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z',
    '1769846400': 'a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z',
  },
);

const years = 'a date or a time in the years 2000 to 2059, such as 2026-01-31T08:00:00Z';

reads(
  'a payment is of the years a call may lie in',
  moment,
  { '2000-01-01': Date.UTC(2000, 0, 1), '2059-12-31T23:59:59.999Z': Date.UTC(2060, 0, 1) - 1 },
  {
    '': years,
    '1999-12-31T23:59:59.999Z': years,
    '2060-01-01': years,
    '2026-02-29': 'a day of the calendar, from 1900 on',
  },
);

reads(
  'a switch',
  switchOrFalse,
  { '': false, true: true, FALSE: false, '1': true, '0': false, yes: true, No: false },
  { on: 'true or false', '2': 'true or false', constructor: 'true or false' },
);

reads(
  'a time zone is an IANA name',
  timezone,
  { 'Europe/Berlin': 'Europe/Berlin', UTC: 'UTC', 'Asia/Calcutta': 'Asia/Calcutta' },
  {
    'Europe/Berln': 'an IANA time zone such as Europe/Berlin',
    'Asia/Tokio': 'an IANA time zone such as Asia/Tokyo',
    '+01:00': 'an IANA time zone such as Europe/Berlin',
    '': 'an IANA time zone such as Europe/Berlin',
  },
);

reads(
  'an address is IPv4 or IPv6, with a port or without',
  addressOrNull,
  Object.fromEntries(
    ['192.0.2.1', '192.0.2.1:5060', '2001:db8::1', '[2001:db8::1]', '[2001:db8::1]:5060', '::ffff:192.0.2.1'].map(
      (text) => [text, text],
    ),
  ),
  Object.fromEntries(
    [
      '192.0.2.256',
      '192.0.2.1:0',
      '192.0.2.1:65536',
      'sip.example.net',
      '[192.0.2.1]',
      'fe80::1%eth0',
      '[::1',
      '10.0.0.0/8',
    ].map((text) => [text, 'an IPv4 or IPv6 address, such as 192.0.2.1, 192.0.2.1:5060 or [2001:db8::1]:5060']),
  ),
);

test('a gateway may be without address', () => assert.equal(addressOrNull(' '), null));
