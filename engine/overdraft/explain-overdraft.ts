import type { DuckDBConnection } from '@duckdb/node-api';
import type { OverdraftOutcome } from '../../rating/explain.ts';
import type { LegParameters } from '../../rating/explain-step.ts';
import { type DeckRow, reservationOf } from '../../rating/single-call.ts';
import { storedParameters } from '../stored-parameters.ts';
import { readPrepaidAccountOf } from './prepaid-accounts.ts';
import { type ReplayedCall, replayCalls } from './replay-calls.ts';

/** A call whose account is replayed as the run did, to see what was available to it. */
export interface CallInQuestion {
  readonly runId: number;
  readonly account: string;
  readonly accountId: number;
  readonly softswitchId: number;
  readonly flowNo: bigint;
}

/**
 * Replays the calls which a run charged to an account, or refused, and tells what came of one of them.
 *
 * @returns null when the account had enough for all its calls, undefined when its overdraft was allowed
 */
export async function explainOverdraft(
  connection: DuckDBConnection,
  call: CallInQuestion,
): Promise<OverdraftOutcome | null | undefined> {
  const { runId, account, accountId } = call;
  const replayed = await connection.runAndReadAll(
    `SELECT 1 FROM run_overdraft WHERE run_id = ${runId} AND account = $account`,
    { account },
  );
  const ofAccount = `run_id = ${runId} AND account_id = ${accountId}`;
  const first = await connection.runAndReadAll(
    `SELECT epoch_ms(min(answered_at))::DOUBLE FROM kept_calls WHERE ${ofAccount} AND status >= 'overdraft_refused'::call_status`,
  );
  const prepaid = await readPrepaidAccountOf(connection, account, runId, first.getRows()[0][0] as number);
  if (prepaid === undefined) return undefined;
  if (replayed.currentRowCount === 0) return null;

  const reserves = await readReserves(connection, runId, ofAccount);
  let outcome: OverdraftOutcome | undefined;
  const asked = ({ flowNo, softswitchId }: ReplayedCall) =>
    flowNo === call.flowNo && softswitchId === call.softswitchId;
  const job = {
    accounts: [{ id: accountId, ...prepaid }],
    calls: `(FROM kept_calls WHERE ${ofAccount})`,
    reserveOf: (rateId: number, parameterSet: number) => reserves.get(`${rateId} ${parameterSet}`) as number,
    // One account can wait for the slower way, which is right for any amount.
    isSafe: () => false,
  };
  await replayCalls(connection, job, {
    admitted(one, available) {
      if (!asked(one)) return;
      outcome = { reserve: BigInt(one.reserve), available: BigInt(available), left: null, fee: BigInt(one.fee) };
    },
    ended(one, left) {
      if (asked(one) && outcome !== undefined) outcome = { ...outcome, left: BigInt(left) };
    },
    decided(one, { fee, available, status }) {
      if (!asked(one)) return;
      if (status === 'overdraft_capped' && outcome !== undefined) outcome = { ...outcome, fee: BigInt(fee) };
      else outcome = { reserve: BigInt(one.reserve), available: BigInt(available), left: null, fee: BigInt(fee) };
    },
    finished: () => undefined,
  });
  return outcome;
}

/** What is reserved for a call, by row of the deck and set of parameters, of all calls of a run in question. */
async function readReserves(connection: DuckDBConnection, runId: number, calls: string): Promise<Map<string, number>> {
  const pairs = await connection.runAndReadAll(
    `SELECT DISTINCT parameter_set AS "set", rate_id AS "rateId", rate::VARCHAR AS rate,
       connect_fee::VARCHAR AS "connectFee", first_increment AS "firstIncrement", next_increment AS "nextIncrement"
     FROM kept_calls JOIN rates USING (rate_id) WHERE ${calls} AND status >= 'overdraft_refused'::call_status ORDER BY "set"`,
  );
  const reserves = new Map<string, number>();
  let current = -1;
  let client: LegParameters | undefined;
  for (const row of pairs.getRowObjects()) {
    const set = row.set as number;
    if (client === undefined || set !== current) ({ client } = await storedParameters(connection, runId, set));
    current = set;
    const reserve = reservationOf(row as unknown as DeckRow, client.parameters, client.quantiseRates);
    reserves.set(`${row.rateId} ${set}`, reserve);
  }
  return reserves;
}
