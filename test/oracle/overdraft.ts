/**
 * The oracle of overdraft prevention, rules 15 to 17 of rating.md: one account, event after event, with decimal.js.
 * Written from the text, not from the engine: the two must agree because both are right. Speed is no concern here.
 */
import assert from 'node:assert/strict';
import type { Decimal } from 'decimal.js';
import { Exact } from './rules.ts';

/** One call of an account that has reached rule 15: it has a rate and a fee. Amounts are Decimal (decimal.js), times ms. */
export interface OracleCall {
  softswitch: string;
  flowNo: bigint;
  answeredMs: number;
  endedMs: number;
  /** as rated, before anything is refused or capped */
  fee: Decimal;
  /** the fee of a call of ADVANCE_TIME minutes at this call's rate */
  reserve: Decimal;
}

/** Money that comes in, or with a negative amount a refund. */
export interface OraclePayment {
  paidMs: number;
  amount: Decimal;
  reference: string;
}

/** A `prevent` account: its balance before the first payment and call, and how far below 0 it may go. */
export interface OracleAccount {
  balance: Decimal;
  creditLimit: Decimal;
  payments: readonly OraclePayment[];
  calls: readonly OracleCall[];
}

/** How a call ended; `fee` is what is charged, `shortfall` what is not. */
export interface OracleOutcome {
  status: 'charged' | 'overdraft_refused' | 'overdraft_capped';
  fee: Decimal;
  shortfall: Decimal;
}

/** The order of kinds at one millisecond. */
const kinds = ['end', 'payment', 'answer'] as const;

/** `flowNo` and `name` break ties; a payment has no flow number, and its reference for a name. */
type AccountEvent = { atMs: number; flowNo: bigint; name: string } & (
  | { kind: 'payment'; amount: Decimal }
  | { kind: 'end' | 'answer'; call: OracleCall }
);

/**
 * Replays the time of an account.
 *
 * @returns outcomes in the order of `calls`, closing balance, and the largest sum of reservations with the first instant
 *   it was reached (null when nothing was ever reserved)
 * @throws AssertionError for calls that cannot have reached rule 15, and when the replay breaks its own promises
 */
export function replayByHand({ balance: opening, creditLimit, payments, calls }: OracleAccount): {
  outcomes: OracleOutcome[];
  closing: Decimal;
  peak: { reserved: Decimal; atMs: number | null };
} {
  assertReachedRule15(calls);
  const nothing: Decimal = new Exact(0);
  const refunds = payments.filter(({ amount }) => amount.isNegative());
  let balance = refunds.reduce((sum, { amount }) => sum.plus(amount), new Exact(opening));
  let peak: { reserved: Decimal; atMs: number | null } = { reserved: nothing, atMs: null };
  const live = new Set<OracleCall>();
  const outcomes = new Map<OracleCall, OracleOutcome>();

  for (const event of eventsInOrder(payments, calls)) {
    if (event.kind === 'payment') {
      balance = balance.plus(event.amount);
      continue;
    }
    const { call } = event;
    if (event.kind === 'answer') {
      // Rule 15
      if (call.reserve.gt(balance.plus(creditLimit).minus(sumOfReserves(live)))) {
        outcomes.set(call, { status: 'overdraft_refused', fee: nothing, shortfall: new Exact(call.fee) });
        continue;
      }
      live.add(call);
      const reserved = sumOfReserves(live);
      if (reserved.gt(peak.reserved)) peak = { reserved, atMs: event.atMs };
    } else if (live.delete(call)) {
      // Rules 16 and 17; the end of a call that was refused is no event.
      const fee = Exact.min(call.fee, Exact.max(0, balance.plus(creditLimit)));
      const shortfall = new Exact(call.fee).minus(fee);
      outcomes.set(call, { status: shortfall.isZero() ? 'charged' : 'overdraft_capped', fee, shortfall });
      balance = balance.minus(fee);
      assert.ok(fee.isZero() || balance.gte(creditLimit.negated()), 'no charge takes the balance below its limit');
    }
  }

  for (const call of calls) {
    const { fee, shortfall } = outcomes.get(call)!;
    assert.ok(shortfall.plus(fee).eq(call.fee), 'what is charged and what is not are the fee');
  }
  return { outcomes: calls.map((call) => outcomes.get(call)!), closing: balance, peak };
}

/** Who has a fee was connected for some time; keys are unique, or ties would not be broken. */
function assertReachedRule15(calls: readonly OracleCall[]): void {
  for (const { answeredMs, endedMs, fee, reserve } of calls) {
    assert.ok(answeredMs < endedMs, `a call answered at ${answeredMs} ended at ${endedMs}`);
    assert.ok(fee.gte(0) && reserve.gte(0), `a fee of ${fee} and a reservation of ${reserve}`);
  }
  const keys = new Set(calls.map(({ softswitch, flowNo }) => `${softswitch} ${flowNo}`));
  assert.equal(keys.size, calls.length, 'each call has a key of its own');
}

/** Refunds, payments of a negative amount, are none of the events: they count before all of them. */
function eventsInOrder(payments: readonly OraclePayment[], calls: readonly OracleCall[]): AccountEvent[] {
  const ofCalls = calls.flatMap((call): AccountEvent[] => {
    const key = { flowNo: call.flowNo, name: call.softswitch };
    return [
      { kind: 'answer', atMs: call.answeredMs, call, ...key },
      { kind: 'end', atMs: call.endedMs, call, ...key },
    ];
  });
  const ofPayments = payments
    .filter(({ amount }) => !amount.isNegative())
    .map(({ paidMs, amount, reference }): AccountEvent => {
      return { kind: 'payment', atMs: paidMs, amount, flowNo: 0n, name: reference };
    });
  return [...ofCalls, ...ofPayments].sort(
    (a, b) =>
      a.atMs - b.atMs ||
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      compare(a.flowNo, b.flowNo) ||
      compare(a.name, b.name),
  );
}

/** Numbers by value, names by their UTF-16 units. */
function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sumOfReserves(live: ReadonlySet<OracleCall>): Decimal {
  return [...live].reduce((sum, { reserve }) => sum.plus(reserve), new Exact(0));
}
