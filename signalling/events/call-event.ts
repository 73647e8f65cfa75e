import type { callEventColumns } from './events.ts';

type Declared = (typeof callEventColumns)[number];

interface Scalars {
  uint64: bigint;
  text: string;
  dictionary: string;
  /** Whole milliseconds since 1970 UTC. */
  timestamp: number;
  uint8: number;
  int8: number;
  int32: number;
}

/** One call event, by the names of its columns. */
export type CallEvent = {
  readonly [C in Declared as C['name']]: C['nullable'] extends true ? Scalars[C['kind']] | null : Scalars[C['kind']];
};
