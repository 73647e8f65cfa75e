import type { DuckDBConnection } from '@duckdb/node-api';
import type { TextColumn } from '../../rating/columns.ts';
import type { StoredBatch, StoredNumbers } from '../../rating/rerate-batch.ts';
import { CHUNK_ROWS, readRanges } from '../read-columns.ts';
import type { StoredRates } from './stored-rates.ts';

/**
 * Stored calls that share a plan, at most a chunk of DuckDB. Columns may be longer than `rows`, and are good until the
 * next piece is asked for. Fees are micros in two words a row, low then high; what came
 * of a call before overdraft prevention is `fee` + `shortfall`. Hours count from 1970 UTC.
 */
export interface StoredPiece extends StoredBatch {
  readonly plan: number;
  readonly waiting: boolean;
  /** Rowid in `calls` or `waiting_calls`. */
  readonly rowId: Float64Array;
  readonly callerGateway: Int32Array;
  readonly hour: Int32Array;
  /** Place of the destination of the client's rate, 0 for calls without one. */
  readonly destination: Int32Array;
  readonly fee: Int32Array;
  readonly shortfall: Int32Array;
  readonly vendorFee: Int32Array;
  readonly feeSeconds: Int32Array;
  readonly vendorFeeSeconds: Int32Array;
}

/** What to read, and what for. */
export interface Reading {
  readonly table: 'calls' | 'waiting_calls';
  /** SQL condition. */
  readonly where: string;
  readonly columns: readonly ColumnName[];
  readonly numbers: boolean;
  /** Whether reading goes on while a piece is worked on; then nothing may be written (readRanges). */
  readonly ahead: boolean;
  readonly rates: StoredRates;
  /** Place of the plan by run and set of parameters; asked once, of run 0, where these are not read. */
  readonly planOf: (runId: number, parameterSet: number) => number;
}

type Column = Int32Array | Float64Array | Uint8Array | Int8Array | Uint16Array;
const int32 = (values: number) => new Int32Array(values);
const double = (values: number) => new Float64Array(values);
const uint8 = (values: number) => new Uint8Array(values);
/** Amounts: two words a value. */
const words = (values: number) => new Int32Array(2 * values);
/** DuckDB keeps text of up to twelve bytes in the column itself, as four words a value: longer ones are read in pieces. */
const text = (values: number) => new Int32Array(4 * values);
const PIECE = 12;

const COLUMNS = {
  runId: { sql: 'run_id', room: int32 },
  parameterSet: { sql: 'parameter_set', room: (values: number) => new Uint16Array(values) },
  rowId: { sql: 'rowid::DOUBLE', room: double },
  status: { sql: 'enum_code(status)::UTINYINT', room: uint8 },
  holdSeconds: { sql: 'hold_time', room: int32 },
  account: { sql: 'coalesce(account_id, 0)', room: int32 },
  callerGateway: { sql: 'coalesce(caller_gateway_id, 0)', room: int32 },
  calleeGateway: { sql: 'coalesce(callee_gateway_id, 0)', room: int32 },
  clientRate: { sql: 'coalesce(rate_id, 0)', room: int32 },
  vendorRate: { sql: 'coalesce(vendor_rate_id, 0)', room: int32 },
  vendorAccount: { sql: 'coalesce(vendor_account_id, 0)', room: int32 },
  endDirection: { sql: 'end_direction', room: uint8 },
  billingMode: { sql: 'billing_mode', room: (values: number) => new Int8Array(values) },
  hour: { sql: '(epoch_us(start_at) // 3600000000)::INTEGER', room: int32 },
  fee: { sql: 'fee', room: words },
  shortfall: { sql: 'shortfall', room: words },
  vendorFee: { sql: 'coalesce(vendor_fee, 0)', room: words },
  feeSeconds: { sql: 'fee_time', room: int32 },
  vendorFeeSeconds: { sql: 'coalesce(vendor_fee_time, 0)', room: int32 },
  answeredMs: { sql: "coalesce(epoch_ms(answered_at)::DOUBLE, 'nan'::DOUBLE)", room: double },
  endedMs: { sql: 'epoch_ms(ended_at)::DOUBLE', room: double },
} as const satisfies Readonly<Record<string, { sql: string; room: (values: number) => Column }>>;
export type ColumnName = keyof typeof COLUMNS;

