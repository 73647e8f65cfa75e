import { EARLIEST_MS, LATEST_MS } from '../../rating/malformed.ts';
import { MONEY_TYPE } from '../../rating/money.ts';
import { sqlText } from '../sql-text.ts';
import type { ColumnMap } from './map-settings.ts';

/*
 * SQL that reads the values of a partner's file. Each takes SQL for a text without spaces around it and is null where the
 * text is not what was expected: nothing is guessed.
 */

/** The values of a line, and whether its quotes are closed and doubled as they must be. */
export function cellsSql(text: string, delimiter: string): { cells: string; sound: string } {
  const d = `\\x{${delimiter.charCodeAt(0).toString(16)}}`;
  // With a delimiter in front every value has one before it, also the first.
  const line = `${sqlText(delimiter)} || ${text}`;
  const values = `regexp_extract_all(${line}, '${d}("(?:[^"]|"")*"|[^${d}]*)', 1)`;
  const bare = `lambda cell: CASE WHEN starts_with(cell, '"') THEN replace(cell[2:-2], '""', '"') ELSE cell END`;
  return {
    cells: `CASE WHEN contains(${text}, '"') THEN list_transform(${values}, ${bare})
      ELSE string_split(${text}, ${sqlText(delimiter)}) END`,
    sound: `(NOT contains(${text}, '"')
      OR regexp_full_match(${line}, '(?:${d}(?:"(?:[^"]|"")*"|[^"${d}][^${d}]*|))*'))`,
  };
}

/** A number as it was dialled: without the signs that people write between its digits. */
export function dialledSql(text: string): string {
  return `translate(${text}, ' -()./''', '')`;
}

export function withoutPrefixSql(number: string, prefix: string): string {
  if (prefix === '') return number;
  return `CASE WHEN starts_with(${number}, '${prefix}') THEN substr(${number}, ${prefix.length + 1}) ELSE ${number} END`;
}

/** A number that was dialled in the form our billing numbers have. That it is international is seen by its prefix. */
export function internationalSql(number: string, { strip, countryCode }: ColumnMap): string {
  const arms = strip.map((one) => `WHEN starts_with(${number}, '${one}') THEN substr(${number}, ${one.length + 1})`);
  const rest = arms.length === 0 ? number : `CASE ${arms.join(' ')} ELSE ${number} END`;
  if (countryCode === '') return rest;
  return `CASE WHEN regexp_matches(${number}, '^([+]|00|$)') THEN ${rest} ELSE '${countryCode}' || ${rest} END`;
}

export function digitsOrNullSql(number: string): string {
  return `CASE WHEN regexp_full_match(${number}, '[0-9*#]{1,250}') THEN ${number} END`;
}

const ISO = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?';
const ZONE = '(Z|[+-][0-9]{2}:?[0-9]{2})';

/** A time as milliseconds since 1970, as if the clock it shows were UTC, and whether it names its zone. */
export function timeSql(text: string, { timeFormat }: ColumnMap): { shown: string; absolute: string } {
  switch (timeFormat) {
    case 'iso':
      return {
        shown: `CASE WHEN regexp_full_match(${text}, '${ISO}') THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP))
          WHEN regexp_full_match(${text}, '${ISO} ?${ZONE}') THEN epoch_ms(TRY_CAST(
            regexp_replace(${text}, ' ?([+-][0-9]{2}):?([0-9]{2})$', '\\1:\\2') AS TIMESTAMPTZ)) END`,
        absolute: `regexp_matches(${text}, '${ZONE}$')`,
      };
    case 'epoch-s':
      return {
        shown: `CASE WHEN regexp_full_match(${text}, '[0-9]{1,10}([.][0-9]{1,9})?')
          THEN floor(TRY_CAST(${text} AS DECIMAL(20,9)) * 1000)::BIGINT END`,
        absolute: 'true',
      };
    case 'epoch-ms':
      return {
        shown: `CASE WHEN regexp_full_match(${text}, '[0-9]{1,13}') THEN ${text}::BIGINT END`,
        absolute: 'true',
      };
    default:
      return {
        shown: `epoch_ms(try_strptime(${text}, ${sqlText(timeFormat)}))`,
        absolute: String(timeFormat.includes('%z')),
      };
  }
}

/** A time of `timeSql`, null outside of the years a call may lie in. */
export function inYearsSql(shown: string): string {
  return `CASE WHEN ${shown} >= ${EARLIEST_MS} AND ${shown} < ${LATEST_MS} THEN ${shown} END`;
}

export function timeExpected({ timeFormat }: ColumnMap): string {
  const named: Readonly<Record<string, string>> = {
    iso: 'a time such as 2026-01-31 08:00:00',
    'epoch-s': 'seconds since 1970',
    'epoch-ms': 'milliseconds since 1970',
  };
  return `${named[timeFormat] ?? `a time as ${timeFormat}`}, in the years 2000 to 2059`;
}

/** A duration in milliseconds. */
export function durationSql(text: string, { durationUnit, decimal }: ColumnMap): string {
  if (durationUnit === 'hh:mm:ss') {
    const part = (place: number) => `split_part(${text}, ':', ${place})::BIGINT`;
    return `CASE WHEN regexp_full_match(${text}, '[0-9]{1,6}:[0-5][0-9]:[0-5][0-9]')
      THEN 1000 * (3600 * ${part(1)} + 60 * ${part(2)} + ${part(3)}) END`;
  }
  const size = { s: 1000, ms: 1, min: 60_000 }[durationUnit];
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{1,9}(${sign(decimal)}[0-9]{1,6})?')
    THEN round(${decimalSql(text, decimal)} * ${size})::BIGINT END`;
}

export function durationExpected({ durationUnit, decimal }: ColumnMap): string {
  if (durationUnit === 'hh:mm:ss') return 'a duration such as 00:01:30';
  const unit = { s: 'seconds', ms: 'milliseconds', min: 'minutes' }[durationUnit];
  return `${unit} such as ${durationUnit === 'min' ? `1${decimal}5` : '90'}, below 1,000,000,000`;
}

/** An amount as money of the database; digits beyond its decimals must be 0, nothing is rounded. */
export function moneySql(text: string, { decimal }: ColumnMap): string {
  const decimals = `${sign(decimal)}[0-9]{1,${MONEY_TYPE.scale}}0*`;
  const whole = MONEY_TYPE.width - MONEY_TYPE.scale;
  return `CASE WHEN regexp_full_match(${text}, '[+-]?([0-9]{1,${whole}}(${decimals})?|${decimals})')
    THEN ${decimalSql(text, decimal)} END`;
}

export function moneyExpected({ decimal }: ColumnMap): string {
  const name = decimal === ',' ? 'comma' : 'point';
  return `a decimal with a ${name} and at most ${MONEY_TYPE.scale} decimals, such as 0${decimal}0125`;
}

function decimalSql(text: string, decimal: string): string {
  return `TRY_CAST(${decimal === ',' ? `replace(${text}, ',', '.')` : text} AS ${MONEY_TYPE.sql})`;
}

function sign(decimal: string): string {
  return decimal === ',' ? ',' : '[.]';
}
