import { wordsToBigMicros } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { ExactSums } from './exact-sums.ts';
import type { StoredPiece } from './stored-calls.ts';
import type { StoredRates } from './stored-rates.ts';

/** What is added up for each group of calls, side by side so that a group is one line of the cache. */
export const figures = [
  'calls',
  'changed',
  'chargedBefore',
  'chargedAfter',
  'feeBefore',
  'feeAfter',
  'vendorBefore',
  'vendorAfter',
] as const;
export type Figures = Record<(typeof figures)[number], bigint>;
const WIDTH = figures.length;

/**
 * By what calls are grouped, each by small numbers: statuses as pairs, before × number of statuses + after; names by their
 * ids; destinations by their places, the first of them for calls without one; hours since 1970 UTC, from the first.
 */
export const groupings = ['status', 'account', 'destination', 'mappingGateway', 'routingGateway', 'hour'] as const;
export type Grouping = (typeof groupings)[number];

/** What becomes of the calls of a piece. Fees are micros in two words a row. */
export interface Outcome {
  readonly status: Uint8Array;
  readonly clientRate: Int32Array;
  readonly fee: Int32Array;
  readonly vendorFee: Int32Array;
}

const WORD = 2 ** 32;
/** From this high word on, four amounts of every row of a piece may not be summed in doubles. */
const BIG = 2 ** 6;
const isCharged = Float64Array.from(statuses, ({ charged }) => (charged ? 1 : 0));
const isKept = Float64Array.from(statuses, ({ recorded }) => (recorded.endsWith('_calls') ? 1 : 0));

/** Adds up what calls came to before and what they come to after, by all groupings. */
export class ImpactSums {
  readonly #sums = new Map(groupings.map((grouping) => [grouping, new ExactSums()]));
  readonly #placesOf: Int32Array;
  readonly #firstHour: number;
  // Of the piece at hand, by row: what is added, and the groups of groupings that no column of it names.
  readonly #amounts = new Float64Array(CHUNK_ROWS * WIDTH);
  readonly #pairs = new Int32Array(CHUNK_ROWS);
  readonly #destinationsAfter = new Int32Array(CHUNK_ROWS);
  readonly #hours = new Int32Array(CHUNK_ROWS);

  constructor({ placesOf }: StoredRates, firstHour: number) {
    this.#placesOf = placesOf;
    this.#firstHour = firstHour;
  }

