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
  readonly numbers: boolean;
  readonly times: boolean;
  /** Whether reading goes on while a piece is worked on; then nothing may be written (readRanges). */
  readonly ahead: boolean;
  readonly rates: StoredRates;
  /** Place of the plan by run and set of parameters. */
  readonly planOf: (runId: number, parameterSet: number) => number;
}

type Column = Int32Array | Float64Array | Uint8Array | Int8Array | Uint16Array;
type Room = (values: number) => Column;
const int32: Room = (values) => new Int32Array(values);
const double: Room = (values) => new Float64Array(values);
const uint8: Room = (values) => new Uint8Array(values);
/** Amounts: two words a value. */
const words: Room = (values) => new Int32Array(2 * values);
/** DuckDB keeps text of up to twelve bytes in the column itself, as four words a value: longer ones are read in pieces. */
const text: Room = (values) => new Int32Array(4 * values);
const PIECE = 12;

/** Columns in the order in which `pieceOf` takes them. */
const COLUMNS: readonly { sql: string; room: Room }[] = [
  { sql: 'run_id', room: int32 },
  { sql: 'parameter_set', room: (values) => new Uint16Array(values) },
  { sql: 'rowid::DOUBLE', room: double },
  { sql: 'enum_code(status)::UTINYINT', room: uint8 },
  { sql: 'hold_time', room: int32 },
  { sql: 'coalesce(account_id, 0)', room: int32 },
  { sql: 'coalesce(caller_gateway_id, 0)', room: int32 },
  { sql: 'coalesce(callee_gateway_id, 0)', room: int32 },
  { sql: 'coalesce(rate_id, 0)', room: int32 },
  { sql: 'coalesce(vendor_rate_id, 0)', room: int32 },
  { sql: 'coalesce(vendor_account_id, 0)', room: int32 },
  { sql: 'end_direction', room: uint8 },
  { sql: 'billing_mode', room: (values) => new Int8Array(values) },
  { sql: '(epoch_us(start_at) // 3600000000)::INTEGER', room: int32 },
  { sql: 'fee', room: words },
  { sql: 'shortfall', room: words },
  { sql: 'coalesce(vendor_fee, 0)', room: words },
  { sql: 'fee_time', room: int32 },
  { sql: 'coalesce(vendor_fee_time, 0)', room: int32 },
];

const TIMES = [
  { sql: "coalesce(epoch_ms(answered_at)::DOUBLE, 'nan'::DOUBLE)", room: double },
  { sql: 'epoch_ms(ended_at)::DOUBLE', room: double },
];

/** Reads stored calls; rows of a chunk that are under several plans come as several pieces. */
export async function* storedPieces(connection: DuckDBConnection, reading: Reading): AsyncGenerator<StoredPiece> {
  const { table, where, numbers, times, rates } = reading;
  const texts = numbers ? await textPieces(connection, table, where) : [];
  const columns = [
    ...COLUMNS,
    ...(times ? TIMES : []),
    ...(numbers ? [{ sql: 'stripped_characters', room: uint8 }] : []),
    ...texts.flat().map((sql) => ({ sql, room: text })),
  ];
  const select = `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM ${table} WHERE ${where}`;
  const values = columns.map(({ room }) => room(CHUNK_ROWS));
  const { piece, pieces } = pieceOver(values, texts, reading);
  for await (const rows of readRanges(connection, table, select, values, reading.ahead)) {
    findTerms(rows, piece.clientRate, rates, piece.clientTerm);
    findTerms(rows, piece.vendorRate, rates, piece.vendorTerm);
    yield* byPlan({ ...piece, rows, ...(numbers ? { numbers: numbersOf(rows, pieces, texts) } : {}) }, values, reading);
  }
}

/** A piece without rows over the columns that are read, and the columns of numbers. */
function pieceOver(values: readonly Column[], texts: readonly string[][], reading: Reading) {
  const { times, table } = reading;
  const [, , rowId, status, holdSeconds, account, callerGateway, calleeGateway, clientRate, vendorRate, ...rest] =
    values;
  const [vendorAccount, endDirection, billingMode, hour, fee, shortfall, vendorFee, ...seconds] = rest;
  const [feeSeconds, vendorFeeSeconds, ...more] = seconds;
  const [answeredMs, endedMs] = times ? more : [new Float64Array(CHUNK_ROWS).fill(Number.NaN), double(CHUNK_ROWS)];
  const piece: StoredPiece = {
    rows: 0,
    plan: 0,
    waiting: table === 'waiting_calls',
    rowId: rowId as Float64Array,
    status: status as Uint8Array,
    holdSeconds: holdSeconds as Int32Array,
    account: account as Int32Array,
    callerGateway: callerGateway as Int32Array,
    calleeGateway: calleeGateway as Int32Array,
    clientRate: clientRate as Int32Array,
    clientTerm: new Int32Array(CHUNK_ROWS),
    vendorAccount: vendorAccount as Int32Array,
    vendorRate: vendorRate as Int32Array,
    vendorTerm: new Int32Array(CHUNK_ROWS),
    endDirection: endDirection as Uint8Array,
    billingMode: billingMode as Int8Array,
    hour: hour as Int32Array,
    fee: fee as Int32Array,
    shortfall: shortfall as Int32Array,
    vendorFee: vendorFee as Int32Array,
    feeSeconds: feeSeconds as Int32Array,
    vendorFeeSeconds: vendorFeeSeconds as Int32Array,
    answeredMs: answeredMs as Float64Array,
    endedMs: endedMs as Float64Array,
  };
  return { piece, pieces: texts.length > 0 ? more.slice(times ? 2 : 0) : [] };
}

/** Places of terms by row; rates are ids that the table of rates has, or 0. */
function findTerms(rows: number, ids: Int32Array, { termOf }: StoredRates, terms: Int32Array): void {
  for (let row = 0; row < rows; row++) terms[row] = termOf[ids[row]];
}

/** SQL of the pieces of both numbers; a number that is not ASCII is no number, and question marks are as good. */
async function textPieces(connection: DuckDBConnection, table: string, where: string): Promise<string[][]> {
  const found = await connection.runAndReadAll(
    `SELECT coalesce(max(length(callee_e164)), 0)::INTEGER, coalesce(max(length(callee_to_gateway_e164)), 0)::INTEGER
     FROM ${table} WHERE ${where}`,
  );
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

function* byPlan(piece: StoredPiece, values: readonly Column[], { planOf }: Reading): Generator<StoredPiece> {
  const [run, set] = values as [Int32Array, Uint16Array];
  if (isOnePlan(piece.rows, run, set)) {
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
