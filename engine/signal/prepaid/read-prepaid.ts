import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StoredMoney } from '../../../rating/online-balance.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import type { NameTables } from '../../arrow/call-batches.ts';
import { FlowNumbers } from '../../flow-numbers.ts';
import { Names, nameKinds } from '../../names.ts';
import { readPrepaidBalances } from '../../overdraft/prepaid-accounts.ts';
import type { ResolvedConfiguration } from '../../parameters/configuration.ts';
import { type RatingBasis, ratingBasis } from '../../rating-basis.ts';
import { readEarlierFlowNumbers } from '../../store/history.ts';

/** What the companion takes from the database while it is open. */
export interface PrepaidReading {
  /** Money of the accounts whose overdraft is prevented. */
  readonly accounts: ReadonlyMap<string, StoredMoney>;
  /** Whether runs have dealt with a call of this softswitch, of those that were asked for. */
  readonly isRated: (call: bigint) => boolean;
  /** Calls of accounts that were not watched before, which no run has dealt with. */
  readonly unread: readonly CallEvent[];
  /** Rates and parties, and the number of the load they are of. */
  readonly basis: RatingBasis;
  readonly loadId: number;
}

export interface ReadingJob {
  readonly softswitch: string;
  readonly configuration: ResolvedConfiguration;
  readonly nowMs: number;
  /** Calls that ended and were not rated at the last reading. */
  readonly unrated: readonly bigint[];
  readonly watched: ReadonlySet<string>;
  /** Events in files that no run has read, by `name bytes` of those that runs have. */
  readonly unreadEvents: (readFiles: ReadonlySet<string>) => Iterable<CallEvent>;
  /** What was read before: rates that were not loaded again are not read again. */
  readonly before: Pick<PrepaidReading, 'basis' | 'loadId'> | undefined;
}

export async function readPrepaid(connection: DuckDBConnection, job: ReadingJob): Promise<PrepaidReading> {
  const { before } = job;
  const accounts = new Map<string, StoredMoney>();
  for (const [account, { spendable, payments }] of await readPrepaidBalances(connection, job.nowMs)) {
    const own = payments.map(({ paidMs, amount }) => ({ paidMs, amount: safe(amount) }));
    accounts.set(account, { spendable: safe(spendable), payments: own });
  }
  const [[loadId]] = await rowsOf(connection, "SELECT coalesce(max(load_id), 0) FROM loads WHERE kind <> 'payments'");
  const added = new Set([...accounts.keys()].filter((account) => !job.watched.has(account)));
  const found = added.size === 0 ? [] : await unreadOf(connection, added, job);
  const isRated = await ratedOf(connection, job.softswitch, [...job.unrated, ...found.map(({ flow_no }) => flow_no)]);
  return {
    accounts,
    isRated,
    unread: found.filter(({ flow_no }) => !isRated(flow_no)),
    basis:
      before?.loadId === loadId
        ? before.basis
        : await ratingBasis(connection, job.configuration, newNames(), { fromMs: -Infinity, untilMs: Infinity }),
    loadId: loadId as number,
  };
}

/** Nine billion, the most a double counts in micros: who has more has that, and who owes more owes that. */
function safe(micros: bigint): number {
  const most = BigInt(Number.MAX_SAFE_INTEGER) / 2n;
  return Number(micros > most ? most : micros < -most ? -most : micros);
}

async function unreadOf(connection: DuckDBConnection, accounts: ReadonlySet<string>, { unreadEvents }: ReadingJob) {
  const inputs = await rowsOf(connection, 'SELECT path, bytes::DOUBLE FROM run_inputs');
  const readFiles = new Set(inputs.map(([path, bytes]) => `${basename(path as string)} ${bytes}`));
  const found: CallEvent[] = [];
  for (const event of unreadEvents(readFiles)) {
    if (event.answered_at !== null && accounts.has(event.account ?? '')) found.push(event);
  }
  return found;
}

async function ratedOf(connection: DuckDBConnection, softswitch: string, calls: readonly bigint[]) {
  const found = await connection.runAndReadAll(
    "SELECT id FROM call_names WHERE kind = 'softswitch' AND name = $softswitch",
    { softswitch },
  );
  if (found.currentRowCount === 0) return () => false;
  const id = found.getRows()[0][0] as number;
  const asked = new FlowNumbers();
  for (const call of calls) asked.add(id, low(call), high(call));
  const rated = await readEarlierFlowNumbers(connection, asked);
  return (call: bigint) => rated.has(id, low(call), high(call));
}

const low = (call: bigint) => Number(call & 0xffff_ffffn);
const high = (call: bigint) => Number(call >> 32n);

function newNames(): NameTables {
  return Object.fromEntries(nameKinds.map((kind) => [kind, new Names()])) as NameTables;
}

async function rowsOf(connection: DuckDBConnection, sql: string) {
  return (await connection.runAndReadAll(sql)).getRows();
}
