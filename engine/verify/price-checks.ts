import { MICROS } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';
import type { Check } from './checks.ts';

const list = (names: readonly { readonly name: string }[]) => names.map(({ name }) => `'${name}'`).join(', ');
const CHARGED = list(statuses.filter(({ charged }) => charged));
/** Calls that were priced: of one refused for want of balance the fee is all shortfall. */
const PRICED = list(statuses.filter(({ name, charged }) => charged || name === 'overdraft_refused'));

/** An amount in micros; the wider type has room for the product. */
const micros = (amount: string) => `(${amount}::DECIMAL(28, 6) * ${MICROS})::HUGEINT`;

/** The value of a parameter in a set: its own where it has one, else that of the run. */
const value = (name: string, leg: 'client' | 'vendor' = 'client') =>
  `coalesce(max(own.value) FILTER (own.leg = '${leg}' AND p.name = '${name}'), max(p.value) FILTER (p.name = '${name}'))`;

const place = (leg: 'client' | 'vendor') =>
  `(${MICROS} / 10 ** ${value('SERVER_BILLING_FEE_PRECISTION', leg)}::INTEGER)::BIGINT`;

/** What each set of parameters of each run means; amounts are micros. `place` is one unit of the last decimal kept. */
const RUNS = `
  SELECT run_id, s.parameter_set, quantise_rates,
    ${value('SERVER_BILLING_HOLD_TIME_PRECISION')}::INTEGER AS precision_ms,
    ${value('SERVER_BILLING_FREE_TIME')}::INTEGER AS free_seconds,
    ${place('client')} AS client_place, ${micros(value('SERVER_BILLING_FEE_UNIT'))}::BIGINT AS client_unit,
    ${place('vendor')} AS vendor_place, ${micros(value('SERVER_BILLING_FEE_UNIT', 'vendor'))}::BIGINT AS vendor_unit
  FROM (SELECT run_id, 0 AS parameter_set FROM runs UNION SELECT run_id, parameter_set FROM run_parameter_sets) s
  JOIN runs USING (run_id) JOIN run_parameters p USING (run_id)
  LEFT JOIN run_parameter_sets own
    ON own.run_id = s.run_id AND own.parameter_set = s.parameter_set AND own.name = p.name
  GROUP BY ALL`;

const KEY = 'run_id, softswitch_id, flow_no';

/** Seconds charged for `seconds`, under the increments of row r. */
const increments = (seconds: string) => `
  CASE WHEN ${seconds} <= r.first_increment THEN r.first_increment
    ELSE r.first_increment + (${seconds} - r.first_increment + r.next_increment - 1) // r.next_increment * r.next_increment END`;

/** The nearest multiple of a step, half up, at least one step for an amount above 0; of a fraction by its denominator. */
const nearest = (numerator: string, step: string, denominator = '1') =>
  `CASE WHEN ${numerator} = 0 THEN 0 ELSE greatest(
    (2 * ${numerator} + ${denominator} * ${step}) // (2 * ${denominator} * ${step}), 1) * ${step} END`;

/**
 * Every fee once more, in whole numbers of 128 bits: an implementation of rating.md that shares nothing with the path.
 *
 * @param charged the fee as it was stored
 */
function feeViolations(
  leg: 'client' | 'vendor',
  rateId: string,
  feeTime: string,
  charged: string,
  which: string,
): string {
  return `
    WITH run AS (${RUNS}), deck AS MATERIALIZED (
      SELECT rate_id, ${micros('rate')}::BIGINT AS deck_rate, ${micros('connect_fee')}::BIGINT AS connect_fee FROM rates
    ), priced AS (
      SELECT ${KEY}, r.rate_id, ${feeTime} AS fee_time, ${charged} AS stored, ${leg}_place AS place,
        ${leg}_unit AS unit, deck_rate, quantise_rates,
        connect_fee
      FROM kept_calls JOIN run USING (run_id, parameter_set) JOIN deck r ON r.rate_id = ${rateId} WHERE ${which}
    ), quantised AS (
      SELECT *, CASE WHEN quantise_rates THEN ${nearest('deck_rate', 'place')} ELSE deck_rate END AS rate FROM priced
    ), raw AS (
      SELECT *, rate::HUGEINT * fee_time + 60::HUGEINT * connect_fee AS sixtieths FROM quantised
    ), kept AS (
      SELECT *, ${nearest('sixtieths', 'place', '60')} AS kept FROM raw
    ), right_fee AS (
      SELECT *, try_cast(${nearest('kept', 'unit')} AS DECIMAL(18, 0)) * 0.000001::DECIMAL(6, 6) AS right_fee FROM kept
    )
    SELECT ${KEY}, rate_id, fee_time, stored, right_fee FROM right_fee WHERE stored IS DISTINCT FROM right_fee`;
}

