import type { EventDictionaries } from '../events/events.ts';
import { type AliasTable, aliasTable, logNormalTable, mix, Random, zipf } from './random.ts';
import { callOutcomes } from './traffic-outcomes.ts';
import { rhythmTable } from './traffic-rhythm.ts';

/** What traffic is made of. Shares are of all events unless said otherwise; all times are UTC. */
export interface TrafficOptions {
  /** Events of all softswitches together, repeats included. */
  readonly calls: number;
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly softswitches: number;
  /** What stands before every called number, as SERVER_BILLING_GATEWAY_ROUTE_PREFIX strips it. */
  readonly routePrefix: string;
  /** Of authorised calls: the answer-seizure ratio. */
  readonly answeredShare: number;
  /** Mean connected time of answered calls, before the cap. */
  readonly meanSeconds: number;
  readonly capSeconds: number;
  readonly illegalShare: number;
  readonly unknownAccountShare: number;
  readonly unknownDestinationShare: number;
  readonly tollFreeShare: number;
  readonly noCdrShare: number;
  readonly invalidNumberShare: number;
  /** Of answered calls: ended by the server. */
  readonly serverHangUpShare: number;
  /** Of answered calls: the event says the call ended before it was answered. */
  readonly malformedShare: number;
  /** Exact repeats of an earlier event. */
  readonly repeatShare: number;
  /** Events with the key of an earlier one and another end. */
  readonly conflictShare: number;
  /** Exponents of the Zipf distributions of accounts and of destinations. */
  readonly accountSkew: number;
  readonly destinationSkew: number;
}

/** A Monday of 300,000 calls. */
export const trafficDefaults: TrafficOptions = {
  calls: 300_000,
  seed: 1,
  startMs: Date.UTC(2026, 2, 2),
  days: 1,
  softswitches: 3,
  routePrefix: '00',
  answeredShare: 0.5,
  meanSeconds: 180,
  capSeconds: 7200,
  illegalShare: 0.01,
  unknownAccountShare: 0.001,
  unknownDestinationShare: 0.015,
  tollFreeShare: 0.01,
  noCdrShare: 0.003,
  invalidNumberShare: 0.0005,
  serverHangUpShare: 0.01,
  malformedShare: 0.0001,
  repeatShare: 0.001,
  conflictShare: 0.0001,
  accountSkew: 1,
  destinationSkew: 0.9,
};

/** The part of the reference data which traffic needs. */
export interface TrafficReference {
  /** Prefixes of the clients' decks, each once, with a rate: the cheaper a destination, the more it is called. */
  readonly prefixes: readonly string[];
  readonly ratePerMinute: ArrayLike<number>;
  /** Clients, those with the most traffic first. */
  readonly accounts: readonly string[];
  readonly mapping: readonly TrafficGateway[];
  readonly routing: readonly TrafficGateway[];
}

export interface TrafficGateway {
  readonly gateway: string;
  readonly account: string;
  readonly address: string;
  /** What this gateway wants before the number: the start of callee_to_gateway_e164. */
  readonly technicalPrefix: string;
}

/** Everything the rows of traffic are drawn from: tables, no state. */
export interface TrafficPlan {
  readonly options: TrafficOptions;
  readonly softswitches: readonly SoftswitchPlan[];
  readonly dictionaries: EventDictionaries;
  /** Most bytes a text value of an event takes. */
  readonly textBytes: number;
  /** Added to the number of an event: other start, other keys, so that the days of a month can be simulated one by one. */
  readonly firstFlowNo: number;
  readonly accounts: AliasTable;
  readonly knownAccounts: number;
  readonly callerGateway: Int32Array;
  readonly billingMode: Int8Array;
  /** First digits of the callers of each account, five a row. */
  readonly callerDigits: Uint8Array;
  readonly numbers: NumberPlan;
  readonly routing: AliasTable;
  readonly technicalPrefix: readonly Uint8Array[];
  readonly phoneIps: { readonly first: number; readonly count: number };
  readonly scannerIps: { readonly first: number; readonly count: number };
  readonly outcomes: AliasTable;
  /** Ends of calls at even steps of the traffic, ms since 1970. */
  readonly rhythm: Float64Array;
  readonly shortTalkMs: Float64Array;
  readonly longTalkMs: Float64Array;
  readonly delayMs: Float64Array;
  readonly ringMs: Float64Array;
}

export interface SoftswitchPlan {
  readonly name: string;
  readonly rows: number;
  readonly seed: number;
}