/** Which run and which of its sets of parameters: what `planOf` is asked about. */
export const planColumns: readonly ColumnName[] = ['runId', 'parameterSet'];
export const timeColumns: readonly ColumnName[] = ['answeredMs', 'endedMs'];
/** What `repriceBatch` and sums look at, of the client's leg and of that of the vendor. */
export const priceColumns: readonly ColumnName[] = [
  'status',
  'holdSeconds',
  'account',
  'callerGateway',
  'calleeGateway',
  'clientRate',
  'hour',
  'fee',
  'shortfall',
  'vendorFee',
];
export const vendorPriceColumns: readonly ColumnName[] = ['vendorRate'];
export const storedColumns = (Object.keys(COLUMNS) as ColumnName[]).filter((name) => {
  return !planColumns.includes(name) && !timeColumns.includes(name);
});

/** Reads stored calls; rows of a chunk that are under several plans come as several pieces. */
export async function* storedPieces(connection: DuckDBConnection, reading: Reading): AsyncGenerator<StoredPiece> {
  const { table, where, numbers, rates } = reading;
  const texts = numbers ? await textPieces(connection, table, where) : [];
  if (texts === undefined) return;
  const columns = [
    ...reading.columns.map((name) => COLUMNS[name]),
    ...(numbers ? [{ sql: 'stripped_characters', room: uint8 }] : []),
    ...texts.flat().map((sql) => ({ sql, room: text })),
  ];
  const select = `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM ${table} WHERE ${where}`;
  const values = columns.map(({ room }) => room(CHUNK_ROWS));
  const all = allColumns(reading.columns, values);
  const { runId, parameterSet, ...columnsOfPiece } = all;
  const piece: StoredPiece = {
    ...columnsOfPiece,
    rows: 0,
    plan: 0,
    waiting: table === 'waiting_calls',
    clientTerm: new Int32Array(CHUNK_ROWS).fill(-1),
    vendorTerm: new Int32Array(CHUNK_ROWS).fill(-1),
    destination: new Int32Array(CHUNK_ROWS),
  };
  for await (const rows of readRanges(connection, table, select, values, reading.ahead)) {
    findTerms(rows, piece.clientRate, rates, piece.clientTerm, piece.destination);
    if (reading.columns.includes('vendorRate')) findTerms(rows, piece.vendorRate, rates, piece.vendorTerm);
    const found = numbers ? { numbers: numbersOf(rows, values.slice(reading.columns.length), texts) } : {};
    yield* byPlan({ ...piece, rows, ...found }, all, reading);
  }
}

type AllColumns = { readonly [name in ColumnName]: ReturnType<(typeof COLUMNS)[name]['room']> };

/** The columns of the names read, and columns of zeros (of NaN for times) for all others. */
function allColumns(names: readonly ColumnName[], values: readonly Column[]): AllColumns {
  const entries = Object.entries(COLUMNS).map(([name, { room }]) => {
    const place = names.indexOf(name as ColumnName);
    return [
      name,
      place >= 0 ? values[place] : name.endsWith('Ms') ? room(CHUNK_ROWS).fill(Number.NaN) : room(CHUNK_ROWS),
    ];
  });
  return Object.fromEntries(entries) as AllColumns;
}

/** Places of terms, and of destinations, by row; rates are ids that the table of rates has, or 0. */
function findTerms(
  rows: number,
  ids: Int32Array,
  { placesOf }: StoredRates,
  terms: Int32Array,
  destinations?: Int32Array,
) {
  if (destinations === undefined) for (let row = 0; row < rows; row++) terms[row] = placesOf[2 * ids[row]];
  else {
    for (let row = 0; row < rows; row++) {
      const at = 2 * ids[row];
      terms[row] = placesOf[at];
      destinations[row] = placesOf[at + 1];
    }
  }
}

/** SQL of the pieces of both numbers, undefined when there are no calls; a number that is not ASCII is no number, and question marks are as good. */
async function textPieces(connection: DuckDBConnection, table: string, where: string): Promise<string[][] | undefined> {
  const found = await connection.runAndReadAll(
    `SELECT coalesce(max(length(callee_e164)), 0)::INTEGER, coalesce(max(length(callee_to_gateway_e164)), 0)::INTEGER,
       count(*)::DOUBLE
     FROM ${table} WHERE ${where}`,
  );
  if (found.getRows()[0][2] === 0) return undefined;
  return ['callee_e164', 'callee_to_gateway_e164'].map((column, place) => {
    const longest = found.getRows()[0][place] as number;
    const plain = `CASE WHEN strlen(${column}) = length(${column}) THEN ${column}
      ELSE regexp_replace(${column}, '[^\\x00-\\x7F]', '?', 'g') END`;
    const count = Math.max(1, Math.ceil(longest / PIECE));
    return Array.from({ length: count }, (_, nth) => {
      const piece = `substr(${plain}, ${1 + nth * PIECE}, ${PIECE})`;
      // No text is longer than its piece: a null is told by what cannot be the first piece of a number.
      return column === 'callee_e164' ? piece : `coalesce(${piece}, '${NULL_MARK}')`;
    });
  });
}

