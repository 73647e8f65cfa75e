/**
 * The oracle of the rating rules: one call at a time, rule after rule in the order of rating.md, with decimal.js and
 * plain objects. The property tests compare the engine with it.
 *
 * Out of scope: `duplicate`, which needs more than one call, and overdraft prevention, which needs balances and has an
 * oracle of its own in overdraft.ts.
 */
import type { BillingParameters } from '../../rating/parameters.ts';
import type { StatusName } from '../../rating/status.ts';
import {
  basisSeconds,
  billingNumber,
  type FeeRounding,
  feeOf,
  feeSeconds,
  findRate,
  holdSeconds,
  isDigits,
  isOutOfRange,
  matchesList,
  type OracleRate,
  withoutPlus,
} from './rules.ts';

export * from './rules.ts';

/** A call event, as far as rating looks at it; times in ms since 1970. */
export interface OracleCall {
  callee: string;
  calleeToGateway: string | null;
  account: string | null;
  calleeGateway: string | null;
  startMs: number;
  ringingMs: number | null;
  answeredMs: number | null;
  endedMs: number;
  endDirection: number;
  billingMode: number;
}

/** Everything a call is rated under. */
export interface OracleSetting {
  parameters: BillingParameters;
  quantiseRates: boolean;
  rates: OracleRate[];
  /** account → rate group, or null */
  accounts: Map<string, string | null>;
  /** routing gateway → clearing account */
  gatewayAccounts: Map<string, string>;
}

/** Where a call ended, and with which figures. */
export interface OracleResult {
  status: StatusName;
  /** of a rejected row */
  reason?: string;
  billingNumber: string;
  holdSeconds: number;
  basisSeconds: number;
  rateId: number | null;
  feeSeconds: number;
  /** what is charged */
  fee: string;
  /** of a call suppressed as a server hang-up: the fee it would have had */
  withheldFee: string;
  vendorRateId: number | null;
  vendorFeeSeconds: number | null;
  vendorFee: string | null;
}

/** Result of a call which nothing is known of and nothing charged for. */
const blank: Omit<OracleResult, 'status'> = {
  billingNumber: '',
  holdSeconds: 0,
  basisSeconds: 0,
  rateId: null,
  feeSeconds: 0,
  fee: '0',
  withheldFee: '0',
  vendorRateId: null,
  vendorFeeSeconds: null,
  vendorFee: null,
};

/** Valid times: from the first instant to before the second. */
export const firstTime = Date.UTC(2000, 0, 1);
export const endOfTime = Date.UTC(2060, 0, 1);

/** Rates one call: the first rule that applies ends its path. */
export function rateByTheBook(call: OracleCall, setting: OracleSetting): OracleResult {
  const { parameters } = setting;

  // Rule 1
  const reason = malformation(call);
  if (reason !== null) return { ...blank, status: 'rejected', reason };

  // Rule 2, duplicates, is out of scope.
  const duration = call.answeredMs === null ? 0 : call.endedMs - call.answeredMs;
  const hold = holdSeconds(duration, parameters.SERVER_BILLING_HOLD_TIME_PRECISION);
  const known = {
    ...blank,
    billingNumber: billingNumber(call.callee, parameters.SERVER_BILLING_GATEWAY_ROUTE_PREFIX),
    holdSeconds: hold,
    basisSeconds: basisSeconds(hold, parameters.SERVER_BILLING_FREE_TIME),
  };
  const illegal = call.billingMode === -1;

  // Rule 3
  if (matchesList(parameters.SERVER_BILLING_NO_CDR_E164S, known.billingNumber)) return { ...known, status: 'no_cdr' };
  // Rule 4
  if (illegal && parameters.SERVER_BILLING_RECORD_ILLEGAL_CALL === 0) return { ...known, status: 'suppressed_illegal' };
  // Rule 5
  if (hold === 0 && parameters.SERVER_BILLING_RECORD_ZERO_HOLD_TIME === 0) {
    return { ...known, status: 'suppressed_zero_hold' };
  }

  const client = rateKeptCall(call, setting, known);

  // A fee too large for the tables makes the row unusable whether it would be charged or only counted as withheld.
  if (client.status === 'rejected') return client;
  // Rule 6
  if (!illegal && call.endDirection === 2 && parameters.SERVER_BILLING_RECORD_SERVER_HANG_UP === 0) {
    return { ...known, status: 'suppressed_server_hang_up', withheldFee: client.fee };
  }
  return client.status === 'illegal' ? client : { ...client, ...vendorLeg(call, setting, known) };
}

