/** The oracle in the words of the worked examples of rating.json: what it says to a vector, kind by kind. */
import { Decimal } from 'decimal.js';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import { type StatusName, statuses } from '../../rating/status.ts';
import {
  basisSeconds,
  billingNumber,
  feeOf,
  feeSeconds,
  findRate,
  holdSeconds,
  listEntries,
  matchesList,
  type OracleCall,
  type OracleRate,
  type OracleSetting,
  quantiseRate,
  rateByTheBook,
  roundFee,
} from './oracle.ts';

/** What the fields of a vector hold. */
export type Value = string | number | boolean | null | string[] | number[];
export type Fields = Record<string, Value>;

/** A vector, as far as the tests read it. */
export interface Vector {
  id: string;
  kind: string;
  given: Fields;
  expect: Fields;
}

const answeredMs = Date.UTC(2024, 0, 1);

/** A row of a deck of which only the fields of a vector matter. */
export function deckRow(prefix: string, given: Fields): OracleRate {
  const period = Number(given.period_s ?? 60);
  const rate = String(given.rate_per_minute ?? '0.01');
  return {
    id: 1,
    group: 'g',
    prefix,
    rate,
    first: period,
    next: period,
    connectFee: '0',
    from: null,
    until: null,
    locked: false,
  };
}

/** Parameters by the names the vectors have for them. */
function parametersOf(given: Fields): BillingParameters {
  const on = (value: Value | undefined) => (value === false ? 0 : 1);
  return {
    ...defaultParameters,
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: Number(given.strip_digits ?? 0),
    SERVER_BILLING_NO_CDR_E164S: String(given.no_cdr_e164s ?? ''),
    SERVER_BILLING_FREE_E164S: String(given.free_e164s ?? ''),
    SERVER_BILLING_HOLD_TIME_PRECISION: Number(given.hold_time_precision_ms ?? 50),
    SERVER_BILLING_RECORD_ILLEGAL_CALL: on(given.record_illegal_call),
    SERVER_BILLING_RECORD_ZERO_HOLD_TIME: on(given.record_zero_hold_time),
    SERVER_BILLING_RECORD_SERVER_HANG_UP: on(given.record_server_hang_up),
    SERVER_BILLING_FREE_TIME: Number(given.free_s ?? 0),
    SERVER_BILLING_FEE_PRECISTION: Number(given.precision ?? 2),
    SERVER_BILLING_FEE_UNIT: String(given.unit ?? '0.01'),
  };
}

/** A whole call through the oracle, in the words of the vectors; a number without rate prefix has a rate. */
function throughTheBook(given: Fields, changes: Partial<OracleCall> = {}): Fields & { status: StatusName } {
  const callee = String(given.number ?? '44123456789');
  const authorised = given.authorised !== false;
  const duration = Number(given.duration_ms ?? Number(given.hold_s ?? 60) * 1000);
  const call: OracleCall = {
    callee,
    calleeToGateway: null,
    account: authorised ? 'payer' : null,
    calleeGateway: null,
    startMs: answeredMs,
    ringingMs: null,
    answeredMs: duration > 0 ? answeredMs : null,
    endedMs: answeredMs + duration,
    endDirection: { caller: 0, callee: 1, server: 2 }[String(given.hangup ?? 'caller')] ?? -1,
    billingMode: authorised ? 1 : -1,
    ...changes,
  };
  const prefixes = given.rate_prefix === undefined ? ['0', '4', '5', '6', '7', '8', '9'] : [String(given.rate_prefix)];
  const setting: OracleSetting = {
    parameters: parametersOf(given),
    quantiseRates: true,
    rates: prefixes.map((prefix) => deckRow(prefix, given)),
    accounts: new Map([['payer', 'g']]),
    gatewayAccounts: new Map(),
  };
  const result = rateByTheBook(call, setting);
  const { recorded } = statuses.find(({ name }) => name === result.status)!;
  const record = recorded === 'rated_calls' || recorded === 'unrated_calls';
  return {
    status: result.status,
    record,
    charge: result.status === 'charged',
    unrated: recorded === 'unrated_calls',
    billing_number: result.billingNumber,
    hold_s: result.holdSeconds,
    basis_s: result.basisSeconds,
    billed_s: result.feeSeconds,
    units: result.feeSeconds / Number(given.period_s ?? 60),
    fee: record ? result.fee : null,
    rate_lookup: result.rateId !== null,
    by: { no_cdr: 'no_cdr', toll_free: 'free' }[String(result.status)] ?? null,
  };
}

