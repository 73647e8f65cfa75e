import type { CallEvent } from './call-event.ts';
import { type CallEventColumn, callEventColumns } from './events.ts';

/**
 * Why an event cannot be written: which column holds what it cannot hold, and all its values, so that the call can be
 * charged by hand; undefined when it can be written.
 */
export function eventFault(event: CallEvent): string | undefined {
  for (const { name, kind, nullable } of callEventColumns as readonly CallEventColumn[]) {
    const value: unknown = event[name as keyof CallEvent];
    if (value === null && nullable) continue;
    const { isRight, allowed } = kinds[kind];
    if (isRight(value)) continue;
    const all = JSON.stringify(event, (_, one) => (typeof one === 'bigint' ? String(one) : one));
    return `the event of call ${event.flow_no} cannot be written: ${name} is ${value}, not ${allowed}; its values: ${all}`;
  }
  return undefined;
}

interface Kind {
  readonly isRight: (value: unknown) => boolean;
  readonly allowed: string;
}

const text: Kind = { isRight: (value) => typeof value === 'string', allowed: 'text' };

const kinds: { readonly [K in CallEventColumn['kind']]: Kind } = {
  uint64: {
    isRight: (value) => typeof value === 'bigint' && value >= 0n && value < 2n ** 64n,
    allowed: 'a whole number of 64 bits',
  },
  text,
  dictionary: text,
  timestamp: { isRight: Number.isSafeInteger, allowed: 'whole milliseconds' },
  uint8: whole(0, 255),
  int8: whole(-128, 127),
  int32: whole(-(2 ** 31), 2 ** 31 - 1),
};

function whole(min: number, max: number): Kind {
  return {
    isRight: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    allowed: `a whole number from ${min} to ${max}`,
  };
}
