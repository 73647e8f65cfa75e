/**
 * The oracle of overdraft prevention against accounts worked out by hand, each told as a short text that is parsed,
 * replayed, and told again with what came of it; against the worked examples of rating.json; and against sums.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { type OracleAccount, type OracleCall, type OraclePayment, replayByHand } from './overdraft.ts';
import { accountArbitrary } from './overdraft-arbitraries.ts';
import { Exact, feeOf } from './rules.ts';
import { deckRow, type Fields, type Vector } from './vectors.ts';

/** Times are ms; a call line reads switch/flow number, answered-ended, and after the colon what became of it. */
const stories: Record<string, string> = {
  'exact fit: all there is may be reserved and charged': `
    opens at 2, limit 0
    ss1/1 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'one micro short: refused, and the whole fee is the shortfall': `
    opens at 1.999999, limit 0
    ss1/1 0-10 reserves 2, costs 3: overdraft_refused 0, short 3
    closes at 1.999999, peak 0 at never`,
  'three calls at once on money for two': `
    opens at 5, limit 0
    ss1/1 0-10 reserves 2, costs 2: charged 2
    ss1/2 1-10 reserves 2, costs 2: charged 2
    ss1/3 2-10 reserves 2, costs 2: overdraft_refused 0, short 2
    closes at 1, peak 4 at 1`,
  'three tenths are money for three calls at a tenth each': `
    opens at 0.3, limit 0
    ss1/1 0-10 reserves 0.1, costs 0.1: charged 0.1
    ss1/2 0-10 reserves 0.1, costs 0.1: charged 0.1
    ss1/3 0-10 reserves 0.1, costs 0.1: charged 0.1
    closes at 0, peak 0.3 at 0`,
  'a refused call reserves nothing, and its end charges nothing': `
    opens at 3, limit 0
    ss1/1 0-5 reserves 4, costs 1: overdraft_refused 0, short 1
    ss1/2 0-10 reserves 3, costs 3: charged 3
    closes at 0, peak 3 at 0`,
  'an end releases its reservation for an answer at the same ms': `
    opens at 4, limit 0
    ss1/1 0-10 reserves 3, costs 1: charged 1
    ss1/2 10-20 reserves 3, costs 3: charged 3
    closes at 0, peak 3 at 0`,
  'an answer one ms before that end comes too early': `
    opens at 4, limit 0
    ss1/1 0-10 reserves 3, costs 1: charged 1
    ss1/2 9-20 reserves 3, costs 3: overdraft_refused 0, short 3
    closes at 3, peak 3 at 0`,
  'an end dearer than its reservation leaves less for an answer at the same ms': `
    opens at 4, limit 0
    ss1/1 0-10 reserves 1, costs 3: charged 3
    ss1/2 10-20 reserves 2, costs 2: overdraft_refused 0, short 2
    closes at 1, peak 1 at 0`,
  'a payment at the ms of the answer counts': `
    opens at 0, limit 0
    paid 2 at 10 as A
    ss1/1 10-20 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 10`,
  'a payment one ms after the answer does not': `
    opens at 0, limit 0
    paid 2 at 11 as A
    ss1/1 10-20 reserves 2, costs 2: overdraft_refused 0, short 2
    closes at 2, peak 0 at never`,
  'two payments at one ms count both': `
    opens at 0, limit 0
    paid 1 at 10 as B
    paid 1 at 10 as A
    ss1/1 10-20 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 10`,
  'a payment at the ms of an end comes after it, too late for its fee': `
    opens at 1, limit 0
    paid 5 at 10 as A
    ss1/1 0-10 reserves 1, costs 3: overdraft_capped 1, short 2
    closes at 5, peak 1 at 0`,
  'a payment one ms before the end is just in time for its fee': `
    opens at 1, limit 0
    paid 5 at 9 as A
    ss1/1 0-10 reserves 1, costs 3: charged 3
    closes at 3, peak 1 at 0`,
  'a fee above its reservation is charged while there is money, to the last micro': `
    opens at 2, limit 0
    ss1/1 0-10 reserves 1, costs 2: charged 2
    closes at 0, peak 1 at 0`,
  'a fee one micro above what is left is capped': `
    opens at 2, limit 0
    ss1/1 0-10 reserves 1, costs 2.000001: overdraft_capped 2, short 0.000001
    closes at 0, peak 1 at 0`,
  'a fee is capped at 0 when another call has spent everything': `
    opens at 2, limit 0
    ss1/1 0-10 reserves 1, costs 2: charged 2
    ss1/2 0-20 reserves 1, costs 1: overdraft_capped 0, short 1
    closes at 0, peak 2 at 0`,
  'reservations of other calls do not protect their money from a fee': `
    opens at 10, limit 0
    ss1/1 0-10 reserves 2, costs 9: charged 9
    ss1/2 0-20 reserves 8, costs 8: overdraft_capped 1, short 7
    closes at 0, peak 10 at 0`,
  'reservations above the balance refuse even a call that reserves nothing': `
    opens at 4, limit 0
    ss1/1 0-10 reserves 2, costs 4: charged 4
    ss1/2 0-30 reserves 2, costs 1: overdraft_capped 0, short 1
    ss1/3 15-20 reserves 0, costs 1: overdraft_refused 0, short 1
    closes at 0, peak 4 at 0`,
  'nothing fits into nothing': `
    opens at 0, limit 0
    ss1/1 0-10 reserves 0, costs 1: overdraft_capped 0, short 1
    ss1/2 0-10 reserves 0, costs 0: charged 0
    closes at 0, peak 0 at never`,
  'the credit limit counts as money': `
    opens at 0, limit 4
    ss1/1 0-10 reserves 2, costs 3: charged 3
    ss1/2 0-11 reserves 2, costs 3: overdraft_capped 1, short 2
    ss1/3 0-12 reserves 2, costs 2: overdraft_refused 0, short 2
    closes at -4, peak 4 at 0`,
  'a balance below 0 but within the limit may be spent on': `
    opens at -1, limit 3
    ss1/1 0-10 reserves 2, costs 2: charged 2
    closes at -3, peak 2 at 0`,
  'a balance below its limit stays where it is': `
    opens at -5, limit 3
    ss1/1 0-10 reserves 0, costs 1: overdraft_refused 0, short 1
    closes at -5, peak 0 at never`,
  'a refund counts from the beginning, whenever it is paid': `
    opens at 5, limit 0
    paid -3 at 100 as A
    ss1/1 0-10 reserves 3, costs 1: overdraft_refused 0, short 1
    closes at 2, peak 0 at never`,
  'a refund below the limit is made good by a payment': `
    opens at 1, limit 0
    paid -5 at 100 as A
    paid 6 at 10 as B
    ss1/1 9-20 reserves 1, costs 1: overdraft_refused 0, short 1
    ss1/2 10-20 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 10`,
  'the lower flow number is answered first at the same ms, as a number': `
    opens at 2, limit 0
    ss1/10 0-10 reserves 2, costs 2: overdraft_refused 0, short 2
    ss1/9 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'flow numbers are told apart where doubles are not': `
    opens at 2, limit 0
    ss1/9007199254740993 0-10 reserves 2, costs 2: overdraft_refused 0, short 2
    ss2/9007199254740992 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'the lower flow number ends first at the same ms': `
    opens at 3, limit 0
    ss1/2 0-10 reserves 1, costs 3: overdraft_capped 1, short 2
    ss1/1 5-10 reserves 1, costs 2: charged 2
    closes at 0, peak 2 at 5`,
  'the name of the switch breaks a tie of flow numbers, as text': `
    opens at 2, limit 0
    ss2/7 0-10 reserves 2, costs 2: overdraft_refused 0, short 2
    ss10/7 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'capital letters come before small ones in names, as in ASCII': `
    opens at 2, limit 0
    ss1/7 0-10 reserves 2, costs 2: overdraft_refused 0, short 2
    SS1/7 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'the flow number comes before the name of the switch': `
    opens at 2, limit 0
    ss1/2 0-10 reserves 2, costs 2: overdraft_refused 0, short 2
    ss2/1 0-10 reserves 2, costs 2: charged 2
    closes at 0, peak 2 at 0`,
  'amounts are told apart where doubles are not': `
    opens at 9007199254.740992, limit 0
    ss1/1 0-10 reserves 9007199254.740993, costs 1: overdraft_refused 0, short 1
    ss1/2 1-10 reserves 9007199254.740992, costs 9007199254.740993: overdraft_capped 9007199254.740992, short 0.000001
    closes at 0, peak 9007199254.740992 at 1`,
  'the peak is at the first instant it was reached, and ends come before it': `
    opens at 10, limit 0
    ss1/1 0-10 reserves 3, costs 1: charged 1
    ss1/2 10-20 reserves 3, costs 1: charged 1
    closes at 8, peak 3 at 0`,
  'payments without any call are on the closing balance': `
    opens at 1, limit 0
    paid 2 at 5 as A
    paid -0.5 at 6 as B
    closes at 2.5, peak 0 at never`,
};

for (const [title, story] of Object.entries(stories)) {
  test(title, () => {
    const lines = story.split('\n').flatMap((line) => line.trim() || []);
    assert.deepEqual(retold(lines), lines);
  });
}

test('calls that cannot have reached rule 15 are no accounts for the oracle', () => {
  const [zero, one] = [new Decimal(0), new Decimal(1)];
  const call: OracleCall = { softswitch: 'ss1', flowNo: 1n, answeredMs: 0, endedMs: 1, fee: one, reserve: one };
  const replay = (...calls: OracleCall[]) => replayByHand({ balance: one, creditLimit: zero, payments: [], calls });
  assert.equal(replay(call).outcomes.length, 1);
  assert.throws(() => replay({ ...call, endedMs: 0 }), /answered at 0 ended at 0/);
  assert.throws(() => replay({ ...call, fee: one.negated() }), /fee of -1/);
  assert.throws(() => replay({ ...call, reserve: one.negated() }), /reservation of -1/);
  assert.throws(() => replay(call, { ...call, endedMs: 2 }), /key of its own/);
});

const path = new URL('../../../shared/spec/vectors/rating.json', import.meta.url);

if (existsSync(path)) {
  const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] };
  const ofOverdraft = vectors.filter(({ kind }) => kind === 'overdraft');
  for (const { id, given, expect } of ofOverdraft) {
    test(`oracle ${id}`, () => {
      assert.deepEqual(admissions(given), {
        ...expect,
        reserve_each: new Decimal(String(expect.reserve_each)).toFixed(),
      });
    });
  }
  test('there are vectors of overdraft prevention', () => assert.equal(ofOverdraft.length, 6));
} else {
  test('oracle overdraft vectors', { skip: `${path.pathname} is not there` }, () => undefined);
}

test('closing balance = balance + payments − fees, and no charge takes it below the limit', () => {
  fc.assert(
    fc.property(accountArbitrary, (account) => {
      const { outcomes, closing } = replayByHand(account);
      const sum = (amounts: Decimal[]) => amounts.reduce((total, amount) => total.plus(amount), new Exact(0));
      const paid = sum(account.payments.map(({ amount }) => amount));
      const charged = sum(outcomes.map(({ fee }) => fee));
      assert.equal(closing.toFixed(), paid.plus(account.balance).minus(charged).toFixed());
      const refunded = sum(account.payments.map(({ amount }) => Decimal.min(0, amount)));
      const lowest = Exact.min(account.creditLimit.negated(), refunded.plus(account.balance));
      assert.ok(closing.gte(lowest), `${closing} is below ${lowest}`);
    }),
    { numRuns: 3000 },
  );
});

test('the order in which calls and payments are given makes no difference', () => {
  const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });
  const twice = accountArbitrary.chain((account) => {
    return fc.tuple(fc.constant(account), shuffled(account.calls), shuffled(account.payments));
  });
  fc.assert(
    fc.property(twice, ([account, calls, payments]) => {
      const { outcomes, ...sums } = replayByHand({ ...account, calls, payments });
      const inOrder = account.calls.map((call) => outcomes[calls.indexOf(call)]);
      assert.equal(JSON.stringify({ outcomes: inOrder, ...sums }), JSON.stringify(replayByHand(account)));
    }),
    { numRuns: 3000 },
  );
});

/** The lines of a story, with what comes after the colon and the last line as the oracle has them. */
function retold(lines: string[]): string[] {
  const [, balance, limit] = /^opens at (\S+), limit (\S+)$/.exec(lines[0])!;
  const payments = lines.filter((line) => line.startsWith('paid'));
  const calls = lines.filter((line) => line.includes('reserves'));
  const { outcomes, closing, peak } = replayByHand({
    balance: new Decimal(balance),
    creditLimit: new Decimal(limit),
    payments: payments.map(parsePayment),
    calls: calls.map(parseCall),
  });
  return [
    lines[0],
    ...payments,
    ...calls.map((line, i) => {
      const { status, fee, shortfall } = outcomes[i];
      const short = shortfall.isZero() ? '' : `, short ${shortfall.toFixed()}`;
      return `${line.replace(/:.*/, '')}: ${status} ${fee.toFixed()}${short}`;
    }),
    `closes at ${closing.toFixed()}, peak ${peak.reserved.toFixed()} at ${peak.atMs ?? 'never'}`,
  ];
}

function parsePayment(line: string): OraclePayment {
  const [, amount, paidMs, reference] = /^paid (\S+) at (\d+) as (\w+)$/.exec(line)!;
  return { paidMs: Number(paidMs), amount: new Decimal(amount), reference };
}

function parseCall(line: string): OracleCall {
  const call = /^(\w+)\/(\d+) (\d+)-(\d+) reserves (\S+), costs (\S+): /.exec(line)!;
  const [, softswitch, flowNo, answeredMs, endedMs, reserve, fee] = call;
  return {
    softswitch,
    flowNo: BigInt(flowNo),
    answeredMs: Number(answeredMs),
    endedMs: Number(endedMs),
    fee: new Decimal(fee),
    reserve: new Decimal(reserve),
  };
}

/** Concurrent calls of a vector: all answered at one instant, and live for as long as any of them. */
function admissions(given: Fields): Fields {
  const rounding = { precision: 2, unit: '0.01', quantiseRates: true };
  const reserve = new Decimal(feeOf(deckRow('4', given), 60 * Number(given.advance_minutes), rounding));
  const account: OracleAccount = {
    balance: new Decimal(String(given.balance)),
    creditLimit: new Decimal(String(given.limit_money)),
    payments: [],
    calls: Array.from({ length: Number(given.concurrent_calls) }, (_, i) => {
      return { softswitch: 'ss1', flowNo: BigInt(i), answeredMs: 0, endedMs: 60_000, fee: reserve, reserve };
    }),
  };
  const refused = replayByHand(account).outcomes.filter(({ status }) => status === 'overdraft_refused').length;
  return { reserve_each: reserve.toFixed(), admitted: account.calls.length - refused, refused };
}
