import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';

export type PlainValue = null | boolean | number | string | PlainValue[] | { [name: string]: PlainValue };

/**
 * A value of the database as JSON can hold it without loss: decimals are text with all their digits, and so are whole
 * numbers beyond 2^53; times are ISO 8601 in UTC.
 */
export function plainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampTZValue) return isoTime(value);
  if (ZONELESS.some((type) => value instanceof type)) return value.toString().replace(' ', 'T');
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) return plainObject(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({ key: plainValue(entry.key), value: plainValue(entry.value) }));
  }
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue) return plainValue(value.value);
  return value.toString();
}

/** Times of no zone: nothing may be said of UTC. */
const ZONELESS = [
  DuckDBTimestampValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
];

/** A value as one line of text; null is left to the caller. */
export function valueText(value: Exclude<DuckDBValue, null>): string {
  const plain = plainValue(value);
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** Milliseconds, and microseconds where there are any. Beyond the years of ISO 8601 the words of DuckDB stand. */
function isoTime(value: DuckDBTimestampTZValue): string {
  const micros = ((value.micros % 1000n) + 1000n) % 1000n;
  const ms = Number((value.micros - micros) / 1000n);
  if (!value.isFinite || Math.abs(ms) > 8.64e15) return value.toString();
  const text = new Date(ms).toISOString();
  return micros === 0n ? text : text.replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

function plainObject(entries: readonly (readonly [string, DuckDBValue])[]): { [name: string]: PlainValue } {
  return Object.fromEntries(entries.map(([name, value]) => [name, plainValue(value)]));
}
