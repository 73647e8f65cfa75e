import type { DuckDBConnection } from '@duckdb/node-api';
import type { TextColumn } from '../../rating/columns.ts';
import type { StoredBatch, StoredNumbers } from '../../rating/rerate-batch.ts';
import { readRanges } from '../read-columns.ts';
import type { StoredRates } from './stored-rates.ts';

/**
 * Stored calls that share a plan, at most a chunk of DuckDB. Fees are micros in two words a row, low then high; what came
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
  readonly rates: StoredRates;
  /** Place of the plan by run and set of parameters. */
  readonly planOf: (runId: number, parameterSet: number) => number;
}

type Reader = (bytes: Uint8Array<ArrayBuffer>) => ArrayBufferView;
const int32: Reader = ({ buffer }) => new Int32Array(buffer);
const double: Reader = ({ buffer }) => new Float64Array(buffer);
const uint8: Reader = (bytes) => bytes;

/** Columns in the order in which `pieceOf` takes them. */
const COLUMNS: readonly { sql: string; width: number; read: Reader }[] = [
  { sql: 'run_id', width: 4, read: int32 },
  { sql: 'parameter_set', width: 2, read: ({ buffer }) => new Uint16Array(buffer) },
  { sql: 'rowid::DOUBLE', width: 8, read: double },
  { sql: 'enum_code(status)::UTINYINT', width: 1, read: uint8 },
  { sql: 'hold_time', width: 4, read: int32 },
  { sql: 'coalesce(account_id, 0)', width: 4, read: int32 },
  { sql: 'coalesce(caller_gateway_id, 0)', width: 4, read: int32 },
  { sql: 'coalesce(callee_gateway_id, 0)', width: 4, read: int32 },
  { sql: 'coalesce(rate_id, 0)', width: 4, read: int32 },
  { sql: 'coalesce(vendor_rate_id, 0)', width: 4, read: int32 },
  { sql: 'coalesce(vendor_account_id, 0)', width: 4, read: int32 },
  { sql: 'end_direction', width: 1, read: uint8 },
  { sql: 'billing_mode', width: 1, read: ({ buffer }) => new Int8Array(buffer) },
  { sql: '(epoch_us(start_at) // 3600000000)::INTEGER', width: 4, read: int32 },
  { sql: 'fee', width: 8, read: int32 },
  { sql: 'shortfall', width: 8, read: int32 },
  { sql: 'coalesce(vendor_fee, 0)', width: 8, read: int32 },
  { sql: 'fee_time', width: 4, read: int32 },
  { sql: 'coalesce(vendor_fee_time, 0)', width: 4, read: int32 },
];

const TIMES = [
  { sql: "coalesce(epoch_ms(answered_at)::DOUBLE, 'nan'::DOUBLE)", width: 8, read: double },
  { sql: 'epoch_ms(ended_at)::DOUBLE', width: 8, read: double },
];

/** DuckDB keeps text of up to twelve bytes in the column itself: longer ones are read in pieces. */
const PIECE = 12;
const TEXT_WIDTH = 16;

/** Reads stored calls; rows of a chunk that are under several plans come as several pieces. */
export async function* storedPieces(connection: DuckDBConnection, reading: Reading): AsyncGenerator<StoredPiece> {
  const { table, where, numbers, times } = reading;
  const texts = numbers ? await textPieces(connection, table, where) : [];
  const columns = [
    ...COLUMNS,
    ...(times ? TIMES : []),
    ...(numbers ? [{ sql: 'stripped_characters', width: 1, read: uint8 }] : []),
    ...texts.flat().map((sql) => ({ sql, width: TEXT_WIDTH, read: int32 })),
  ];
  const select = `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM ${table} WHERE ${where}`;
  const widths = columns.map(({ width }) => width);
  for await (const { rows, columns: bytes } of readRanges(connection, table, select, widths)) {
    const values = bytes.map((column, place) => columns[place].read(column));
    yield* byPlan(
      pieceOf(
        rows,
        values,
        texts.map(({ length }) => length),
        reading,
      ),
      values,
      reading,
    );
  }
}

function pieceOf(
  rows: number,
  values: readonly ArrayBufferView[],
  texts: readonly number[],
  reading: Reading,
): StoredPiece {
  const { rates, times, numbers, table } = reading;
  const [, , rowId, status, holdSeconds, account, callerGateway, calleeGateway, clientRate, vendorRate, ...rest] =
    values;
  const [vendorAccount, endDirection, billingMode, hour, fee, shortfall, vendorFee, ...seconds] = rest;
  const [feeSeconds, vendorFeeSeconds, ...more] = seconds;
  const [answeredMs, endedMs] = times ? more : [new Float64Array(rows).fill(Number.NaN), new Float64Array(rows)];
  return {
    rows,
    plan: 0,
    waiting: table === 'waiting_calls',
    rowId: rowId as Float64Array,
    status: status as Uint8Array,
    holdSeconds: holdSeconds as Int32Array,
    account: account as Int32Array,
    callerGateway: callerGateway as Int32Array,
    calleeGateway: calleeGateway as Int32Array,
    clientRate: clientRate as Int32Array,
    clientTerm: termsOf(clientRate as Int32Array, rates),
    vendorAccount: vendorAccount as Int32Array,
    vendorRate: vendorRate as Int32Array,
    vendorTerm: termsOf(vendorRate as Int32Array, rates),
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
    ...(numbers ? { numbers: numbersOf(rows, more.slice(times ? 2 : 0), texts) } : {}),
  };
}

/** Places of terms by row; rates are ids that the table of rates has, or 0. */
function termsOf(ids: Int32Array, { termOf }: StoredRates): Int32Array {
  const terms = new Int32Array(ids.length);
  for (let row = 0; row < ids.length; row++) terms[row] = termOf[ids[row]];
  return terms;
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

function numbersOf(rows: number, values: readonly ArrayBufferView[], [billed, sent]: readonly number[]): StoredNumbers {
  const [strippedCharacters, ...pieces] = values;
  return {
    strippedCharacters: strippedCharacters as Uint8Array,
    calleeE164: joined(rows, pieces.slice(0, billed) as Int32Array[]),
    calleeToGatewayE164: joined(rows, pieces.slice(billed, billed + sent) as Int32Array[]),
  };
}

/** Joins pieces of text: each value is four words, its length and up to twelve bytes. */
function joined(rows: number, pieces: readonly Int32Array[]): TextColumn {
  const words = new Int32Array(3 * pieces.length * rows);
  const [starts, ends] = [new Int32Array(rows), new Int32Array(rows)];
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

function* byPlan(piece: StoredPiece, values: readonly ArrayBufferView[], { planOf }: Reading): Generator<StoredPiece> {
  const [run, set] = values as [Int32Array, Uint16Array];
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
  for (const [plan, rows] of rowsOf) {
    yield rowsOf.size === 1 ? { ...piece, plan } : { ...pickPiece(piece, rows), plan };
  }
}

/** Rows of a piece as one of their own. */
function pickPiece(piece: StoredPiece, rows: readonly number[]): StoredPiece {
  const pick = <T extends Int32Array | Float64Array | Uint8Array | Int8Array>(values: T): T => {
    const width = values.length >= 2 * piece.rows && piece.rows > 0 ? 2 : 1;
    const picked = new (values.constructor as new (length: number) => T)(width * rows.length);
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
