import type { DuckDBConnection } from '@duckdb/node-api';
import { wordsToBigMicros, wordsToMicros } from '../../rating/money.ts';
import type { BillingParameters } from '../../rating/parameters.ts';
import { isStored, statusCode } from '../../rating/status.ts';
import { changedDeck } from './changed-deck.ts';
import { ExactSums } from './exact-sums.ts';
import { openHistory } from './history.ts';
import { pricedPieces } from './price-history.ts';
import { priceSteps, type Step, setting, type WhatIf } from './what-if.ts';

/** A parameter and the values it goes through. */
export interface SweepAxis {
  readonly name: keyof BillingParameters;
  readonly values: readonly (number | string)[];
}

/** What a combination of values comes to: asked for calls before overdraft prevention takes from it. Money is micros. */
export interface SweepPoint {
  readonly values: readonly (number | string)[];
  readonly fee: bigint;
  readonly vendorFee: bigint;
  readonly charged: bigint;
}

export interface Sweep {
  readonly calls: number;
  /** As it is now, of the calls that any of the values may concern. */
  readonly before: Omit<SweepPoint, 'values'>;
  readonly points: readonly SweepPoint[];
  readonly elapsedMs: number;
}

const [FEE, VENDOR, CHARGED, WIDTH] = [0, 1, 2, 4];
/** From this high word on, an amount is 2^50 or more. */
const BIG = 2 ** 18;

/**
 * Rates a window of history under all values of a parameter, or all combinations of two: the calls are read once, and each
 * piece of them is rated for every point.
 */
export async function computeSweep(
  connection: DuckDBConnection,
  whatIf: WhatIf,
  axes: readonly SweepAxis[],
  onProgress?: (done: number, total: number) => void,
): Promise<Sweep> {
  const startedMs = performance.now();
  const deck = typeof whatIf.deck === 'string' ? undefined : await changedDeck(connection, whatIf.deck.files);
  const first = priceSteps(whatIf);
  const combinations = combine(axes);
  const points = combinations.map((values): Step => {
    const settings = axes.map(({ name }, place) => setting(name, values[place]));
    return {
      cause: axes.map(({ name }, place) => `${name}=${values[place]}`).join(' '),
      change: (before) => settings.reduce((parameters, { change }) => change(parameters), before),
    };
  });
  const history = await openHistory(connection, whatIf.window, [...first, ...points], deck);
  const sums = new ExactSums();
  const add = (at: number, fee: Int32Array, vendorFee: Int32Array, row: number, isAsked: boolean, isKept: boolean) => {
    if (isAsked) {
      sums.values[at + CHARGED] += 1;
      addAmount(sums, at + FEE, fee, row);
    }
    if (isKept) addAmount(sums, at + VENDOR, vendorFee, row);
  };
  const { charged, overdraft_refused: refused } = statusCode;
  sums.admit((points.length + 1) * WIDTH, 0);
  let done = 0;
  const pieces = pricedPieces(connection, history, { ahead: true, money: true }, (piece, step, out) => {
    const point = step - first.length;
    if (point < 0) return;
    for (let row = 0; row < piece.rows; row++) {
      const status = out.status[row];
      add((point + 1) * WIDTH, out.fee, out.vendorFee, row, status === charged, isStored[status] === 1);
    }
  });
  for await (const { piece } of pieces) {
    for (let row = 0; row < piece.rows; row++) {
      const isAsked = piece.status[row] >= refused;
      add(0, piece.fee, piece.vendorFee, row, isAsked, true);
      if (isAsked) addAmount(sums, FEE, piece.shortfall, row);
    }
    done += piece.rows;
    onProgress?.(done, history.calls);
  }
  const at = (place: number) => ({
    fee: sums.get(place * WIDTH + FEE),
    vendorFee: sums.get(place * WIDTH + VENDOR),
    charged: sums.get(place * WIDTH + CHARGED),
  });
  return {
    calls: history.calls,
    before: at(0),
    points: combinations.map((values, place) => ({ values, ...at(place + 1) })),
    elapsedMs: performance.now() - startedMs,
  };
}

function addAmount(sums: ExactSums, place: number, words: Int32Array, row: number): void {
  if (words[2 * row + 1] >= BIG) {
    sums.addBig(place, wordsToBigMicros(words, row));
    return;
  }
  const micros = wordsToMicros(words, row);
  sums.admit(0, micros);
  sums.values[place] += micros;
}

function combine(axes: readonly SweepAxis[]): (number | string)[][] {
  return axes.reduce<(number | string)[][]>(
    (all, { values }) => all.flatMap((front) => values.map((value) => [...front, value])),
    [[]],
  );
}