/** Called numbers: a start, drawn by weight, and so many random digits. */
export interface NumberPlan {
  readonly starts: AliasTable;
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly tailDigits: Uint8Array;
}

/** Share of answered calls which are short: voicemail, wrong numbers, "call me back". */
export const SHORT_TALK_SHARE = 0.4;

const PHONE_IPS = 1024;
const SCANNER_IPS = 48;
const CALLER_DIGITS = 5;

/** Compiles tables from reference data and options. The same ones give the same plan. */
export function planTraffic(reference: TrafficReference, options: TrafficOptions): TrafficPlan {
  const { accounts, mapping, routing } = reference;
  const random = new Random(options.seed);
  const unknownAccounts = ['closed-01', 'closed-02', 'closed-03', 'moved-01', 'moved-02'];
  const phones = Array.from({ length: PHONE_IPS }, (_, i) => `10.${64 + (i >> 8)}.${i & 255}.${1 + random.below(250)}`);
  const scanners = Array.from({ length: SCANNER_IPS }, (_, i) => `192.0.2.${10 + 5 * i}`);
  const softswitches = shareOut(options);
  const numbers = planNumbers(reference, options, random);
  const shortMean = 0.2 * options.meanSeconds * 1000;
  const longMean = (options.meanSeconds * 1000 - SHORT_TALK_SHARE * shortMean) / (1 - SHORT_TALK_SHARE);
  return {
    options,
    softswitches,
    dictionaries: {
      softswitch: softswitches.map(({ name }) => name),
      caller_gateway: mapping.map(({ gateway }) => gateway),
      callee_gateway: routing.map(({ gateway }) => gateway),
      caller_ip: [...mapping.map(({ address }) => address), ...phones, ...scanners],
      callee_ip: routing.map(({ address }) => address),
      account: [...accounts, ...unknownAccounts],
    },
    textBytes: longestText(numbers, reference, options),
    firstFlowNo: Math.floor(options.startMs / 1000) * 10_000 + 1,
    accounts: planAccounts(accounts.length, unknownAccounts.length, options),
    knownAccounts: accounts.length,
    ...planPayers(reference, unknownAccounts.length, random),
    numbers,
    routing: aliasTable(zipf(routing.length, 0.7)),
    technicalPrefix: routing.map(({ technicalPrefix }) => Buffer.from(technicalPrefix, 'latin1')),
    phoneIps: { first: mapping.length, count: PHONE_IPS },
    scannerIps: { first: mapping.length + PHONE_IPS, count: SCANNER_IPS },
    outcomes: aliasTable(callOutcomes.map(({ weight, kind }) => weight * kindShare(kind, options))),
    rhythm: rhythmTable(options.startMs, options.days),
    shortTalkMs: logNormalWithMean(shortMean, 1),
    longTalkMs: logNormalWithMean(longMean, 1),
    delayMs: logNormalTable(2200, 0.5),
    ringMs: logNormalTable(8000, 0.7),
  };
}

