import { normalQuantile, Random } from '../signalling/traffic/random.ts';
import type { Country } from './countries.ts';
import { drawPrefixes } from './prefixes.ts';

export interface DeckOptions {
  /** Distinct prefixes of an A–Z deck: 100 to 200,000. Every rate group but the technical one has them all. */
  readonly prefixes: number;
  readonly seed: number;
  /** When given, some destinations have one price before this time and another from it on, ms since 1970. */
  readonly changeMs?: number;
}

/** An A–Z deck, and the rate groups derived from it. Rates are per minute, in TEN_THOUSANDTHS of the currency. */
export interface Deck {
  readonly prefixes: readonly string[];
  /** Position of the destination of each prefix. */
  readonly destinationOf: Int32Array;
  readonly destinations: readonly Destination[];
  readonly locked: Uint8Array;
  readonly changeMs: number | undefined;
  /** Country codes with a price each, for the vendor who sells nothing finer. */
  readonly technical: readonly { readonly prefix: string; readonly destination: string; readonly rate: number }[];
}

export interface Destination {
  readonly name: string;
  readonly rate: number;
  readonly firstIncrement: number;
  readonly nextIncrement: number;
  readonly connectFee: number;
  /** What the rate becomes at the change of prices; the same for most. */
  readonly laterRate: number;
  /** Rates of the groups, in their order. */
  readonly groupFactors: readonly number[];
}

/** The unit of rates inside a deck: 0.0001. */
export const TEN_THOUSANDTHS = 10_000;

/** Rate groups: what clients pay, and what vendors take. Margins differ by destination for vendors, some are negative. */
export const rateGroups = [
  { name: 'wholesale', factor: 1, spread: 0, vendor: false },
  { name: 'retail', factor: 1.35, spread: 0, vendor: false },
  { name: 'premium', factor: 1.15, spread: 0, vendor: false },
  { name: 'vendor-a', factor: 0.82, spread: 0.08, vendor: true },
  { name: 'vendor-b', factor: 0.86, spread: 0.06, vendor: true },
] as const;

/** A vendor group whose prefixes, country codes only, stand behind the technical prefix its gateway wants. */
export const technicalGroup = 'vendor-c';
export const technicalPrefix = '0199';

export const rateHeader =
  'rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee,effective_from,effective_until,locked';

const LOCKED_SHARE = 0.001;
const CHANGED_SHARE = 0.02;

/** Draws a deck. The same options give the same deck. */
export function makeDeck(options: DeckOptions): Deck {
  const random = new Random(options.seed);
  const { prefixes, countries } = drawPrefixes(options.prefixes, random);
  const { destinationOf, named } = nameDestinations(countries, random);
  const destinations = priceDestinations(destinationOf, named, random);
  return {
    prefixes,
    destinationOf,
    destinations,
    locked: Uint8Array.from(prefixes, () => (random.share() < LOCKED_SHARE ? 1 : 0)),
    changeMs: options.changeMs,
    technical: technicalRates(countries, destinationOf, destinations),
  };
}

/** The deck as lines of rates.csv, header first, without line ends. */
export function* rateLines(deck: Deck): Generator<string> {
  yield rateHeader;
  for (const [g, group] of rateGroups.entries()) {
    const tails = deck.destinations.map((destination) => lineTails(destination, g, deck.changeMs));
    for (let i = 0; i < deck.prefixes.length; i++) {
      const locked = !group.vendor && deck.locked[i] === 1 ? ',true' : ',false';
      for (const tail of tails[deck.destinationOf[i]]) yield `${group.name},${deck.prefixes[i]},${tail}${locked}`;
    }
  }
  for (const { prefix, destination, rate } of deck.technical) {
    yield `${technicalGroup},${prefix},${destination},${decimal(rate)},60,60,0,,,false`;
  }
}

/** What follows the prefix in the lines of a destination: one line, or one before and one after the change of prices. */
function lineTails(destination: Destination, group: number, changeMs: number | undefined): string[] {
  const { name, rate, laterRate, firstIncrement, nextIncrement, connectFee } = destination;
  const factor = destination.groupFactors[group];
  const increments = `${firstIncrement},${nextIncrement},${decimal(connectFee)}`;
  const before = `${name},${decimal(scaled(rate, factor))},${increments}`;
  if (changeMs === undefined || rate === laterRate) return [`${before},,`];
  const moment = new Date(changeMs).toISOString();
  return [`${before},,${moment}`, `${name},${decimal(scaled(laterRate, factor))},${increments},${moment},`];
}

