import type { DuckDBConnection } from '@duckdb/node-api';
import { MONEY_TYPE, setWords, wordsToBigMicros } from '../../rating/money.ts';
import { isRated, statusCode } from '../../rating/status.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { appendColumns } from '../store/append-columns.ts';
import type { PricedPiece } from './price-history.ts';

/** From so many rows on they are to be written. */
const FULL = 200_000;
const ROOM = FULL + CHUNK_ROWS;

/** Columns of whole numbers that stay as rating leaves them, by the name they have in a table. */
const WHOLE = {
  hold_time: 'holdSeconds',
  rate_id: 'clientRate',
  fee_time: 'feeSeconds',
  vendor_account_id: 'vendorAccount',
  vendor_rate_id: 'vendorRate',
  vendor_fee_time: 'vendorFeeSeconds',
} as const;

/**
 * Calls on their way into a temporary table, column by column: millions of them may come out otherwise, so there is no
 * object a row. Stripped characters of numbers that were not read are -1, rates and accounts that there are none of 0.
 */
export class StagedRows {
  #count = 0;
  readonly #waiting = new Uint8Array(ROOM);
  readonly #status = new Uint8Array(ROOM);
  readonly #plan = new Int32Array(ROOM);
  readonly #stripped = new Int32Array(ROOM);
  readonly #whole = Object.values(WHOLE).map((from) => ({ from, values: new Int32Array(ROOM) }));
  readonly #row = twoWords();
  readonly #fee = twoWords();
  readonly #shortfall = twoWords();
  readonly #vendorFee = twoWords();
  readonly #charged: readonly Int32Array[];

  /** @param causes how many charges each call has */
  constructor(causes: number) {
    this.#charged = Array.from({ length: causes }, twoWords);
  }

  /** The columns of the table as SQL. */
  get declaration(): string {
    const whole = ['plan', 'stripped_characters', ...Object.keys(WHOLE)];
    const money = ['fee', 'shortfall', 'vendor_fee', ...this.#charged.map((_, nth) => `charged_${nth}`)];
    return [
      'waiting BOOLEAN, status call_status',
      ...whole.map((name) => `${name} INTEGER`),
      'row BIGINT',
      ...money.map((name) => `${name} ${MONEY_TYPE.sql}`),
    ].join(', ');
  }

  get isFull(): boolean {
    return this.#count >= FULL;
  }

  /** @param charges by cause, two words a row, in the order of `rows` */
  add({ piece, out, shortfall }: PricedPiece, rows: Int32Array, charges: readonly Int32Array[]): void {
    const at = this.#count;
    this.#waiting.fill(piece.waiting ? 1 : 0, at, at + rows.length);
    this.#plan.fill(piece.plan, at, at + rows.length);
    pick(this.#status, at, out.status, rows);
    if (piece.numbers === undefined) this.#stripped.fill(-1, at, at + rows.length);
    else pick(this.#stripped, at, out.strippedCharacters, rows);
    for (const { from, values } of this.#whole) pick(values, at, out[from], rows);
    putRowIds(this.#row, at, piece.rowId, rows);
    pickWords(this.#fee, at, out.fee, rows);
    pickWords(this.#shortfall, at, shortfall, rows);
    pickWords(this.#vendorFee, at, out.vendorFee, rows);
    for (const [nth, charged] of charges.entries()) this.#charged[nth].set(charged, 2 * at);
    this.#count += rows.length;
    this.#withhold(at);
  }

  /** Appends the rows to the table, and is empty then. */
  async write(connection: DuckDBConnection, temporaryTable: string): Promise<void> {
    const wide = [this.#row, this.#fee, this.#shortfall, this.#vendorFee, ...this.#charged];
    const columns = [
      this.#waiting,
      this.#status,
      this.#plan,
      this.#stripped,
      ...this.#whole.map(({ values }) => values),
      ...wide.map(({ buffer }) => new BigInt64Array(buffer)),
    ];
    await appendColumns(connection, temporaryTable, columns, this.#count);
    this.#count = 0;
  }

  /** A call that is not recorded has no fee; that of one that is withheld is counted as not billed. */
  #withhold(from: number): void {
    const [fee, shortfall] = [this.#fee, this.#shortfall];
    for (let at = from; at < this.#count; at++) {
      const status = this.#status[at];
      if (isRated[status] === 1) continue;
      if (status === statusCode.suppressed_server_hang_up) {
        setWords(shortfall, at, wordsToBigMicros(shortfall, at) + wordsToBigMicros(fee, at));
      }
      setWords(fee, at, 0n);
    }
  }
}

function twoWords(): Int32Array<ArrayBuffer> {
  return new Int32Array(2 * ROOM);
}

function pick<T extends Uint8Array | Int32Array>(to: T, at: number, from: Uint8Array | Int32Array, rows: Int32Array) {
  for (let i = 0; i < rows.length; i++) to[at + i] = from[rows[i]];
}

function pickWords(to: Int32Array, at: number, from: Int32Array, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    to[2 * (at + i)] = from[2 * rows[i]];
    to[2 * (at + i) + 1] = from[2 * rows[i] + 1];
  }
}

/** Rowids are whole numbers as doubles; an array of words keeps of a number what fits into a word. */
function putRowIds(to: Int32Array, at: number, rowIds: Float64Array, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const rowId = rowIds[rows[i]];
    to[2 * (at + i)] = rowId;
    to[2 * (at + i) + 1] = Math.floor(rowId / 2 ** 32);
  }
}