/** Softswitches get half as much, a third as much, … as the first; the rows add up to the calls asked for. */
function shareOut({ calls, softswitches, seed }: TrafficOptions): SoftswitchPlan[] {
  const weights = zipf(softswitches, 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const rows = Array.from(weights, (weight) => Math.floor((calls * weight) / sum));
  rows[0] += calls - rows.reduce((total, count) => total + count, 0);
  return rows.map((count, i) => ({ name: `ss${i + 1}`, rows: count, seed: mix(mix(seed) + i + 1) }));
}

function planAccounts(
  known: number,
  unknown: number,
  { unknownAccountShare, accountSkew }: TrafficOptions,
): AliasTable {
  const weights = new Float64Array(known + unknown);
  weights.set(normalised(zipf(known, accountSkew), 1 - unknownAccountShare));
  weights.fill(unknownAccountShare / unknown, known);
  return aliasTable(weights);
}

/** The first accounts send through a mapping gateway of their own; the others are phones, bound numbers and cards. */
function planPayers({ accounts, mapping, prefixes }: TrafficReference, unknown: number, random: Random) {
  const count = accounts.length + unknown;
  const callerGateway = new Int32Array(count).fill(-1);
  const billingMode = new Int8Array(count);
  const callerDigits = new Uint8Array(count * CALLER_DIGITS);
  const gatewayOf = new Map(mapping.map(({ account }, i) => [account, i]));
  for (let i = 0; i < count; i++) {
    const own = gatewayOf.get(accounts[i]);
    const kind = random.share();
    billingMode[i] = own !== undefined ? 1 : kind < 0.1 ? 3 : kind < 0.2 ? 2 : 0;
    // Cards and bound numbers are used from the telephone network, so those calls come in by some gateway.
    callerGateway[i] = own ?? (billingMode[i] === 0 ? -1 : random.below(mapping.length));
    const home = prefixes[random.below(prefixes.length)].padEnd(CALLER_DIGITS, '5');
    for (let d = 0; d < CALLER_DIGITS; d++) callerDigits[i * CALLER_DIGITS + d] = home.charCodeAt(d);
  }
  return { callerGateway, billingMode, callerDigits };
}

function planNumbers(
  { prefixes, ratePerMinute }: TrafficReference,
  options: TrafficOptions,
  random: Random,
): NumberPlan {
  const { unknownDestinationShare, tollFreeShare, noCdrShare, invalidNumberShare, destinationSkew } = options;
  const unknown = unassigned(prefixes);
  const extra: [starts: readonly string[], share: number][] = [
    [unknown, unknown.length > 0 ? unknownDestinationShare : 0],
    [['800'], tollFreeShare],
    [['5000'], noCdrShare],
    [['*31*', 'anonymous'], invalidNumberShare],
  ];
  const starts = [...prefixes, ...extra.flatMap(([group]) => group)];
  const weights = new Float64Array(starts.length);
  const extraShare = extra.reduce((sum, [, share]) => sum + share, 0);
  weights.set(normalised(popularity(ratePerMinute, destinationSkew, random), 1 - extraShare));
  let next = prefixes.length;
  for (const [group, share] of extra) {
    weights.fill(share / group.length, next, next + group.length);
    next += group.length;
  }
  const offsets = new Int32Array(starts.length + 1);
  starts.forEach((start, i) => {
    offsets[i + 1] = offsets[i] + start.length;
  });
  // 10 to 14 digits, but at least two after the prefix; a number of a prefix always has the same length.
  const tailDigits = Uint8Array.from(starts, ({ length }) => Math.max(2, 10 + random.below(5) - length));
  return { starts: aliasTable(weights), bytes: Buffer.from(starts.join(''), 'latin1'), offsets, tailDigits };
}

/** Weights of prefixes: Zipf over an order in which cheap ones tend to come first. */
function popularity(ratePerMinute: ArrayLike<number>, skew: number, random: Random): Float64Array {
  const score = Float64Array.from(ratePerMinute, (rate) => Math.log(rate + 0.005) + 2 * random.normal());
  const order = Int32Array.from(score, (_, i) => i).sort((a, b) => score[a] - score[b]);
  const weights = new Float64Array(score.length);
  zipf(score.length, skew).forEach((weight, rank) => {
    weights[order[rank]] = weight;
  });
  return weights;
}

/** Country codes no one has (ITU-T E.164 annex), as far as the deck has no rate for numbers beginning with them. */
function unassigned(prefixes: readonly string[]): string[] {
  const candidates = ['210', '214', '259', '384', '424', '699', '801', '835', '859', '899', '969', '978', '999'];
  const taken = prefixes.filter((prefix) => candidates.some((c) => c.startsWith(prefix) || prefix.startsWith(c)));
  return candidates.filter((c) => !taken.some((prefix) => c.startsWith(prefix) || prefix.startsWith(c)));
}

function kindShare(kind: 'answered' | 'server' | 'failed', options: TrafficOptions): number {
  const { answeredShare, serverHangUpShare } = options;
  const total = callOutcomes.reduce((sum, outcome) => sum + (outcome.kind === kind ? outcome.weight : 0), 0);
  if (kind === 'failed') return (1 - answeredShare) / total;
  return (answeredShare * (kind === 'server' ? serverHangUpShare : 1 - serverHangUpShare)) / total;
}

function longestText(numbers: NumberPlan, { routing }: TrafficReference, { routePrefix }: TrafficOptions): number {
  const { offsets, tailDigits } = numbers;
  const number = tailDigits.reduce((most, tail, i) => Math.max(most, offsets[i + 1] - offsets[i] + tail), 0);
  const technical = routing.reduce((most, { technicalPrefix }) => Math.max(most, technicalPrefix.length), 0);
  return Math.max(32, routePrefix.length + technical + number + 1);
}

function logNormalWithMean(mean: number, sigma: number): Float64Array {
  return logNormalTable(mean * Math.exp((-sigma * sigma) / 2), sigma);
}

function normalised(weights: Float64Array, sum: number): Float64Array {
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (weight * sum) / total);
}