/** About ten prefixes a destination: a country's fixed network, its mobile networks, its services. */
function nameDestinations(countries: readonly Country[], random: Random) {
  const prefixesOf = new Map<string, number>();
  for (const { name } of countries) prefixesOf.set(name, (prefixesOf.get(name) ?? 0) + 1);
  const positions = new Map<string, number>();
  const named: { name: string; country: Country; kind: number }[] = [];
  const destinationOf = Int32Array.from(countries, (country) => {
    const limit = Math.max(1, Math.round(prefixesOf.get(country.name)! / 10));
    const choice = random.share();
    const kind = choice < 0.4 ? 0 : choice < 0.88 ? 1 : 2;
    const number = Math.ceil(random.share() ** 2 * limit * KIND_SHARE[kind]);
    const name = `${country.name}${KIND_NAME[kind]}${number > 1 ? ` ${number}` : ''}`;
    const known = positions.get(name);
    if (known !== undefined) return known;
    positions.set(name, named.length);
    return named.push({ name, country, kind }) - 1;
  });
  return { destinationOf, named };
}

const KIND_NAME = ['', ' Mobile', ' Special Services'];
const KIND_SHARE = [0.3, 0.5, 0.2];
const KIND_PRICE = [0, 0.8, 1.6];

/** First and next increment in seconds, and out of a hundred destinations how many have them. */
const INCREMENTS = [
  { first: 6, next: 6, share: 46 },
  { first: 60, next: 60, share: 36 },
  { first: 1, next: 1, share: 9 },
  { first: 30, next: 6, share: 5 },
  { first: 60, next: 6, share: 4 },
];

/**
 * Rates, log-normal over the prefixes: dear countries and services get the high ones. Ranks become quantiles, so the
 * median, the 95th percentile and the maximum are those of decks found in the wild, whatever the seed.
 */
function priceDestinations(
  destinationOf: Int32Array,
  named: readonly { name: string; country: Country; kind: number }[],
  random: Random,
): Destination[] {
  const prefixes = new Int32Array(named.length);
  for (const destination of destinationOf) prefixes[destination]++;
  const score = named.map(({ country, kind }) => country.price + KIND_PRICE[kind] + 0.6 * random.normal());
  const order = named.map((_, i) => i).sort((a, b) => score[a] - score[b]);
  const rates = new Float64Array(named.length);
  let below = 0;
  for (const i of order) {
    const z = normalQuantile((below + prefixes[i] / 2) / destinationOf.length);
    rates[i] = Math.min(MAXIMUM, Math.max(MINIMUM, MEDIAN * Math.exp(SIGMA * z)));
    below += prefixes[i];
  }
  rates[order.at(-1)!] = MAXIMUM;
  return named.map(({ name }, i) => {
    const { first, next } = drawIncrement(random);
    const rate = scaled(rates[i], TEN_THOUSANDTHS);
    const changed = random.share() < CHANGED_SHARE;
    return {
      name,
      rate,
      firstIncrement: first,
      nextIncrement: next,
      connectFee: random.share() < 0.01 ? 500 : 0,
      laterRate: changed ? scaled(rate, 0.8 + 0.4 * random.share()) : rate,
      groupFactors: rateGroups.map(({ factor, spread }) => factor * Math.exp(spread * random.normal())),
    };
  });
}

const MEDIAN = 0.03;
const MINIMUM = 0.0005;
const MAXIMUM = 13.65;

/** Of the logarithm: puts the 95th percentile at 0.38. */
const SIGMA = Math.log(0.38 / MEDIAN) / normalQuantile(0.95);

function drawIncrement(random: Random) {
  let rest = random.below(100);
  return INCREMENTS.find(({ share }) => {
    rest -= share;
    return rest < 0;
  })!;
}

/** A country's price is that of its cheapest destination and half as much again. */
function technicalRates(
  countries: readonly Country[],
  destinationOf: Int32Array,
  destinations: readonly Destination[],
) {
  const cheapest = new Map<Country, number>();
  countries.forEach((country, i) => {
    const { rate } = destinations[destinationOf[i]];
    cheapest.set(country, Math.min(rate, cheapest.get(country) ?? rate));
  });
  return [...cheapest].map(([{ code, name }, rate]) => ({
    prefix: technicalPrefix + code,
    destination: name,
    rate: scaled(rate, 1.5),
  }));
}

function scaled(rate: number, factor: number): number {
  return Math.max(1, Math.round(rate * factor));
}

function decimal(rate: number): string {
  return (rate / TEN_THOUSANDTHS).toString();
}
