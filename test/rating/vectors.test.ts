/** The worked examples of rating.json, one test each, against the kernel and the validation of parameters. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import { parseParameter } from '../../engine/parameters/parameter-value.ts';
import { validateConfiguration } from '../../engine/parameters/validate.ts';
import { Balance } from '../../rating/balance.ts';
import { formatMoney, parseMoney } from '../../rating/money.ts';
import { compilePatterns, matchesPattern, parsePatterns } from '../../rating/number-pattern.ts';
import { billingParameters, defaultParameters } from '../../rating/parameters.ts';
import { quantise } from '../../rating/rounding.ts';
import { microsOf, reservationOf } from '../../rating/single-call.ts';
import { statuses } from '../../rating/status.ts';
import { rateWithKernel } from '../oracle/kernel.ts';
import type { OracleCall, OracleRate, OracleSetting } from '../oracle/oracle.ts';
import type { Fields, Value, Vector } from '../oracle/vectors.ts';

const answeredMs = Date.UTC(2026, 2, 2);
const someNumber = '44123456789';

function rateRow(prefix: string, given: Fields): OracleRate {
  const period = Number(given.period_s ?? 60);
  return {
    id: 1,
    group: 'g',
    prefix,
    rate: String(given.rate_per_minute ?? '0.01'),
    first: period,
    next: period,
    connectFee: String(given.connect_fee ?? '0'),
    from: null,
    until: null,
    locked: false,
  };
}

function settingOf(given: Fields): OracleSetting {
  const on = (value: Value | undefined) => (value === false ? 0 : 1);
  const prefixes = (given.rate_prefixes ?? [given.rate_prefix ?? someNumber[0]]) as string[];
  return {
    parameters: {
      ...defaultParameters,
      SERVER_BILLING_GATEWAY_ROUTE_PREFIX: Number(given.strip_digits ?? 0),
      SERVER_BILLING_NO_CDR_E164S: String(given.no_cdr_e164s ?? ''),
      SERVER_BILLING_FREE_E164S: String(given.free_e164s ?? ''),
      SERVER_BILLING_HOLD_TIME_PRECISION: Number(given.hold_time_precision_ms ?? given.precision_ms ?? 50),
      SERVER_BILLING_RECORD_ILLEGAL_CALL: on(given.record_illegal_call),
      SERVER_BILLING_RECORD_ZERO_HOLD_TIME: on(given.record_zero_hold_time),
      SERVER_BILLING_RECORD_SERVER_HANG_UP: on(given.record_server_hang_up),
      SERVER_BILLING_FREE_TIME: Number(given.free_s ?? 0),
      SERVER_BILLING_FEE_PRECISTION: Number(given.precision ?? 2),
      SERVER_BILLING_FEE_UNIT: new Decimal(String(given.unit ?? '0.01')).toFixed(),
    },
    quantiseRates: given.quantise_rates !== false,
    rates: prefixes.map((prefix, i) => ({ ...rateRow(prefix, given), id: i + 1 })),
    accounts: new Map([['payer', 'g']]),
    gatewayAccounts: new Map(),
  };
}

/** One call through the kernel, told in the words of the vectors. */
function throughKernel(given: Fields, changes: Partial<OracleCall> = {}) {
  const authorised = given.authorised !== false;
  const duration = Number(given.duration_ms ?? Number(given.hold_s ?? 60) * 1000);
  const call: OracleCall = {
    callee: String(given.number ?? someNumber),
    calleeToGateway: null,
    account: authorised ? 'payer' : null,
    calleeGateway: null,
    startMs: answeredMs,
    ringingMs: null,
    answeredMs: duration > 0 ? answeredMs : null,
    endedMs: answeredMs + duration,
    endDirection: ['caller', 'callee', 'server'].indexOf(String(given.hangup ?? 'caller')),
    billingMode: authorised ? 1 : -1,
    ...changes,
  };
  const setting = settingOf(given);
  const [result] = rateWithKernel(setting, [call]);
  const recorded = statuses.find(({ name }) => name === result.status)?.recorded ?? '';
  const record = recorded.endsWith('_calls');
  return {
    status: result.status,
    record,
    charge: result.status === 'charged',
    unrated: recorded === 'unrated_calls',
    billing_number: result.billingNumber === '' ? null : result.billingNumber,
    matched_prefix: setting.rates.find(({ id }) => id === result.rateId)?.prefix ?? null,
    hold_s: result.holdSeconds,
    basis_s: result.basisSeconds,
    billed_s: result.feeSeconds,
    units: result.feeSeconds / Number(given.period_s ?? 60),
    fee: record ? result.fee : null,
    rate_lookup: result.rateId !== null,
    by: { no_cdr: 'no_cdr', toll_free: 'free' }[result.status] ?? null,
  };
}

