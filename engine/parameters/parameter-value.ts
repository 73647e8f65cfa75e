import { Decimal } from 'decimal.js';
import { parseMoney } from '../../rating/money.ts';
import { parsePatterns } from '../../rating/number-pattern.ts';
import type { Parameter } from '../../rating/parameters.ts';

/**
 * Reads the value of a parameter as it is written in the configuration or after --set.
 * Ranges are compared as decimals, never as binary fractions.
 *
 * @returns a number for `int` and `switch`, the text for `decimal` and `patterns`, or what is wrong: a phrase an entry
 */
export function parseParameter(parameter: Parameter, text: string): number | string | { mistakes: string[] } {
  switch (parameter.type) {
    case 'int':
    case 'switch':
      // Adding 0 turns a written -0 into 0.
      return /^-?(0|[1-9]\d*)$/.test(text) && inRange(parameter, text) ? Number(text) + 0 : refused(parameter, text);
    case 'decimal':
      return typeof parseMoney(text) === 'bigint' && inRange(parameter, text) ? text : refused(parameter, text);
    case 'patterns': {
      const parsed = parsePatterns(text);
      if ('patterns' in parsed) return text;
      return {
        mistakes: parsed.errors.map(
          ({ entry, position, expected }) =>
            `entry ${JSON.stringify(entry)} is not a number pattern at position ${position}; allowed: ${expected}`,
        ),
      };
    }
  }
}

/** What a parameter may be, in words: `a whole number from 0 to 4 (decimals)`. */
export function allowedValues({ type, min, max, unit }: Parameter): string {
  switch (type) {
    case 'switch':
      return '0 or 1';
    case 'int':
      return `a whole number from ${min} to ${max} (${unit})`;
    case 'decimal':
      return `a plain decimal with at most 6 decimals from ${min} to ${max} (${unit}), such as "0.01"`;
    case 'patterns':
      return 'a list such as "5000*, 7000": numbers, or prefixes with one * at the end, separated by commas';
  }
}

/** The range in short, for a table: `0–4`. */
export function allowedRange({ type, min, max }: Parameter): string {
  return type === 'patterns' ? 'list' : `${min}–${max}`;
}

/** Bare when it reads as a number, in quotes otherwise, so that spaces show. */
export function quoted(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text) ? text : JSON.stringify(text);
}

function refused(parameter: Parameter, text: string): { mistakes: string[] } {
  return { mistakes: [`${quoted(text)} is not allowed; allowed: ${allowedValues(parameter)}`] };
}

function inRange({ min, max }: Parameter, text: string): boolean {
  const value = new Decimal(text);
  return (min === undefined || value.gte(min)) && (max === undefined || value.lte(max));
}
