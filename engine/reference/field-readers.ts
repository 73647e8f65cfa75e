import { isIPv4, isIPv6 } from 'node:net';
import { EARLIEST_MS, LATEST_MS } from '../../rating/malformed.ts';
import { formatMoney, parseMoney, RATE_LIMIT } from '../../rating/money.ts';
import { nearestName } from '../parameters/nearest-name.ts';

/** What a value should have been, in words that follow "expected". */
export class Refusal {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

/** Reads the text of one value, or says what was expected instead. */
export type FieldReader<T> = (text: string) => T | Refusal;

/** A name: any text without control characters; spaces around it are dropped. */
export const name: FieldReader<string> = (text) => (text.trim() === '' ? new Refusal('a name') : words(text));

/** The reference of a payment, by which it is known again. */
export const reference: FieldReader<string> = (text) =>
  text.trim() === '' ? new Refusal('a reference that no other payment has') : words(text);

/** Free text, which may be empty. */
export const words: FieldReader<string> = (text) =>
  /\p{Cc}/u.test(text) ? new Refusal('one line of text without control characters') : text.trim();

/** Free text, null when empty. */
export const wordsOrNull: FieldReader<string | null> = (text) => (text.trim() === '' ? null : words(text));

/** No number is that long; the trie of prefixes counts its depth in a byte. */
const PREFIX = /^\d{1,250}$/;

/** Digits a called number begins with. */
export const prefix: FieldReader<string> = (text) => {
  if (PREFIX.test(text)) return text;
  return PREFIX.test(text.trim()) ? text.trim() : new Refusal('1 to 250 digits');
};

/** An amount in micros. */
export const amount: FieldReader<bigint> = (text) => {
  const micros = parseMoney(text.trim());
  return typeof micros === 'bigint' ? micros : new Refusal(micros.expected);
};

/** An amount in micros, 0 or above. */
export const amountNotNegative: FieldReader<bigint> = (text) => {
  const micros = amount(text);
  return typeof micros === 'bigint' && micros < 0n ? new Refusal('an amount of 0 or more') : micros;
};

/** An amount in micros, above or below 0. */
export const amountNotZero: FieldReader<bigint> = (text) => {
  const micros = amount(text);
  return micros === 0n ? new Refusal('an amount other than 0') : micros;
};

/** A rate per minute or a connect fee, in micros: 0 or above, and below RATE_LIMIT, so that a number holds it. */
export const rateAmount: FieldReader<number> = (text) => {
  const micros = amount(text);
  if (typeof micros !== 'bigint') return micros;
  return micros < 0n || micros >= RATE_LIMIT
    ? new Refusal(`an amount of 0 or more, below ${formatMoney(RATE_LIMIT, 0)}`)
    : Number(micros);
};

/** Like `rateAmount`, 0 when empty. */
export const rateAmountOrZero: FieldReader<number> = (text) => (text.trim() === '' ? 0 : rateAmount(text));

/** A billing increment in seconds. */
export const increment: FieldReader<number> = (text) => {
  const seconds = Number(text);
  return /^ *\d{1,5} *$/.test(text) && seconds >= 1 && seconds <= 86_400
    ? seconds
    : new Refusal('whole seconds from 1 to 86400');
};

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/;

/** A moment as milliseconds since 1970 UTC, null when empty. A date alone is midnight UTC. */
export const momentOrNull: FieldReader<number | null> = (text) => {
  if (text.trim() === '') return null;
  const parts = MOMENT.exec(text.trim());
  if (!parts) return new Refusal('a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z');
  const [, year, month, day, hour, minute, second = '0', fraction = '', utc, sign, offsetHour, offsetMinute] = parts;
  if (hour !== undefined && utc === undefined && sign === undefined) {
    return new Refusal('a time zone after the time: Z, or an offset such as +01:00');
  }
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number(year) < 1900 || midnight.toISOString().slice(0, 10) !== `${year}-${month}-${day}`) {
    return new Refusal('a day of the calendar, from 1900 on');
  }
  if (hour === undefined) return midnight.getTime();
  const minutes = Number(hour) * 60 + Number(minute);
  const offset = sign === undefined ? 0 : Number(offsetHour) * 60 + Number(offsetMinute);
  if (
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59 ||
    offset > 14 * 60 ||
    Number(offsetMinute) > 59
  ) {
    return new Refusal('a time of day from 00:00:00 to 23:59:59, and an offset up to 14:00');
  }
  const localMs = midnight.getTime() + (minutes * 60 + Number(second)) * 1000 + Number(fraction.padEnd(3, '0'));
  return localMs + (sign === '-' ? offset : -offset) * 60_000;
};

/** Like `momentOrNull`, but not empty, and in the years a call may lie in. */
export const moment: FieldReader<number> = (text) => {
  const ms = momentOrNull(text);
  if (ms instanceof Refusal) return ms;
  return ms === null || ms < EARLIEST_MS || ms >= LATEST_MS
    ? new Refusal('a date or a time in the years 2000 to 2059, such as 2026-01-31T08:00:00Z')
    : ms;
};

const SWITCH: Readonly<Record<string, boolean>> = { true: true, 1: true, yes: true, false: false, 0: false, no: false };

/** A switch; false when empty. */
export const switchOrFalse: FieldReader<boolean> = (text) => {
  const written = text.trim().toLowerCase();
  return written === '' ? false : Object.hasOwn(SWITCH, written) ? SWITCH[written] : new Refusal('true or false');
};

/** One of a few words. */
export function oneOf<W extends string>(...allowed: readonly W[]): FieldReader<W> {
  return (text) => allowed.find((word) => word === text.trim()) ?? new Refusal(allowed.join(' or '));
}

const ZONES = Intl.supportedValuesOf('timeZone');

/** An IANA time zone. */
export const timezone: FieldReader<string> = (text) => {
  const zone = text.trim();
  try {
    // Intl knows offsets such as +01:00 too; these have no summer time and are no names.
    if (/^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone })) return zone;
  } catch {}
  const nearest = zone === '' ? undefined : nearestName(zone, ZONES);
  return new Refusal(`an IANA time zone such as ${nearest ?? 'Europe/Berlin'}`);
};

/** An IPv4 or IPv6 address, with a port or without, null when empty. */
export const addressOrNull: FieldReader<string | null> = (text) => {
  const written = text.trim();
  if (written === '') return null;
  const [, v6, v4, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(written) ?? [undefined, written, undefined];
  const host = v4 === undefined ? isIPv6(v6 ?? '') && !v6?.includes('%') : isIPv4(v4);
  return host && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535))
    ? written
    : new Refusal('an IPv4 or IPv6 address, such as 192.0.2.1, 192.0.2.1:5060 or [2001:db8::1]:5060');
};