function quantised(rate: Value, precision: Value): string {
  const micros = parseMoney(new Decimal(String(rate)).toFixed());
  assert.ok(typeof micros === 'bigint', String(rate));
  const rounding = { precision: Number(precision), unit: 1, quantiseRates: true };
  return formatMoney(quantise(Number(micros), rounding), 0);
}

/** Amounts of any size, exactly. */
function times(amount: Value, count: Value): string {
  return new Decimal(String(amount)).times(Number(count)).toFixed();
}

const kinds: Record<string, (given: Fields) => Fields> = {
  'strip-prefix': (given) => throughKernel(given),
  'prefix-length': (given) => {
    const form = String(given.prefix_form);
    const lengths = Array.from({ length: 12 }, (_, digits) => digits);
    const number = form.replaceAll('x', '7') + someNumber;
    const fitting = lengths.filter(
      (strip_digits) => throughKernel({ number, strip_digits }).billing_number === someNumber,
    );
    return { strip_digits: fitting[0] };
  },
  'strip-then-match': (given) => throughKernel(given),
  'free-time': (given) => throughKernel(given),
  'free-time-fee': (given) => throughKernel(given),
  'free-time-loss': (given) => {
    const [without, withIt] = [throughKernel({ ...given, free_s: 0 }).fee, throughKernel(given).fee].map(String);
    const loss = new Decimal(without).minus(withIt).div(without).times(100);
    return { fee_without: without, fee_with: withIt, loss_percent: loss.toFixed() };
  },
  'free-time-share': (given) => {
    const hold = Number(given.avg_hold_s);
    const { billed_s } = throughKernel({ free_s: given.free_s, hold_s: hold, period_s: 1 });
    return { reduction_percent: new Decimal(hold - billed_s).div(hold).times(100).toFixed() };
  },
  'call-fee': (given) => {
    const rate = String(given.rate_per_minute);
    const used = given.quantise_rates === false ? rate : quantised(rate, given.precision);
    return { ...throughKernel(given), rate_used_per_minute: used };
  },
  // A connect fee alone makes any raw fee.
  'fee-rounding': ({ raw_fee, precision, unit }) =>
    throughKernel({ connect_fee: raw_fee, rate_per_minute: '0', precision, unit }),
  'rate-quantise': ({ rate, precision }) => ({ rate: quantised(rate, precision) }),
  'precision-unit': ({ precision }) => ({ smallest_unit: quantised(formatMoney(1n, 6), precision) }),
  'precision-revenue': ({ minutes, rate_per_minute, precision_a, precision_b }) => {
    const revenue_a = times(quantised(rate_per_minute, precision_a), minutes);
    const revenue_b = times(quantised(rate_per_minute, precision_b), minutes);
    return { revenue_a, revenue_b, difference: new Decimal(revenue_a).minus(revenue_b).toFixed() };
  },
  'rounding-effect': ({ calls, avg_rounding_per_call }) => {
    const micros = parseMoney(String(avg_rounding_per_call));
    assert.ok(typeof micros === 'bigint');
    return { impact: formatMoney(micros * BigInt(Number(calls))) };
  },
  'config-key': ({ key }) => ({
    recognised: 'values' in validateConfiguration({ parameters: { [String(key)]: '3' } }),
  }),
  'param-range': ({ name, min, max, value }) => {
    const parameter = billingParameters.find((one) => one.name === name);
    assert.ok(parameter !== undefined && 'min' in parameter, `${name} has a range`);
    assert.deepEqual([parameter.min, parameter.max], [min, max]);
    return { valid: typeof parseParameter(parameter, String(value)) === 'number' };
  },
  'pattern-match': ({ patterns, number }) => {
    const parsed = parsePatterns(String(patterns));
    assert.ok('patterns' in parsed);
    const bytes = new TextEncoder().encode(String(number));
    const match = matchesPattern(compilePatterns(parsed.patterns), bytes, 0, bytes.length);
    const { status } = throughKernel({ number, no_cdr_e164s: patterns });
    assert.equal(status === 'no_cdr', match, 'the list of the path');
    return { match };
  },
  'pattern-list': ({ text }): Fields => {
    const parsed = parsePatterns(String(text));
    return 'errors' in parsed ? { config_error: true } : { patterns: parsed.patterns };
  },
  // The number must have a rate for what exempts it to make a difference.
  'number-exemption': (given) => throughKernel({ rate_prefixes: [...'0123456789'], ...given }),
  'no-cdr-inserts': ({ calls, all_match_no_cdr }) => {
    const { record } = throughKernel({ no_cdr_e164s: all_match_no_cdr ? '44*' : '5000*' });
    return { records: record ? calls : 0 };
  },
  'record-switch': (given) => throughKernel(given),
  'billing-mode': ({ authorised }) => {
    const isIllegal = (billingMode: number) => throughKernel({}, { billingMode }).status === 'illegal';
    // 3, phone cards, is later than the vectors.
    return { billing_mode_in: [-1, 0, 1, 2].filter((mode) => isIllegal(mode) !== authorised) };
  },
  flood: (given) => {
    const { record } = throughKernel({ ...given, duration_ms: 0 });
    return { records: record ? Number(given.calls_per_s) * Number(given.seconds) : 0 };
  },
  'zombie-cost': (given) => {
    const { fee } = throughKernel({ ...given, hold_s: Number(given.hours) * 3600 });
    return { cost_each: fee, cost_total: times(String(fee), given.incidents) };
  },
  overdraft: ({ balance, limit_money, rate_per_minute, advance_minutes, concurrent_calls }) => {
    const parameters = {
      ...defaultParameters,
      SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: Number(advance_minutes),
    };
    const row = { rate: String(rate_per_minute), connectFee: '0', firstIncrement: 60, nextIncrement: 60 };
    const reserve = reservationOf(row, parameters, true);
    const account = new Balance(Number(microsOf(String(balance)) + microsOf(String(limit_money))));
    const calls = Array.from({ length: Number(concurrent_calls) }, () => account.reserve(reserve));
    const admitted = calls.filter(Boolean).length;
    return { reserve_each: formatMoney(reserve), admitted, refused: calls.length - admitted };
  },
  'hold-time': (given) => throughKernel(given),
  pipeline: (given) => throughKernel(given),
};

