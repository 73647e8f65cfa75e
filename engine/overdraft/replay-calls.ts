import type { DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '../../rating/balance.ts';
import type { PricedCall } from '../../rating/live-calls.ts';
import { OverdraftReplay, type ReplayObserver } from '../../rating/overdraft.ts';
import { streamColumns } from '../read-columns.ts';
import type { PrepaidAccount } from './prepaid-accounts.ts';

/** A call of an account that is replayed. `vendorFee` is micros. */
export interface ReplayedCall extends PricedCall {
  /** In call_names. */
  readonly accountId: number;
  readonly softswitchId: number;
  readonly holdSeconds: number;
  readonly vendorFee: bigint;
}

/** The largest sum of reservations of an account, in micros, and the first instant it was reached. */
export interface Peak {
  readonly reserved: bigint;
  readonly atMs: number | null;
}

/** Told of what happens to the calls, and of the end of each account. */
export interface AccountObserver extends ReplayObserver<ReplayedCall> {
  finished(account: number, peak: Peak): void;
}

type Account = Omit<PrepaidAccount, 'account'>;

export interface ReplayJob {
  readonly accounts: readonly Account[];
  /** The calls: a relation of SQL with the columns of table `calls`. */
  readonly calls: string;
  /** What is reserved for a call, in micros: exact in a double. */
  readonly reserveOf: (rateId: number, parameterSet: number) => number;
  /** Whether the amounts of an account, the commitments of its calls included, stay below 2^53 in sum. */
  readonly isSafe: (account: number) => boolean;
}

/**
 * Replays the calls of accounts in the order of time, account by account. DuckDB sorts them, on disk where memory does
 * not suffice; what is kept here are the calls that are up.
 */
export async function replayCalls(connection: DuckDBConnection, job: ReplayJob, observer: AccountObserver) {
  const accounts = new Map(job.accounts.map((account) => [account.id, account]));
  let current = 0;
  let safe = true;
  let replay: OverdraftReplay<ReplayedCall> | undefined;
  const finish = () => {
    if (replay === undefined) return;
    replay.finish();
    observer.finished(current, { reserved: BigInt(replay.peak.reserved), atMs: replay.peak.atMs });
  };
  for await (const { rows, columns } of streamColumns(connection, CALLS(job))) {
    const [account, softswitchId, softswitch, rate, set, hold] = columns as Int32Array[];
    const flowNo = columns[6] as BigUint64Array;
    const [answered, ended] = columns.slice(7, 9) as Float64Array[];
    const [fee, vendorFee] = columns.slice(9) as BigInt64Array[];
    for (let i = 0; i < rows; i++) {
      if (account[i] !== current) {
        finish();
        current = account[i];
        safe = job.isSafe(current);
        replay = begin(accounts.get(current) as Account, safe, observer);
      }
      replay?.answer({
        answeredMs: answered[i],
        endedMs: ended[i],
        flowNo: flowNo[i],
        softswitch: softswitch[i],
        accountId: current,
        softswitchId: softswitchId[i],
        holdSeconds: hold[i],
        fee: micros(fee[i], safe),
        reserve: safe ? job.reserveOf(rate[i], set[i]) : micros(BigInt(job.reserveOf(rate[i], set[i])), safe),
        vendorFee: vendorFee[i],
      });
    }
  }
  finish();
}

/** A call that was refused or capped before counts with the fee it would have had. */
const CALLS = ({ calls, accounts }: ReplayJob) => `
  WITH switches AS (
    SELECT id, (row_number() OVER (ORDER BY name))::INTEGER AS place FROM call_names WHERE kind = 'softswitch'
  )
  SELECT account_id, softswitch_id, place, rate_id, parameter_set::INTEGER, hold_time, flow_no,
    epoch_ms(answered_at)::DOUBLE, epoch_ms(ended_at)::DOUBLE, (fee + shortfall)::DECIMAL(18, 6),
    coalesce(vendor_fee, 0)
  FROM ${calls} JOIN switches ON id = softswitch_id
  WHERE status IN ('charged', 'overdraft_capped', 'overdraft_refused')
    AND account_id IN (${accounts.map(({ id }) => id).join(', ')})
  ORDER BY account_id, answered_at, flow_no, place`;

function begin({ spendable, payments }: Account, safe: boolean, observer: AccountObserver) {
  return new OverdraftReplay<ReplayedCall>(
    micros(spendable, safe),
    payments.map(({ paidMs, amount }) => ({ paidMs, amount: micros(amount, safe) })),
    observer,
  );
}

/** An amount as the replay of its account takes it: see Micros. */
function micros(amount: bigint, safe: boolean): Micros {
  return safe ? Number(amount) : (amount as unknown as Micros);
}