/** The steps from hold time to fee, without the path around them. */
function feeSteps(given: Fields): Fields {
  const period = Number(given.period_s);
  const basis = basisSeconds(Number(given.hold_s), Number(given.free_s));
  const billed = feeSeconds(basis, period, period);
  const steps = { basis_s: basis, billed_s: billed, units: billed / period };
  if (given.rate_per_minute === undefined) return steps;

  const [precision, rate] = [Number(given.precision), String(given.rate_per_minute)];
  const quantiseRates = given.quantise_rates !== false;
  const fee = feeOf(deckRow('4', given), billed, { precision, unit: String(given.unit), quantiseRates });
  return { ...steps, fee, rate_used_per_minute: quantiseRates ? quantiseRate(rate, precision) : rate };
}

/** What the oracle says to a vector, kind by kind. */
export const kinds: Record<string, (given: Fields) => Fields> = {
  'strip-prefix': (given) => {
    const number = billingNumber(String(given.number), Number(given.strip_digits));
    return { billing_number: number || null, unrated: throughTheBook(given).status === 'invalid_number' };
  },
  'strip-then-match': (given) => {
    const number = billingNumber(String(given.number), Number(given.strip_digits));
    const rows = (given.rate_prefixes as string[]).map((prefix) => deckRow(prefix, {}));
    return { billing_number: number, matched_prefix: findRate(rows, 'g', number, answeredMs)?.prefix ?? null };
  },
  'free-time': feeSteps,
  'free-time-fee': feeSteps,
  'free-time-loss': (given) => {
    const [without, withIt] = [feeSteps({ ...given, free_s: 0 }).fee, feeSteps(given).fee].map(String);
    const loss = new Decimal(without).minus(withIt).div(without).times(100);
    return { fee_without: without, fee_with: withIt, loss_percent: loss.toFixed() };
  },
  'free-time-share': (given) => {
    const [hold, free] = [Number(given.avg_hold_s), Number(given.free_s)];
    return { reduction_percent: (100 * (hold - feeSeconds(basisSeconds(hold, free), 1, 1))) / hold };
  },
  'fee-rounding': (given) => ({ fee: roundFee(String(given.raw_fee), Number(given.precision), String(given.unit)) }),
  'precision-unit': (given) => ({ smallest_unit: quantiseRate('0.000001', Number(given.precision)) }),
  'rate-quantise': (given) => ({ rate: quantiseRate(String(given.rate), Number(given.precision)) }),
  'precision-revenue': (given) => {
    const revenue = (precision: Value) =>
      new Decimal(quantiseRate(String(given.rate_per_minute), Number(precision))).times(Number(given.minutes));
    const [a, b] = [revenue(given.precision_a), revenue(given.precision_b)];
    return { revenue_a: a.toFixed(), revenue_b: b.toFixed(), difference: a.minus(b).toFixed() };
  },
  'call-fee': feeSteps,
  'pattern-match': (given) => ({ match: matchesList(String(given.patterns), String(given.number)) }),
  'pattern-list': (given): Fields => {
    try {
      return { patterns: listEntries(String(given.text)) };
    } catch {
      return { config_error: true };
    }
  },
  'number-exemption': (given) => throughTheBook(given),
  'no-cdr-inserts': (given) => {
    const no_cdr_e164s = given.all_match_no_cdr ? '44*' : '5000*';
    return { records: throughTheBook({ no_cdr_e164s }).record ? given.calls : 0 };
  },
  'record-switch': (given) => throughTheBook(given),
  'billing-mode': (given) => {
    const isIllegal = (billingMode: number) => throughTheBook({}, { billingMode }).status === 'illegal';
    // 3, phone cards, is authorised too, but later than the vectors.
    return { billing_mode_in: [-1, 0, 1, 2].filter((mode) => isIllegal(mode) !== given.authorised) };
  },
  flood: (given) => {
    const { record } = throughTheBook({ ...given, duration_ms: 0 });
    return { records: record ? Number(given.calls_per_s) * Number(given.seconds) : 0 };
  },
  'zombie-cost': (given) => {
    const hold_s = Number(given.hours) * 3600;
    const fee = String(throughTheBook({ ...given, hold_s }).fee);
    return { cost_each: fee, cost_total: new Decimal(fee).times(Number(given.incidents)).toFixed() };
  },
  'hold-time': (given) => ({ hold_s: holdSeconds(Number(given.duration_ms), Number(given.precision_ms)) }),
  pipeline: (given) => throughTheBook(given),
};

/** Kinds the oracle has no say in: spelling and ranges of parameters, plain products, balances. */
export const outOfReach = ['prefix-length', 'config-key', 'rounding-effect', 'overdraft', 'param-range'];