/** Amounts are equal as numbers: 31.5 is 31.50. Numbers that are called are text. */
function assertField(name: string, actual: Value | undefined, expected: Value): void {
  if (typeof expected === 'string' && /^\d+(\.\d+)?$/.test(expected) && !/number|prefix/.test(name)) {
    assert.ok(actual !== null && actual !== undefined, `${name}: nothing instead of ${expected}`);
    assert.ok(new Decimal(String(actual)).eq(expected), `${name}: ${actual} instead of ${expected}`);
  } else {
    assert.deepEqual(actual, expected, name);
  }
}

const path = new URL('../../../shared/spec/vectors/rating.json', import.meta.url);

if (existsSync(path)) {
  const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] };
  for (const { id, kind, given, expect } of vectors) {
    test(id, () => {
      assert.ok(kind in kinds, `nothing is known of the kind ${kind}`);
      const actual = kinds[kind](given);
      assert.ok(Object.keys(expect).length > 0);
      for (const [name, expected] of Object.entries(expect)) assertField(name, actual[name], expected);
    });
  }
  test('there are 273 vectors, each of its own id', () => {
    assert.deepEqual([vectors.length, new Set(vectors.map(({ id }) => id)).size], [273, 273]);
  });
} else {
  test('vectors of rating.json', { skip: `${path.pathname} is not there` }, () => undefined);
}