const NULL_MARK = '\u0001';

function numbersOf(rows: number, values: readonly Column[], [billed, sent]: readonly string[][]): StoredNumbers {
  const [strippedCharacters, ...pieces] = values;
  return {
    strippedCharacters: strippedCharacters as Uint8Array,
    calleeE164: joined(rows, pieces.slice(0, billed.length) as Int32Array[]),
    calleeToGatewayE164: joined(rows, pieces.slice(billed.length, billed.length + sent.length) as Int32Array[]),
  };
}

/** Joins pieces of text: each value is four words, its length and up to twelve bytes. */
function joined(rows: number, pieces: readonly Int32Array[]): TextColumn {
  const words = new Int32Array(3 * pieces.length * rows);
  const [starts, ends] = [new Int32Array(CHUNK_ROWS), new Int32Array(CHUNK_ROWS)];
  for (let row = 0; row < rows; row++) {
    const at = row * 3 * pieces.length;
    starts[row] = 4 * at;
    let length = 0;
    for (let nth = 0; nth < pieces.length; nth++) {
      const piece = pieces[nth];
      length += piece[4 * row];
      words[at + 3 * nth] = piece[4 * row + 1];
      words[at + 3 * nth + 1] = piece[4 * row + 2];
      words[at + 3 * nth + 2] = piece[4 * row + 3];
    }
    ends[row] = starts[row] + length;
    if (words[at] === NULL_MARK.charCodeAt(0)) starts[row] = ends[row] = -1;
  }
  return { bytes: new Uint8Array(words.buffer), starts, ends };
}

function* byPlan(
  piece: StoredPiece,
  { runId: run, parameterSet: set }: AllColumns,
  { planOf, columns }: Reading,
): Generator<StoredPiece> {
  if (!columns.includes('runId') || isOnePlan(piece.rows, run, set)) {
    yield { ...piece, plan: planOf(run[0], set[0]) };
    return;
  }
  const rowsOf = new Map<number, number[]>();
  let [lastRun, lastSet, list] = [-1, -1, [] as number[]];
  for (let row = 0; row < piece.rows; row++) {
    if (run[row] !== lastRun || set[row] !== lastSet) {
      [lastRun, lastSet] = [run[row], set[row]];
      const plan = planOf(lastRun, lastSet);
      list = rowsOf.get(plan) ?? [];
      rowsOf.set(plan, list);
    }
    list.push(row);
  }
  for (const [plan, rows] of rowsOf) yield { ...pickPiece(piece, rows), plan };
}

function isOnePlan(rows: number, run: Int32Array, set: Uint16Array): boolean {
  for (let row = 1; row < rows; row++) if (run[row] !== run[0] || set[row] !== set[0]) return false;
  return true;
}

/** Rows of a piece as one of their own. */
function pickPiece(piece: StoredPiece, rows: readonly number[]): StoredPiece {
  const pick = <T extends Column>(values: T): T => {
    const width = values.length / CHUNK_ROWS;
    const picked = new (values.constructor as new (length: number) => T)(width * CHUNK_ROWS);
    rows.forEach((row, i) => {
      for (let word = 0; word < width; word++) picked[width * i + word] = values[width * row + word];
    });
    return picked;
  };
  const entries = Object.entries(piece).map(([name, values]) => [
    name,
    ArrayBuffer.isView(values) ? pick(values as Int32Array) : values,
  ]);
  const { numbers } = piece;
  const text = ({ bytes, starts, ends }: TextColumn) => ({ bytes, starts: pick(starts), ends: pick(ends) });
  return {
    ...Object.fromEntries(entries),
    rows: rows.length,
    ...(numbers === undefined
      ? {}
      : {
          numbers: {
            strippedCharacters: pick(numbers.strippedCharacters),
            calleeE164: text(numbers.calleeE164),
            calleeToGatewayE164: text(numbers.calleeToGatewayE164),
          },
        }),
  };
}
