/** The generator of accounts against dullness: how often each detail of the rules decides what becomes of a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { MICROS } from '../../rating/money.ts';
import { type OracleAccount, type OracleCall, type OraclePayment, replayByHand } from './overdraft.ts';
import { accountArbitrary } from './overdraft-arbitraries.ts';

const accounts = fc.sample(accountArbitrary, { numRuns: 1000, seed: 2026 });
const switches = [...new Set(accounts.flatMap(({ calls }) => calls.map(({ softswitch }) => softswitch)))].sort();

/** Accounts read wrongly, each in one detail. */
const misreadings: Record<string, (account: OracleAccount) => OracleAccount> = {
  'a micro more': (account) => ({ ...account, balance: account.balance.plus('0.000001') }),
  'a micro less': (account) => ({ ...account, balance: account.balance.minus('0.000001') }),
  'micros as doubles': inDoubles,
  'no credit': (account) => ({ ...account, creditLimit: new Decimal(0) }),
  'no refunds': (account) => ({ ...account, payments: account.payments.filter(({ amount }) => amount.gte(0)) }),
  'no reservations': withCalls(() => ({ reserve: new Decimal(0) })),
  'answers before ends': withCalls(({ endedMs }) => ({ endedMs: endedMs + 0.5 })),
  'answers before payments': withPayments(({ paidMs }) => ({ paidMs: paidMs + 0.5 })),
  'payments before ends': withPayments(({ paidMs }) => ({ paidMs: paidMs - 0.5 })),
  'flow numbers from the end': withCalls(({ flowNo }) => ({ flowNo: -flowNo })),
  'flow numbers as text': withCalls(({ flowNo }) => ({ flowNo: BigInt(String(flowNo).padEnd(25, '0')) + flowNo })),
  'switches by their length': withCalls(({ softswitch }) => ({ softswitch: softswitch.padStart(4) })),
  'switches before flow numbers': withCalls(({ softswitch, flowNo }) => ({
    flowNo: flowNo + 2n ** 64n * BigInt(switches.indexOf(softswitch)),
  })),
};

for (const [name, misread] of Object.entries(misreadings)) {
  test(`accounts come to another result when read wrongly: ${name}`, (context) => {
    const differing = accounts.filter((account) => statuses(account) !== statuses(misread(account))).length;
    context.diagnostic(`${differing} of ${accounts.length} accounts`);
    assert.ok(differing >= accounts.length / 50, `only ${differing} of ${accounts.length} accounts`);
  });
}

test('calls of the accounts come to every end there is', () => {
  const seen = new Map<string, number>();
  for (const account of accounts) {
    const { outcomes, peak } = replayByHand(account);
    outcomes.forEach(({ status, fee }, i) => {
      const { reserve, fee: wanted } = account.calls[i];
      const beside = ['below', 'equal to', 'above'][wanted.cmp(reserve) + 1];
      const what = status === 'overdraft_capped' && fee.isZero() ? 'capped at 0' : `${status}, fee ${beside} reserve`;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    });
    const reserved = peak.atMs === null ? 'nothing reserved' : 'something reserved';
    seen.set(reserved, (seen.get(reserved) ?? 0) + 1);
  }
  const beside = (status: string) => ['below', 'equal to', 'above'].map((than) => `${status}, fee ${than} reserve`);
  const ends = ['charged', 'overdraft_refused', 'overdraft_capped'].flatMap(beside);
  for (const what of [...ends, 'capped at 0', 'nothing reserved', 'something reserved']) {
    assert.ok((seen.get(what) ?? 0) >= accounts.length / 50, `${what}: ${seen.get(what) ?? 0}`);
  }
});

function withCalls(change: (call: OracleCall) => Partial<OracleCall>): (account: OracleAccount) => OracleAccount {
  return (account) => ({ ...account, calls: account.calls.map((call) => ({ ...call, ...change(call) })) });
}

function withPayments(
  change: (payment: OraclePayment) => Partial<OraclePayment>,
): (account: OracleAccount) => OracleAccount {
  return (account) => ({ ...account, payments: account.payments.map((one) => ({ ...one, ...change(one) })) });
}

/** Amounts as they would be if micros were held in doubles. */
function inDoubles({ balance, creditLimit, payments, calls }: OracleAccount): OracleAccount {
  const double = (amount: Decimal) => new Decimal(amount.times(MICROS).toNumber()).div(MICROS);
  return {
    balance: double(balance),
    creditLimit: double(creditLimit),
    payments: payments.map((payment) => ({ ...payment, amount: double(payment.amount) })),
    calls: calls.map((call) => ({ ...call, fee: double(call.fee), reserve: double(call.reserve) })),
  };
}

function statuses(account: OracleAccount): string {
  return replayByHand(account)
    .outcomes.map(({ status }) => status)
    .join();
}