  /** Adds the calls of a piece; with `sign` -1 takes back what was added. */
  add(piece: StoredPiece, out: Outcome, sign: 1 | -1 = 1): void {
    const { rows } = piece;
    const amount = readAmounts(piece, out, sign, this.#amounts);
    const hasBig = amount === TOO_BIG;
    if (hasBig) for (let row = 0; row < rows; row++) this.#amounts.fill(0, row * WIDTH + 4, (row + 1) * WIDTH);
    readPairs(rows, piece.status, out.status, this.#pairs);
    readHours(rows, piece.hour, this.#firstHour, this.#hours);
    readDestinations(piece, out, this.#placesOf, this.#destinationsAfter);
    const addTo = (grouping: Grouping, places: Int32Array, placesAfter = places) => {
      const sums = this.#sums.get(grouping) as ExactSums;
      // Of a piece without big amounts each is below 2^38, so all of them together are below 2^52.
      const most = Math.max(highest(places, rows), places === placesAfter ? 0 : highest(placesAfter, rows));
      sums.admit((most + 1) * WIDTH, 4 * rows + (hasBig ? 0 : amount));
      if (grouping === 'status' || grouping === 'hour') addRuns(sums.values, places, this.#amounts, rows);
      else addRows(sums.values, places, placesAfter, this.#amounts, rows);
      if (hasBig) addBigAmounts(sums, places, placesAfter, piece, out, BigInt(sign));
    };
    addTo('status', this.#pairs);
    addTo('account', piece.account);
    addTo('destination', piece.destination, this.#destinationsAfter);
    addTo('mappingGateway', piece.callerGateway);
    addTo('routingGateway', piece.calleeGateway);
    addTo('hour', this.#hours);
  }

  /** The groups of a grouping that have calls, with their figures; money is micros. */
  groups(grouping: Grouping): { place: number; figures: Figures }[] {
    const sums = this.#sums.get(grouping) as ExactSums;
    const groups = [];
    for (let place = 0; place * WIDTH < sums.length; place++) {
      const values = figures.map((_, nth) => sums.get(place * WIDTH + nth));
      if (values.every((value) => value === 0n)) continue;
      groups.push({ place, figures: Object.fromEntries(figures.map((name, nth) => [name, values[nth]])) as Figures });
    }
    return groups;
  }
}

/** What `readAmounts` returns where amounts of a piece have to be added as BigInts. */
const TOO_BIG = -1;

/** By row what is added. @returns the sum of the absolute values of all amounts of money */
function readAmounts(piece: StoredPiece, out: Outcome, sign: number, amounts: Float64Array): number {
  const { rows, fee, vendorFee, status } = piece;
  const { fee: newFee, vendorFee: newVendorFee, status: newStatus } = out;
  let words = 0;
  let amount = 0;
  for (let row = 0; row < rows; row++) {
    const low = 2 * row;
    const high = low + 1;
    const before = status[row];
    const after = newStatus[row];
    const kept = isKept[after];
    words |= fee[high] | vendorFee[high] | newFee[high] | newVendorFee[high];
    const feeBefore = fee[high] * WORD + (fee[low] >>> 0);
    const feeAfter = kept * (newFee[high] * WORD + (newFee[low] >>> 0));
    const vendorBefore = vendorFee[high] * WORD + (vendorFee[low] >>> 0);
    const vendorAfter = kept * (newVendorFee[high] * WORD + (newVendorFee[low] >>> 0));
    const same = before === after && feeBefore === feeAfter && vendorBefore === vendorAfter;
    const at = row * WIDTH;
    amounts[at] = sign;
    amounts[at + 1] = same ? 0 : sign;
    amounts[at + 2] = sign * isCharged[before];
    amounts[at + 3] = sign * isCharged[after];
    amounts[at + 4] = sign * feeBefore;
    amounts[at + 5] = sign * feeAfter;
    amounts[at + 6] = sign * vendorBefore;
    amounts[at + 7] = sign * vendorAfter;
    amount += feeBefore + feeAfter + vendorBefore + vendorAfter;
  }
  return words >= BIG || words < 0 ? TOO_BIG : amount;
}

function readPairs(rows: number, before: Uint8Array, after: Uint8Array, pairs: Int32Array): void {
  const count = statuses.length;
  for (let row = 0; row < rows; row++) pairs[row] = before[row] * count + after[row];
}

function readHours(rows: number, hour: Int32Array, firstHour: number, hours: Int32Array): void {
  for (let row = 0; row < rows; row++) hours[row] = hour[row] - firstHour;
}

/** Destinations of the rates calls have now, 0 for calls that are not kept. */
function readDestinations(
  { rows, clientRate, destination }: StoredPiece,
  { status, clientRate: newRate }: Outcome,
  placesOf: Int32Array,
  after: Int32Array,
): void {
  for (let row = 0; row < rows; row++) {
    const rate = newRate[row];
    // Most calls keep their rate, and tables of rates are too large for the cache.
    const place = rate === clientRate[row] ? destination[row] : placesOf[2 * rate + 1];
    after[row] = isKept[status[row]] * place;
  }
}

/** `addRows` for rows of which neighbours are mostly of the same group: a group is added to when another one comes. */
function addRuns(values: Float64Array, places: Int32Array, amounts: Float64Array, rows: number): void {
  for (let row = 0; row < rows; ) {
    const place = places[row];
    let [calls, changed, chargedBefore, chargedAfter] = [0, 0, 0, 0];
    let [feeBefore, feeAfter, vendorBefore, vendorAfter] = [0, 0, 0, 0];
    for (; row < rows && places[row] === place; row++) {
      const at = row * WIDTH;
      calls += amounts[at];
      changed += amounts[at + 1];
      chargedBefore += amounts[at + 2];
      chargedAfter += amounts[at + 3];
      feeBefore += amounts[at + 4];
      feeAfter += amounts[at + 5];
      vendorBefore += amounts[at + 6];
      vendorAfter += amounts[at + 7];
    }
    const to = place * WIDTH;
    values[to] += calls;
    values[to + 1] += changed;
    values[to + 2] += chargedBefore;
    values[to + 3] += chargedAfter;
    values[to + 4] += feeBefore;
    values[to + 5] += feeAfter;
    values[to + 6] += vendorBefore;
    values[to + 7] += vendorAfter;
  }
}

/** Adds the amounts of each row to its group: those before to that of before, those after to that of after. */
function addRows(
  values: Float64Array,
  places: Int32Array,
  placesAfter: Int32Array,
  amounts: Float64Array,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) {
    const at = row * WIDTH;
    const to = places[row] * WIDTH;
    const toAfter = placesAfter[row] * WIDTH;
    values[to] += amounts[at];
    values[to + 1] += amounts[at + 1];
    values[to + 2] += amounts[at + 2];
    values[toAfter + 3] += amounts[at + 3];
    values[to + 4] += amounts[at + 4];
    values[toAfter + 5] += amounts[at + 5];
    values[to + 6] += amounts[at + 6];
    values[toAfter + 7] += amounts[at + 7];
  }
}

function addBigAmounts(
  sums: ExactSums,
  places: Int32Array,
  placesAfter: Int32Array,
  piece: StoredPiece,
  out: Outcome,
  sign: bigint,
): void {
  for (let row = 0; row < piece.rows; row++) {
    sums.addBig(places[row] * WIDTH + 4, sign * wordsToBigMicros(piece.fee, row));
    sums.addBig(places[row] * WIDTH + 6, sign * wordsToBigMicros(piece.vendorFee, row));
    if (isKept[out.status[row]] === 0) continue;
    sums.addBig(placesAfter[row] * WIDTH + 5, sign * wordsToBigMicros(out.fee, row));
    sums.addBig(placesAfter[row] * WIDTH + 7, sign * wordsToBigMicros(out.vendorFee, row));
  }
}

function highest(places: Int32Array, rows: number): number {
  let most = 0;
  for (let row = 0; row < rows; row++) if (places[row] > most) most = places[row];
  return most;
}