/** Rule 1: why a row is malformed, or null. */
function malformation(call: OracleCall): string | null {
  const { startMs, ringingMs, answeredMs, endedMs } = call;
  for (const time of [startMs, ringingMs, answeredMs, endedMs]) {
    if (time !== null && !(time >= firstTime && time < endOfTime)) return 'time_out_of_range';
  }
  if (answeredMs !== null && answeredMs < startMs) return 'answered_before_start';
  if (answeredMs !== null && endedMs < answeredMs) return 'ended_before_answered';
  if (endedMs < startMs) return 'ended_before_start';
  if (![0, 1, 2].includes(call.endDirection)) return 'end_direction';
  if (![-1, 0, 1, 2, 3].includes(call.billingMode)) return 'billing_mode';
  return null;
}

/** Rules 7 to 17, for a call that is kept: client leg only. */
function rateKeptCall(call: OracleCall, setting: OracleSetting, known: typeof blank): OracleResult {
  const number = known.billingNumber;

  // Rule 7
  if (call.billingMode === -1) return { ...known, status: 'illegal' };
  // Rule 8
  if (matchesList(setting.parameters.SERVER_BILLING_FREE_E164S, number)) return { ...known, status: 'toll_free' };
  // Rule 9; a call never answered has no hold time
  if (known.holdSeconds === 0 || call.answeredMs === null) return { ...known, status: 'zero_hold' };
  // Rule 10
  if (known.basisSeconds === 0) return { ...known, status: 'within_free_time' };
  // Rule 11
  if (!isDigits(number)) return { ...known, status: 'invalid_number' };
  // Rule 12
  const group = rateGroup(call.account, setting);
  if (group === null) return { ...known, status: 'unknown_account' };
  // Rule 13
  const row = findRate(setting.rates, group, number, call.answeredMs);
  if (row === null) return { ...known, status: 'no_rate' };
  // Rule 14
  if (row.locked) return { ...known, status: 'locked_prefix', rateId: row.id };

  // Rules 15 and 16, overdraft prevention, are out of scope. Rule 17
  const seconds = feeSeconds(known.basisSeconds, row.first, row.next);
  const fee = feeOf(row, seconds, feeRounding(setting));
  if (isOutOfRange(fee)) return { ...known, status: 'rejected', reason: 'fee_out_of_range' };
  return { ...known, status: 'charged', rateId: row.id, feeSeconds: seconds, fee };
}

/** What the routing gateway's clearing account charges us: on the hold time, without free time. */
function vendorLeg(call: OracleCall, setting: OracleSetting, known: typeof blank): Partial<OracleResult> {
  if (known.holdSeconds === 0 || call.answeredMs === null || call.calleeGateway === null) return {};
  const account = setting.gatewayAccounts.get(call.calleeGateway) ?? null;
  const group = rateGroup(account, setting);
  if (group === null) return {};

  const number = call.calleeToGateway === null ? known.billingNumber : withoutPlus(call.calleeToGateway);
  const row = findRate(setting.rates, group, number, call.answeredMs);
  if (row === null || row.locked) return {};

  const seconds = feeSeconds(known.holdSeconds, row.first, row.next);
  const fee = feeOf(row, seconds, feeRounding(setting));
  if (isOutOfRange(fee)) return {};
  return { vendorRateId: row.id, vendorFeeSeconds: seconds, vendorFee: fee };
}

/** Rate group of an account; null when there is no such account, or it has none. */
function rateGroup(account: string | null, setting: OracleSetting): string | null {
  if (account === null) return null;
  return setting.accounts.get(account) || null;
}

function feeRounding({ parameters, quantiseRates }: OracleSetting): FeeRounding {
  return {
    precision: parameters.SERVER_BILLING_FEE_PRECISTION,
    unit: parameters.SERVER_BILLING_FEE_UNIT,
    quantiseRates,
  };
}
