import type { DuckDBConnection } from '@duckdb/node-api';
import type { Verdict } from '../../rating/overdraft.ts';
import { statusCode } from '../../rating/status.ts';
import type { RatingBasis } from '../rating-basis.ts';
import type { Tally } from '../tally.ts';
import { type PrepaidAccount, readPrepaidAccounts } from './prepaid-accounts.ts';
import { type Peak, type ReplayedCall, replayCalls } from './replay-calls.ts';
import { Verdicts } from './verdicts.ts';

/** What the replay of an account came to. Amounts are micros, times milliseconds. */
export interface AccountOverdraft {
  readonly account: string;
  readonly spendable: bigint;
  readonly refused: number;
  readonly capped: number;
  readonly shortfall: bigint;
  /** First and last refusal (the answer) or capping (the end); null when there was none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly peak: Peak;
}

export interface OverdraftJob {
  readonly runId: number;
  readonly basis: RatingBasis;
  /** By account id (rating/overdraft.ts). */
  readonly commitments: Float64Array;
  readonly tally: Tally;
  /** Earliest answer of the calls of the run. */
  readonly fromMs: number;
}

/**
 * Rules 15 and 16 for the calls a run has stored: those of accounts that may come to their limit are replayed, and the
 * ones that are refused or capped changed. All other accounts are left alone.
 */
export async function preventOverdraft(connection: DuckDBConnection, job: OverdraftJob): Promise<AccountOverdraft[]> {
  const { runId, basis, commitments, tally } = job;
  // Nobody comes to a limit without a charge; and where no call was answered there is no time to replay from.
  if (!commitments.some((micros) => micros > 0)) return [];
  const prepaid = await readPrepaidAccounts(connection, job.fromMs);
  const accounts = prepaid.filter((account) => mayReachLimit(account, commitments[account.id] ?? 0));
  if (accounts.length === 0) return [];
  const verdicts = new Verdicts();
  const outcomes = new Map(accounts.map(({ id }) => [id, new Outcome()]));
  const byId = new Map(accounts.map((account) => [account.id, account]));
  await replayCalls(
    connection,
    {
      accounts,
      calls: `(FROM calls WHERE run_id = ${runId})`,
      reserveOf: reserves(basis),
      isSafe: (id) => isSafe(byId.get(id) as PrepaidAccount, commitments[id]),
    },
    {
      decided(call, verdict) {
        verdicts.add(call, verdict);
        outcomes.get(call.accountId)?.add(call, verdict);
        tally.takeBack(statusCode[verdict.status], call.holdSeconds, {
          charged: BigInt(call.fee),
          fee: BigInt(verdict.fee),
          vendorFee: call.vendorFee,
        });
      },
      finished(id, peak) {
        (outcomes.get(id) as Outcome).peak = peak;
      },
    },
  );
  await verdicts.store(connection, runId);
  return accounts.map(({ id, account, spendable }) => ({
    account,
    spendable,
    ...(outcomes.get(id) as Outcome).figures,
  }));
}

/** Room for what sums of doubles are off by; an account that is replayed in vain loses nothing but time. */
const ROOM = 1 + 1e-9;

/** @param commitment what its calls may hold of its money at any time (rating/overdraft.ts) */
export function mayReachLimit({ spendable }: Pick<PrepaidAccount, 'spendable'>, commitment: number): boolean {
  return commitment > 0 && Number(spendable) < commitment * ROOM + 1;
}

/** Whether no sum of the replay leaves the integers that doubles count exactly. */
export function isSafe(
  { spendable, payments }: Pick<PrepaidAccount, 'spendable' | 'payments'>,
  commitment: number,
): boolean {
  const paid = payments.reduce((sum, { amount }) => sum + Number(amount), 0);
  return Math.abs(Number(spendable)) + paid + commitment * ROOM + 1 < 2 ** 53;
}

/** What is reserved for a call, by its row of the deck and its parameters. */
function reserves({ tariff, compiled, sets }: RatingBasis): (rateId: number, parameterSet: number) => number {
  const terms = new Map(Array.from(tariff.rates.rateId, (rateId, row) => [rateId, compiled.rowTerm[row]]));
  return (rateId, parameterSet) => sets.all[parameterSet].pricing.reserves[terms.get(rateId) as number];
}

class Outcome {
  peak: Peak = { reserved: 0n, atMs: null };
  #refused = 0;
  #capped = 0;
  #shortfall = 0n;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  add({ answeredMs, endedMs }: ReplayedCall, { status, shortfall }: Verdict): void {
    const refused = status === 'overdraft_refused';
    if (refused) this.#refused++;
    else this.#capped++;
    this.#shortfall += BigInt(shortfall);
    const atMs = refused ? answeredMs : endedMs;
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
  }

  get figures(): Omit<AccountOverdraft, 'account' | 'spendable'> {
    const any = this.#refused + this.#capped > 0;
    return {
      refused: this.#refused,
      capped: this.#capped,
      shortfall: this.#shortfall,
      firstMs: any ? this.#firstMs : null,
      lastMs: any ? this.#lastMs : null,
      peak: this.peak,
    };
  }
}
