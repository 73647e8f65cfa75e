import { usageError } from './errors.ts';
import { momentOrNull, Refusal } from './reference/field-readers.ts';

/**
 * Reads a day, which is its midnight in UTC, or a moment with a time zone, as milliseconds since 1970.
 *
 * @param option its name, for the message
 * @throws OperatorError, exit status 2
 */
export function readMoment(option: string, text: string): number {
  const ms = momentOrNull(text);
  if (ms instanceof Refusal) throw usageError(`${option} ${text}: expected ${ms.expected}`);
  if (ms === null) throw usageError(`${option} is empty: expected a date such as 2026-01-31, or leave it out`);
  return ms;
}

/**
 * Like `readMoment`, but also an age such as 90m, 36h or 2d, counted back from now; refuses what is yet to come.
 *
 * @param future what is wrong with a time that is yet to come
 */
export function readPast(option: string, text: string, future: string, nowMs = Date.now()): number {
  const [, count, unit] = /^(\d{1,6}) ?([mhd])$/.exec(text.trim()) ?? [];
  if (unit !== undefined) return nowMs - Number(count) * UNIT_MS[unit];
  if (/^\d+ ?\p{L}*$/u.test(text.trim())) {
    throw usageError(`${option} ${text}: expected minutes, hours or days such as 90m, 36h or 2d, or a date`);
  }
  const ms = readMoment(option, text);
  if (ms <= nowMs) return ms;
  throw usageError(`${option} ${text} is yet to come (now it is ${new Date(nowMs).toISOString()}): ${future}`);
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