/** That every figure of a call follows from the parameters of its run and its row of the deck. */
export const priceChecks: readonly Check[] = [
  {
    name: 'charged or free',
    meaning: 'no fee is below 0; calls that are not charged have fee 0, those that are have fee time and a rate',
    over: 'SELECT count(*) FROM kept_calls',
    violations: `
      SELECT ${KEY}, status, fee_time, fee, shortfall, rate_id FROM kept_calls
      WHERE fee < 0 OR shortfall < 0 OR vendor_fee < 0 OR (status NOT IN (${CHARGED}) AND fee <> 0)
        OR (status IN (${PRICED}) AND (fee_time <= 0 OR rate_id IS NULL))
        OR (status NOT IN (${PRICED}) AND (fee_time <> 0 OR shortfall <> 0))
        OR (status = 'charged' AND shortfall <> 0) OR (status = 'overdraft_capped' AND shortfall = 0)
        OR (vendor_rate_id IS NULL) <> (vendor_fee IS NULL) OR (vendor_fee IS NULL) <> (vendor_fee_time IS NULL)`,
  },
  {
    name: 'hold times',
    meaning: 'hold time = seconds from answer to end under SERVER_BILLING_HOLD_TIME_PRECISION of the run',
    over: 'SELECT count(*) FROM kept_calls',
    violations: `
      WITH run AS (${RUNS}), timed AS (
        SELECT ${KEY}, answered_at, ended_at, precision_ms, hold_time,
          coalesce(epoch_ms(ended_at) - epoch_ms(answered_at), 0) AS ms
        FROM kept_calls JOIN run USING (run_id, parameter_set)
      )
      SELECT * FROM timed WHERE hold_time IS DISTINCT FROM
        ms // 1000 + CASE WHEN ms % 1000 > 0 AND ms % 1000 >= precision_ms THEN 1 ELSE 0 END`,
  },
  {
    name: 'rates in effect',
    meaning:
      'the prefix of the rate begins the billing number, and the rate was in effect at the answer and loaded then',
    over: 'SELECT count(rate_id) FROM kept_calls',
    violations: `
      SELECT c.run_id, c.softswitch_id, c.flow_no, c.answered_at, c.callee_e164, r.* FROM kept_calls c
      JOIN runs USING (run_id) JOIN rates r USING (rate_id)
      WHERE NOT starts_with(substr(c.callee_e164, 1 + c.stripped_characters), r.prefix)
        OR c.answered_at IS NULL OR c.answered_at < r.effective_from OR c.answered_at >= r.effective_until
        OR r.load_id > runs.last_load_id OR r.replaced_by_load <= runs.last_load_id
        OR r.locked <> (c.status = 'locked_prefix')`,
  },
  {
    name: 'fee times',
    meaning: 'fee time = hold time less free time, under the increments of the rate',
    over: `SELECT count(*) FROM kept_calls WHERE status IN (${PRICED})`,
    violations: `
      WITH run AS (${RUNS})
      SELECT ${KEY}, rate_id, hold_time, free_seconds, first_increment, next_increment, fee_time
      FROM kept_calls JOIN run USING (run_id, parameter_set) JOIN rates r USING (rate_id)
      WHERE status IN (${PRICED}) AND fee_time IS DISTINCT FROM ${increments('(hold_time - free_seconds)')}`,
  },
  {
    name: 'fees',
    meaning: 'fee (and shortfall) = rate × fee time / 60 + connect fee, rounded to precision and unit of the run',
    over: `SELECT count(*) FROM kept_calls WHERE status IN (${PRICED})`,
    violations: feeViolations(
      'client',
      'kept_calls.rate_id',
      'kept_calls.fee_time',
      '(fee + shortfall)',
      `status IN (${PRICED})`,
    ),
  },
  {
    name: 'vendor fee times',
    meaning: 'vendor fee time = hold time under the increments of the vendor rate',
    over: 'SELECT count(vendor_rate_id) FROM kept_calls',
    violations: `
      SELECT ${KEY}, vendor_rate_id, hold_time, first_increment, next_increment, vendor_fee_time
      FROM kept_calls JOIN rates r ON r.rate_id = vendor_rate_id
      WHERE vendor_fee_time IS DISTINCT FROM ${increments('hold_time')}`,
  },
  {
    name: 'vendor fees',
    meaning: 'vendor fee = vendor rate × vendor fee time / 60 + connect fee, rounded in the same way',
    over: 'SELECT count(vendor_rate_id) FROM kept_calls',
    violations: feeViolations(
      'vendor',
      'kept_calls.vendor_rate_id',
      'kept_calls.vendor_fee_time',
      'vendor_fee',
      'vendor_rate_id IS NOT NULL',
    ),
  },
];
