import { type CallBatch, type RatedColumns, ratedColumns, textColumn } from './columns.ts';
import { parseMoney } from './money.ts';
import type { BillingParameters } from './parameters.ts';
import type { Parties } from './parties.ts';
import { compilePlan, type Plan } from './plan.ts';
import { priceTariff } from './pricing.ts';
import { rateBatch } from './rate-batch.ts';
import { compileTariff, type RateRows } from './tariff.ts';

/** A call as it is stored, as far as rating looks at it, and who paid and who was paid for it. Times are ms since 1970. */
export interface CallRecord {
  readonly calleeE164: string;
  readonly calleeToGatewayE164: string | null;
  readonly startMs: number;
  readonly ringingMs: number | null;
  readonly answeredMs: number | null;
  readonly endedMs: number;
  readonly endDirection: number;
  readonly billingMode: number;
  readonly account: string | null;
  /** Rate group of the account; null for an account that is unknown or has none. */
  readonly accountGroup: string | null;
  readonly gateway: string | null;
  /** Clearing account of the gateway, and its rate group. */
  readonly vendorAccount: string | null;
  readonly vendorGroup: string | null;
}

/** A row of a deck. Amounts are decimals as text, times ms since 1970 with null for an open end. */
export interface DeckRow {
  readonly rateId: number;
  readonly rateGroup: string;
  readonly prefix: string;
  readonly destination: string;
  readonly rate: string;
  readonly firstIncrement: number;
  readonly nextIncrement: number;
  readonly connectFee: string;
  readonly effectiveFromMs: number | null;
  readonly effectiveUntilMs: number | null;
  readonly locked: boolean;
  readonly loadId: number;
}

/** Rates one call by the path all calls take: a batch of one row, under a tariff of the few rows that could concern it. */
export function rateSingleCall(call: CallRecord, plan: Plan, deck: readonly DeckRow[]): RatedColumns {
  const groups = [...new Set([call.accountGroup, call.vendorGroup].filter((group) => group !== null))];
  const window = { fromMs: call.answeredMs ?? 0, untilMs: call.answeredMs ?? 0 };
  const rows = rateRows(
    deck.filter(({ rateGroup }) => groups.includes(rateGroup)),
    groups,
  );
  const tariff = compileTariff(rows, window);
  const placeOf = (group: string | null) => (group === null ? -1 : groups.indexOf(group));
  const parties: Parties = {
    groupOfAccount: Int32Array.of(-1, placeOf(call.accountGroup)),
    groupOfGateway: Int32Array.of(-1, placeOf(call.vendorGroup)),
    accountOfGateway: Int32Array.of(0, call.vendorAccount === null ? 0 : 2),
  };
  const out = ratedColumns(1);
  rateBatch(batchOf(call), priceTariff(tariff, plan), tariff, parties, out, {
    gatewayWithoutRates: 0,
    noVendorRate: 0,
  });
  return out;
}

/** What overdraft prevention reserves for a call at a row of a deck, in micros. */
export function reservationOf(
  row: Pick<DeckRow, 'rate' | 'connectFee' | 'firstIncrement' | 'nextIncrement'>,
  parameters: BillingParameters,
  quantiseRates: boolean,
): number {
  const amounts = [row.rate, row.connectFee].map((amount) => Number(microsOf(amount)));
  const terms = Float64Array.of(amounts[0], 60 * amounts[1], row.firstIncrement, row.nextIncrement);
  return priceTariff({ terms }, compilePlan(parameters, quantiseRates)).reserves[0];
}

/** An amount of the database, which was checked when it was loaded, in micros. */
export function microsOf(amount: string): bigint {
  const micros = parseMoney(amount);
  if (typeof micros !== 'bigint') throw new TypeError(`${amount} is no amount: expected ${micros.expected}`);
  return micros;
}

function rateRows(deck: readonly DeckRow[], groups: readonly string[]): RateRows {
  const prefixes = [...new Set(deck.map(({ prefix }) => prefix))].sort();
  const amounts = (of: (row: DeckRow) => string) => Float64Array.from(deck, (row) => Number(microsOf(of(row))));
  return {
    groups: groups.length,
    prefixes,
    rateId: Int32Array.from(deck, ({ rateId }) => rateId),
    group: Int32Array.from(deck, ({ rateGroup }) => groups.indexOf(rateGroup)),
    prefix: Int32Array.from(deck, ({ prefix }) => prefixes.indexOf(prefix)),
    ratePerMinute: amounts(({ rate }) => rate),
    connectFee: amounts(({ connectFee }) => connectFee),
    firstIncrement: Int32Array.from(deck, ({ firstIncrement }) => firstIncrement),
    nextIncrement: Int32Array.from(deck, ({ nextIncrement }) => nextIncrement),
    effectiveFromMs: Float64Array.from(deck, ({ effectiveFromMs }) => effectiveFromMs ?? Number.NEGATIVE_INFINITY),
    effectiveUntilMs: Float64Array.from(deck, ({ effectiveUntilMs }) => effectiveUntilMs ?? Number.POSITIVE_INFINITY),
    locked: Uint8Array.from(deck, ({ locked }) => (locked ? 1 : 0)),
  };
}

function batchOf(call: CallRecord): CallBatch {
  const nothing = Int32Array.of(0);
  const id = (name: string | null) => Int32Array.of(name === null ? 0 : 1);
  const time = (ms: number | null) => Float64Array.of(ms ?? Number.NaN);
  return {
    rows: 1,
    fault: Uint8Array.of(0),
    flowNo: Uint32Array.of(0, 0),
    softswitch: Int32Array.of(1),
    sipCallId: textColumn([null]),
    callerE164: textColumn(['']),
    calleeE164: textColumn([call.calleeE164]),
    calleeToGatewayE164: textColumn([call.calleeToGatewayE164]),
    callerGateway: nothing,
    calleeGateway: id(call.gateway),
    callerIp: nothing,
    calleeIp: nothing,
    account: id(call.account),
    startMs: time(call.startMs),
    ringingMs: time(call.ringingMs),
    answeredMs: time(call.answeredMs),
    endedMs: time(call.endedMs),
    endDirection: Uint8Array.of(call.endDirection),
    endReason: nothing,
    billingMode: Int8Array.of(call.billingMode),
    attempts: Uint8Array.of(0),
  };
}
