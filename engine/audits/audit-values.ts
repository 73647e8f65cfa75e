import { DECIMAL, DuckDBDecimalValue, DuckDBTimestampTZValue, INTEGER, TIMESTAMPTZ, VARCHAR } from '@duckdb/node-api';
import { Decimal } from 'decimal.js';
import { MONEY_TYPE, parseMoney } from '../../rating/money.ts';
import { usageError } from '../errors.ts';
import { didYouMean } from '../parameters/nearest-name.ts';
import type { BoundValue, BoundValues } from '../read-only-query.ts';
import { moment, Refusal } from '../reference/field-readers.ts';
import type { Audit, AuditParameter } from './read-audit.ts';

/**
 * The values of an audit's parameters, to be bound: those given as `name=value` (of one name the last), else the defaults.
 *
 * @throws OperatorError, exit status 2, that lists every mistake
 */
export function auditValues(
  { name, parameters }: Pick<Audit, 'name' | 'parameters'>,
  given: readonly string[],
): BoundValues {
  const mistakes: string[] = [];
  const typed = new Map(parameters.map((parameter) => [parameter.name, parameter.default]));
  for (const one of given) {
    const [key, value] = splitAtEquals(one);
    if (value === undefined) mistakes.push(`--param ${one}: expected name=value`);
    else if (typed.has(key)) typed.set(key, value);
    else
      mistakes.push(
        `--param ${key}: is no parameter of ${name}, which has ${listOf(parameters)}${didYouMean(key, [...typed.keys()])}`,
      );
  }
  const values = parameters.map((parameter) => {
    const text = typed.get(parameter.name) as string;
    const value = readValue(parameter, text);
    if (value instanceof Refusal) mistakes.push(`--param ${parameter.name}=${text}: expected ${value.expected}`);
    return [parameter.name, value];
  });
  if (mistakes.length > 0) throw usageError(`${name} cannot be asked that way`, mistakes);
  return Object.fromEntries(values) as BoundValues;
}

/** What a parameter may be, in words that follow "expected". */
export function allowedWords({ type, allowed, unit }: AuditParameter): string {
  const range = unit === '' ? allowed : `${allowed} ${unit}`;
  switch (type) {
    case 'whole':
      return `a whole number, ${range}`;
    case 'amount':
      return `a decimal with at most ${MONEY_TYPE.scale} decimals, ${range}`;
    case 'text':
      return `a text of ${allowed} characters`;
    case 'moment':
      return 'now, a date, or a time such as 2026-01-31T08:00:00Z';
  }
}

function readValue(parameter: AuditParameter, text: string): BoundValue | Refusal {
  const refused = new Refusal(allowedWords(parameter));
  const within = (size: Decimal.Value) => {
    const [least, most] = parameter.allowed.split(' to ');
    return new Decimal(size).gte(least) && new Decimal(size).lte(most);
  };
  switch (parameter.type) {
    case 'whole':
      if (!/^-?\d{1,9}$/.test(text) || !within(text)) return refused;
      return { value: Number(text), type: INTEGER };
    case 'amount': {
      const micros = parseMoney(text);
      if (typeof micros !== 'bigint' || !within(text)) return refused;
      const { width, scale } = MONEY_TYPE;
      return { value: new DuckDBDecimalValue(micros, width, scale), type: DECIMAL(width, scale) };
    }
    case 'text':
      return within([...text].length) ? { value: text, type: VARCHAR } : refused;
    case 'moment': {
      const ms = text === 'now' ? Date.now() : moment(text);
      if (ms instanceof Refusal) return refused;
      return { value: new DuckDBTimestampTZValue(BigInt(ms) * 1000n), type: TIMESTAMPTZ };
    }
  }
}

function listOf(parameters: readonly AuditParameter[]): string {
  return parameters.length === 0 ? 'none' : parameters.map(({ name }) => name).join(', ');
}

function splitAtEquals(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
