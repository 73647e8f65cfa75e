import { wordsToBigMicros } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { ExactSums } from './exact-sums.ts';
import type { StoredPiece } from './stored-calls.ts';

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
  readonly #destinationOf: Int32Array;
  readonly #firstHour: number;
  // Of the piece at hand, by row: what is added, and the groups of groupings that no column of it names.
  readonly #amounts = new Float64Array(CHUNK_ROWS * WIDTH);
  readonly #pairs = new Int32Array(CHUNK_ROWS);
  readonly #destinations = new Int32Array(CHUNK_ROWS);
  readonly #destinationsAfter = new Int32Array(CHUNK_ROWS);
  readonly #hours = new Int32Array(CHUNK_ROWS);
  /** Sum of the absolute values of all amounts of the piece. */
  #amount = 0;

  constructor(destinationOf: Int32Array, firstHour: number) {
    this.#destinationOf = destinationOf;
    this.#firstHour = firstHour;
  }

  /** Adds the calls of a piece; with `sign` -1 takes back what was added. */
  add(piece: StoredPiece, out: Outcome, sign: 1 | -1 = 1): void {
    const { rows } = piece;
    const hasBig = this.#readAmounts(piece, out, sign);
    this.#readGroups(piece, out);
    const addTo = (grouping: Grouping, places: Int32Array, placesAfter = places) => {
      const sums = this.#sums.get(grouping) as ExactSums;
      // Of a piece without big amounts each is below 2^38, so all of them together are below 2^52.
      sums.admit((Math.max(highest(places, rows), highest(placesAfter, rows)) + 1) * WIDTH, this.#amount);
      addRows(sums.values, places, placesAfter, this.#amounts, rows);
      if (hasBig) addBigAmounts(sums, places, placesAfter, piece, out, BigInt(sign));
    };
    addTo('status', this.#pairs);
    addTo('account', piece.account);
    addTo('destination', this.#destinations, this.#destinationsAfter);
    addTo('mappingGateway', piece.callerGateway);
    addTo('routingGateway', piece.calleeGateway);
    addTo('hour', this.#hours);
  }

  #destination(rateId: number): number {
    return rateId < this.#destinationOf.length ? 1 + this.#destinationOf[rateId] : 0;
  }

  /** The groups of a grouping that have calls, with their figures; money is micros. */
  groups(grouping: Grouping): { place: number; figures: Figures }[] {
    const sums = this.#sums.get(grouping) as ExactSums;
    const groups = [];
    for (let place = 0; place * WIDTH < sums.length; place++) {
      const entries = figures.map((figure, nth) => [figure, sums.get(place * WIDTH + nth)]);
      const read = Object.fromEntries(entries) as Figures;
      if (Object.values(read).some((value) => value !== 0n)) groups.push({ place, figures: read });
    }
    return groups;
  }

  /** By row what is added; amounts are 0 where some are too big for it. @returns whether some are */
  #readAmounts(piece: StoredPiece, out: Outcome, sign: number): boolean {
    const { rows, fee, vendorFee, status } = piece;
    const amounts = this.#amounts;
    let words = 0;
    let amount = 0;
    for (let row = 0; row < rows; row++) {
      const [low, high] = [2 * row, 2 * row + 1];
      const kept = isKept[out.status[row]];
      words |= fee[high] | vendorFee[high] | out.fee[high] | out.vendorFee[high];
      const feeBefore = fee[high] * WORD + (fee[low] >>> 0);
      const feeAfter = kept * (out.fee[high] * WORD + (out.fee[low] >>> 0));
      const vendorBefore = vendorFee[high] * WORD + (vendorFee[low] >>> 0);
      const vendorAfter = kept * (out.vendorFee[high] * WORD + (out.vendorFee[low] >>> 0));
      const same = status[row] === out.status[row] && feeBefore === feeAfter && vendorBefore === vendorAfter;
      const at = row * WIDTH;
      amounts[at] = sign;
      amounts[at + 1] = same ? 0 : sign;
      amounts[at + 2] = sign * isCharged[status[row]];
      amounts[at + 3] = sign * isCharged[out.status[row]];
      amounts[at + 4] = sign * feeBefore;
      amounts[at + 5] = sign * feeAfter;
      amounts[at + 6] = sign * vendorBefore;
      amounts[at + 7] = sign * vendorAfter;
      amount += feeBefore + feeAfter + vendorBefore + vendorAfter;
    }
    const hasBig = words >= BIG || words < 0;
    if (hasBig) for (let row = 0; row < rows; row++) amounts.fill(0, row * WIDTH + 4, (row + 1) * WIDTH);
    this.#amount = hasBig ? 4 * rows : 4 * rows + amount;
    return hasBig;
  }

  #readGroups(piece: StoredPiece, out: Outcome): void {
    const { rows, status, clientRate, hour } = piece;
    const [pairs, hours, destinations, after] = [this.#pairs, this.#hours, this.#destinations, this.#destinationsAfter];
    for (let row = 0; row < rows; row++) {
      const statusAfter = out.status[row];
      const [rate, rateAfter] = [clientRate[row], out.clientRate[row]];
      const destination = this.#destination(rate);
      pairs[row] = status[row] * statuses.length + statusAfter;
      hours[row] = hour[row] - this.#firstHour;
      destinations[row] = destination;
      // Most calls keep their rate, and tables of rates are too large for the cache.
      after[row] = isKept[statusAfter] === 0 ? 0 : rateAfter === rate ? destination : this.#destination(rateAfter);
    }
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
