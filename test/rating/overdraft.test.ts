import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import type { Micros } from '../../rating/balance.ts';
import { ratedColumns } from '../../rating/columns.ts';
import type { PricedCall } from '../../rating/live-calls.ts';
import { MICROS } from '../../rating/money.ts';
import { addCommitments, OverdraftReplay, type Verdict } from '../../rating/overdraft.ts';
import { statusCode } from '../../rating/status.ts';
import { type OracleAccount, replayByHand } from '../oracle/overdraft.ts';
import { accountArbitrary } from '../oracle/overdraft-arbitraries.ts';
import { calls } from './calls.ts';

/** What the replay makes of an account, in the words of the oracle; amounts in micros. */
function replay(account: OracleAccount, number: (micros: bigint) => Micros) {
  const micros = (amount: Decimal) => BigInt(amount.times(MICROS).toFixed());
  const bytes = (name: string) => Buffer.from(name);
  const switches = [...new Set(account.calls.map(({ softswitch }) => softswitch))].sort((a, b) =>
    Buffer.compare(bytes(a), bytes(b)),
  );
  const placed: (PricedCall & { place: number })[] = account.calls.map((call, place) => ({
    place,
    answeredMs: call.answeredMs,
    endedMs: call.endedMs,
    flowNo: call.flowNo,
    softswitch: switches.indexOf(call.softswitch),
    fee: number(micros(call.fee)),
    reserve: number(micros(call.reserve)),
  }));
  placed.sort((a, b) => a.answeredMs - b.answeredMs || Number(a.flowNo - b.flowNo) || a.softswitch - b.softswitch);
  // As the engine has it: what was paid back is gone from the start, what was paid counts from its time on.
  const refunds = account.payments.filter(({ amount }) => amount.lt(0));
  const held = [account.creditLimit, ...refunds.map(({ amount }) => amount)].reduce(
    (a, b) => a.plus(b),
    account.balance,
  );
  const paid = account.payments
    .filter(({ amount }) => amount.gt(0))
    .sort((a, b) => a.paidMs - b.paidMs)
    .map(({ paidMs, amount }) => ({ paidMs, amount: number(micros(amount)) }));
  const verdicts = new Map<number, Verdict>();
  const run = new OverdraftReplay<(typeof placed)[number]>(number(micros(held)), paid, {
    decided: (call, verdict) => {
      assert.ok(!verdicts.has(call.place), 'a call is decided once');
      verdicts.set(call.place, verdict);
    },
  });
  for (const call of placed) run.answer(call);
  run.finish();
  return {
    outcomes: account.calls.map((call, place) => {
      const verdict = verdicts.get(place);
      return {
        status: verdict?.status ?? 'charged',
        fee: BigInt(verdict?.fee ?? micros(call.fee)),
        shortfall: BigInt(verdict?.shortfall ?? 0),
      };
    }),
    peak: { reserved: BigInt(run.peak.reserved), atMs: run.peak.atMs },
  };
}

function byHand(account: OracleAccount) {
  const { outcomes, peak } = replayByHand(account);
  const micros = (amount: Decimal) => BigInt(amount.times(MICROS).toFixed());
  return {
    outcomes: outcomes.map(({ status, fee, shortfall }) => ({
      status,
      fee: micros(fee),
      shortfall: micros(shortfall),
    })),
    peak: { reserved: micros(peak.reserved), atMs: peak.atMs },
  };
}

/** Whether doubles count all sums of an account exactly. */
function isSafe({ balance, creditLimit, payments, calls: all }: OracleAccount): boolean {
  const amounts = [balance, creditLimit, ...payments.map(({ amount }) => amount)];
  for (const { fee, reserve } of all) amounts.push(fee, reserve);
  return amounts
    .reduce((sum, amount) => sum.plus(amount.abs()), new Decimal(0))
    .times(MICROS)
    .lt(2 ** 53);
}

test('any account, as it is replayed by hand: in BigInts, and in doubles where these are exact', () => {
  let safe = 0;
  fc.assert(
    fc.property(accountArbitrary, (account) => {
      const expected = byHand(account);
      assert.deepEqual(
        replay(account, (micros) => micros as unknown as Micros),
        expected,
      );
      if (!isSafe(account)) return;
      safe++;
      assert.deepEqual(replay(account, Number), expected);
    }),
    { numRuns: 10_000 },
  );
  assert.ok(safe > 1000, `${safe} accounts in doubles`);
});

test('a commitment is the fee or the reservation of a call, whichever is more; only charged calls have one', () => {
  const batch = { ...calls({}, {}, {}, {}), account: Int32Array.of(1, 1, 2, 2) };
  const out = ratedColumns(4);
  out.status.set([statusCode.charged, statusCode.charged, statusCode.charged, statusCode.no_rate]);
  out.clientTerm.set([0, 0, 1, 1]);
  out.fee.set([500, 0, 70, 0, 5, 2, 9, 9]);
  const commitments = new Float64Array(3);
  addCommitments(batch, out, Float64Array.of(100, 1), commitments);
  assert.deepEqual([...commitments], [0, 600, 2 * 2 ** 32 + 5]);
});
