import { Dictionary, Field, Int8, Int32, Schema, TimestampMillisecond, Uint8, Uint64, Utf8 } from 'apache-arrow';

export { serverReasonCode, serverReasons } from './server-reasons.ts';

/**
 * The columns of a call event, declared once: writer, reader, simulator and documentation walk this list.
 *
 * `nullable` speaks of a value, `required` of the column: a file without it is refused by name, because rating would
 * silently come to another result. Source: interfaces.md, "Call events".
 */
export const callEventColumns = [
  {
    name: 'flow_no',
    kind: 'uint64',
    nullable: false,
    required: true,
    meaning: 'Number of the call, unique within a softswitch; with it the key of the call.',
  },
  {
    name: 'softswitch',
    kind: 'dictionary',
    nullable: false,
    required: true,
    meaning: 'The switch which wrote the event.',
  },
  {
    name: 'sip_call_id',
    kind: 'text',
    nullable: true,
    required: false,
    meaning: 'Call-ID of the incoming leg.',
  },
  {
    name: 'caller_access_e164',
    kind: 'text',
    nullable: true,
    required: false,
    meaning: 'Calling number as received.',
  },
  {
    name: 'callee_access_e164',
    kind: 'text',
    nullable: true,
    required: false,
    meaning: 'Called number as received.',
  },
  {
    name: 'caller_e164',
    kind: 'text',
    nullable: false,
    required: true,
    meaning: 'Calling number used for billing.',
  },
  {
    name: 'callee_e164',
    kind: 'text',
    nullable: false,
    required: true,
    meaning: 'Called number used for billing, before the gateway route prefix is stripped.',
  },
  {
    name: 'callee_to_gateway_e164',
    kind: 'text',
    nullable: true,
    required: true,
    meaning: 'Called number as sent to the routing gateway; null when a registered phone was called.',
  },
  {
    name: 'caller_gateway',
    kind: 'dictionary',
    nullable: true,
    required: false,
    meaning: 'Mapping gateway, or terminal: where the call came from.',
  },
  {
    name: 'callee_gateway',
    kind: 'dictionary',
    nullable: true,
    required: true,
    meaning: 'Routing gateway: where the call went; null when it went to a registered phone, which costs nothing.',
  },
  {
    name: 'caller_ip',
    kind: 'dictionary',
    nullable: true,
    required: false,
    meaning: 'Address the INVITE came from.',
  },
  {
    name: 'callee_ip',
    kind: 'dictionary',
    nullable: true,
    required: false,
    meaning: 'Address of the routing gateway, or of the phone.',
  },
  {
    name: 'account',
    kind: 'dictionary',
    nullable: true,
    required: true,
    meaning: 'Who pays; null for an illegal call.',
  },
  {
    name: 'start_at',
    kind: 'timestamp',
    nullable: false,
    required: true,
    meaning: 'INVITE received.',
  },
  {
    name: 'ringing_at',
    kind: 'timestamp',
    nullable: true,
    required: false,
    meaning: 'First 180 or 183.',
  },
  {
    name: 'answered_at',
    kind: 'timestamp',
    nullable: true,
    required: true,
    meaning: 'First 200; null when never answered.',
  },
  {
    name: 'ended_at',
    kind: 'timestamp',
    nullable: false,
    required: true,
    meaning: 'End of the call.',
  },
  {
    name: 'end_direction',
    kind: 'uint8',
    nullable: false,
    required: true,
    meaning: 'Who ended it: 0 caller, 1 callee, 2 server.',
  },
  {
    name: 'end_reason',
    kind: 'int32',
    nullable: false,
    required: true,
    meaning: 'Above 0 a SIP status, 200 for a normal end; below 0 one of our server reasons.',
  },
  {
    name: 'billing_mode',
    kind: 'int8',
    nullable: false,
    required: true,
    meaning: '-1 none (illegal call), 0 phone, 1 mapping gateway, 2 bound number, 3 phone card.',
  },
  {
    name: 'attempts',
    kind: 'uint8',
    nullable: false,
    required: true,
    meaning: 'Routing gateways tried, and bindings of a phone.',
  },
] as const satisfies readonly CallEventColumn[];

/** A column of a call event as data. */
export interface CallEventColumn {
  readonly name: string;
  readonly kind: keyof EventValues;
  readonly nullable: boolean;
  readonly required: boolean;
  readonly meaning: string;
}

/** What a batch holds for each kind of column. */
export interface EventValues {
  /** Two words a row, low then high. */
  uint64: Uint32Array;
  text: EventText;
  /** Position in the dictionary of that column, -1 for null. */
  dictionary: Int32Array;
  /** Whole milliseconds since 1970 UTC, NaN for null. */
  timestamp: Float64Array;
  uint8: Uint8Array;
  int8: Int8Array;
  int32: Int32Array;
}

/** Text of consecutive rows: row i is `bytes[offsets[i] … offsets[i + 1])`, UTF-8; `missing[i]` is 1 for null. */
export interface EventText {
  bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly missing: Uint8Array;
}

type Declared = (typeof callEventColumns)[number];
type ColumnValues = { readonly [C in Declared as C['name']]: EventValues[C['kind']] };

/** Names of the columns of one kind. */
export type CallEventColumnsOf<K extends CallEventColumn['kind']> = Extract<Declared, { kind: K }>['name'];

/** A batch of call events to be written; arrays may be longer than `rows`, so that one batch serves a whole file. */
export type CallEventBatch = { rows: number } & ColumnValues;

/** The values of the dictionary columns: fixed for a file, in the order of their positions. */
export type EventDictionaries = { readonly [N in CallEventColumnsOf<'dictionary'>]: readonly string[] };

/**
 * Room for `capacity` events.
 *
 * @param textBytes most bytes a value of a text column takes on average
 */
export function callEventBatch(capacity: number, textBytes: number): CallEventBatch {
  const columns = callEventColumns.map(({ name, kind }) => [name, room[kind](capacity, textBytes)]);
  return { rows: 0, ...(Object.fromEntries(columns) as ColumnValues) };
}

const room: { [K in keyof EventValues]: (capacity: number, textBytes: number) => EventValues[K] } = {
  uint64: (capacity) => new Uint32Array(2 * capacity),
  text: (capacity, textBytes) => ({
    bytes: new Uint8Array(capacity * textBytes),
    offsets: new Int32Array(capacity + 1),
    missing: new Uint8Array(capacity),
  }),
  dictionary: (capacity) => new Int32Array(capacity),
  timestamp: (capacity) => new Float64Array(capacity),
  uint8: (capacity) => new Uint8Array(capacity),
  int8: (capacity) => new Int8Array(capacity),
  int32: (capacity) => new Int32Array(capacity),
};

/**
 * The Arrow schema as we write it. The ids of the dictionaries are positions in the list of columns, not the counter of
 * the library, so that equal events make equal files whatever the process wrote before.
 */
export function callEventSchema(): Schema {
  return new Schema(
    callEventColumns.map(({ name, kind, nullable }, position) => new Field(name, arrowType(kind, position), nullable)),
  );
}

function arrowType(kind: CallEventColumn['kind'], position: number) {
  switch (kind) {
    case 'uint64':
      return new Uint64();
    case 'text':
      return new Utf8();
    case 'dictionary':
      return new Dictionary(new Utf8(), new Int32(), position);
    case 'timestamp':
      return new TimestampMillisecond('UTC');
    case 'uint8':
      return new Uint8();
    case 'int8':
      return new Int8();
    case 'int32':
      return new Int32();
  }
}
