import type { SignallingParameter } from './parameters.ts';
import { parseResendIntervals } from './transaction/resend.ts';

/** Reads a value as it is written in the configuration or after --set; undefined when it is not allowed. */
export function parseSignallingParameter(
  { type, min, max, allowed }: SignallingParameter,
  text: string,
): { readonly value: number | string | null } | undefined {
  switch (type) {
    case 'limit':
      if (text === 'null' || text === '') return { value: null };
      return wholeInRange(text, min, max);
    case 'int':
      return wholeInRange(text, min, max);
    case 'switch':
      return text === 'On' || text === 'Off' ? { value: text } : undefined;
    case 'enum': {
      const found = allowed?.find((one) => String(one) === text);
      return found === undefined ? undefined : { value: found };
    }
    case 'intervals':
      return parseResendIntervals(text) === undefined ? undefined : { value: text };
    case 'text':
      return isPrintable(text) ? { value: text } : undefined;
  }
}

/** What a parameter may be, in words. */
export function allowedSignallingValues({ type, min, max, unit, allowed }: SignallingParameter): string {
  switch (type) {
    case 'limit':
      return `a whole number from ${min} to ${max} (${unit}), or null for none`;
    case 'int':
      return `a whole number from ${min} to ${max} (${unit})`;
    case 'switch':
      return 'On or Off';
    case 'enum':
      return (allowed ?? []).join(', ');
    case 'intervals':
      return 'one to ten waits above 0 in seconds, separated by commas, such as "0.5,1,2,4"';
    case 'text':
      return `text of up to ${MOST_CHARACTERS} printable ASCII characters, or nothing`;
  }
}

/** The range in short, for a table. */
export function allowedSignallingRange(parameter: SignallingParameter): string {
  const { type, min, max } = parameter;
  if (type === 'int') return `${min}–${max}`;
  if (type === 'limit') return `${min}–${max}, null`;
  return type === 'intervals' || type === 'text'
    ? type === 'text'
      ? 'text'
      : 'list'
    : allowedSignallingValues(parameter);
}

function wholeInRange(text: string, min = 0, max = Number.MAX_SAFE_INTEGER): { value: number } | undefined {
  if (!/^(0|[1-9]\d{0,9})$/.test(text)) return undefined;
  const value = Number(text);
  return value < min || value > max ? undefined : { value };
}

function isPrintable(text: string): boolean {
  return text.length <= MOST_CHARACTERS && /^[\x20-\x7e]*$/.test(text);
}

const MOST_CHARACTERS = 64;
