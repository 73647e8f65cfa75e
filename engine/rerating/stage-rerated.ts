import type { DuckDBConnection } from '@duckdb/node-api';
import type { RatedColumns } from '../../rating/columns.ts';
import { wordsToBigMicros } from '../../rating/money.ts';
import { isRated, statusCode, statuses } from '../../rating/status.ts';
import { appendColumns } from '../store/append-columns.ts';
import { overdraftCause, type Rerated } from './impact.ts';
import { type PricedPiece, pricedPieces } from './price-history.ts';
import type { StoredPiece } from './stored-calls.ts';
import { advanceTime } from './what-if.ts';

const AT_ONCE = 200_000;

/**
 * Puts the calls that come out otherwise than they are stored into the temporary table `rerated`, with what they are
 * charged after each cause (see commit-rerating.ts, which takes them from there).
 *
 * @returns how many they are
 */
export async function stageRerated(connection: DuckDBConnection, rerated: Rerated): Promise<number> {
  const { history, causes, replays } = rerated;
  const charged = causes.map((_, nth) => `charged_${nth}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE rerated_rows (
    waiting INTEGER, row BIGINT, plan INTEGER, status INTEGER, stripped_characters INTEGER, hold_time INTEGER,
    rate_id INTEGER, fee_time INTEGER, vendor_account_id INTEGER, vendor_rate_id INTEGER, vendor_fee_time INTEGER,
    fee DECIMAL(18, 6), shortfall DECIMAL(18, 6), vendor_fee DECIMAL(18, 6)
    ${charged.map((name) => `, ${name} DECIMAL(18, 6)`).join('')})`);
  const last = replays.at(-1);
  const steps: Step[] = [];
  let count = 0;
  let staged = new StagedRows(causes.length);
  const pieces = pricedPieces(connection, history, {}, ({ rows }, step, { status, fee }) => {
    steps[step] = { status: status.slice(0, rows), fee: fee.slice(0, 2 * rows) };
  });
  for await (const priced of pieces) {
    last?.apply(priced);
    for (let row = 0; row < priced.piece.rows; row++) {
      if (isStoredSo(priced, row)) continue;
      staged.add(priced, row, chargedAfter(rerated, priced, row, steps));
      count++;
    }
    if (staged.count < AT_ONCE) continue;
    await staged.write(connection);
    staged = new StagedRows(causes.length);
  }
  await staged.write(connection);
  // Numbers of statuses begin with 0, places of a list with 1.
  const names = statuses.map(({ name }) => `'${name}'`).join(', ');
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE rerated AS
    SELECT waiting = 1 AS waiting, row, plan, ([${names}])[status + 1]::call_status AS status,
      CASE WHEN stripped_characters >= 0 THEN stripped_characters END::UTINYINT AS stripped_characters, hold_time,
      nullif(rate_id, 0) AS rate_id, fee_time, fee, shortfall, nullif(vendor_account_id, 0) AS vendor_account_id,
      nullif(vendor_rate_id, 0) AS vendor_rate_id, CASE WHEN vendor_rate_id <> 0 THEN vendor_fee_time END AS vendor_fee_time,
      CASE WHEN vendor_rate_id <> 0 THEN vendor_fee END AS vendor_fee, [${charged.join(', ')}] AS charged_after
    FROM rerated_rows;
    DROP TABLE rerated_rows`);
  return count;
}

/** What a step left, before overdraft prevention. */
interface Step {
  readonly status: Uint8Array;
  readonly fee: Int32Array;
}

/** Whether nothing of a call is otherwise than its row says. */
function isStoredSo({ piece, out, shortfall }: PricedPiece, row: number): boolean {
  return (
    piece.status[row] === out.status[row] &&
    piece.holdSeconds[row] === out.holdSeconds[row] &&
    piece.clientRate[row] === out.clientRate[row] &&
    piece.feeSeconds[row] === out.feeSeconds[row] &&
    piece.vendorRate[row] === out.vendorRate[row] &&
    piece.vendorAccount[row] === out.vendorAccount[row] &&
    piece.vendorFeeSeconds[row] === out.vendorFeeSeconds[row] &&
    sameWords(piece.fee, out.fee, row) &&
    sameWords(piece.shortfall, shortfall, row) &&
    sameWords(piece.vendorFee, out.vendorFee, row) &&
    (piece.numbers === undefined || piece.numbers.strippedCharacters[row] === out.strippedCharacters[row])
  );
}

function sameWords(a: Int32Array, b: Int32Array, row: number): boolean {
  return a[2 * row] === b[2 * row] && a[2 * row + 1] === b[2 * row + 1];
}

/** What a call is charged after each cause: as much more or less as it is asked for, until overdraft prevention decides. */
function chargedAfter(
  { causes, replays }: Rerated,
  { piece, out }: PricedPiece,
  row: number,
  steps: readonly Step[],
): bigint[] {
  const before = wordsToBigMicros(piece.fee, row);
  const asked = before + wordsToBigMicros(piece.shortfall, row);
  const stoppedBefore = wordsToBigMicros(piece.shortfall, row);
  const final = isRated[out.status[row]] === 1 ? wordsToBigMicros(out.fee, row) : 0n;
  let full = asked;
  let charged = before;
  let step = 0;
  let replay = 0;
  const chain = causes.map((cause) => {
    const isReplay = replays.length > 0 && (cause === overdraftCause || cause === advanceTime);
    if (cause !== overdraftCause) full = feeAfter(steps[step++], row);
    charged = isReplay ? (replays[replay++].charged(piece, row, full) ?? full - stoppedBefore) : full - stoppedBefore;
    return charged;
  });
  if (charged !== final)
    throw new RangeError(`call at row ${piece.rowId[row]}: its causes come to ${charged}, not ${final}`);
  return chain;
}

function feeAfter({ status, fee }: Step, row: number): bigint {
  return status[row] === statusCode.charged ? wordsToBigMicros(fee, row) : 0n;
}

class StagedRows {
  readonly #rows: bigint[] = [];
  readonly #whole: number[][] = Array.from({ length: 10 }, () => []);
  readonly #money: bigint[][];

  constructor(causes: number) {
    this.#money = Array.from({ length: 3 + causes }, () => []);
  }

  get count(): number {
    return this.#rows.length;
  }

  add({ piece, out, shortfall }: PricedPiece, row: number, charged: readonly bigint[]): void {
    this.#rows.push(BigInt(piece.rowId[row]));
    wholeOf(piece, out, row).forEach((value, place) => {
      this.#whole[place].push(value);
    });
    const fee = wordsToBigMicros(out.fee, row);
    // Of a call that is withheld the fee it would have had is counted as not billed.
    const withheld = out.status[row] === statusCode.suppressed_server_hang_up ? fee : 0n;
    const money = [isRated[out.status[row]] === 1 ? fee : 0n, wordsToBigMicros(shortfall, row) + withheld];
    [...money, wordsToBigMicros(out.vendorFee, row), ...charged].forEach((micros, place) => {
      this.#money[place].push(micros);
    });
  }

  async write(connection: DuckDBConnection): Promise<void> {
    const [waiting, ...whole] = this.#whole.map((values) => Int32Array.from(values));
    const money = this.#money.map((values) => BigInt64Array.from(values));
    const columns = [waiting, BigInt64Array.from(this.#rows), ...whole, ...money];
    await appendColumns(connection, 'rerated_rows', columns, this.count);
  }
}

/** The columns of whole numbers, in the order of the table; what is not known of numbers that were not read is -1. */
function wholeOf(piece: StoredPiece, out: RatedColumns, row: number): number[] {
  return [
    piece.waiting ? 1 : 0,
    piece.plan,
    out.status[row],
    piece.numbers === undefined ? -1 : out.strippedCharacters[row],
    out.holdSeconds[row],
    out.clientRate[row],
    out.feeSeconds[row],
    out.vendorAccount[row],
    out.vendorRate[row],
    out.vendorFeeSeconds[row],
  ];
}
