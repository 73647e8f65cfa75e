import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { statuses } from '../../rating/status.ts';
import { changedDeck } from './changed-deck.ts';
import { type History, openHistory } from './history.ts';
import { type Figures, type Grouping, ImpactSums } from './impact-sums.ts';
import { pricedPieces } from './price-history.ts';
import { type Replay, RepricedAccounts, replayHistory } from './replay-history.ts';
import { StepSums } from './step-sums.ts';
import { advanceTime, priceSteps, type Step, setting, type WhatIf } from './what-if.ts';

/** What a change comes to. Money is micros, below 0 for less than before. */
export interface Impact {
  readonly calls: number;
  /** The causes in the order of the path of a call; fees add up from the old to the new total, also by account. */
  readonly steps: readonly { readonly cause: string; readonly fee: bigint; readonly vendorFee: bigint }[];
  readonly total: Figures;
  readonly groups: Readonly<Record<Exclude<Grouping, 'status'>, readonly GroupImpact[]>>;
  /** Calls by status before and after. */
  readonly statuses: readonly { readonly before: string; readonly after: string; readonly figures: Figures }[];
  /** By account, the fee of each step. */
  readonly accountSteps: readonly { readonly account: string | null; readonly fees: readonly bigint[] }[];
  /** Accounts that were replayed because they may come to their limit, or did. */
  readonly replayed: number;
  readonly elapsedMs: number;
}

/** `key` is a name, null for calls without one, or an hour since 1970 UTC. */
export interface GroupImpact {
  readonly key: string | number | null;
  readonly figures: Figures;
}

/** A history under changes, and what overdraft prevention makes of it: what impact, sweep and re-rating begin with. */
export interface Rerated {
  readonly history: History;
  /** Causes of all parts: price steps, then overdraft prevention where accounts are replayed. */
  readonly causes: readonly string[];
  readonly sums: ImpactSums;
  readonly steps: StepSums;
  /** One for each cause of overdraft prevention; the last is what counts. */
  readonly replays: readonly Replay[];
  readonly replayedAccounts: readonly number[];
}

export const overdraftCause = 'overdraft prevention';

/** All steps of a change; the one of overdraft prevention's look ahead comes last. */
export function stepsOf(whatIf: WhatIf): Step[] {
  const advance = whatIf.parameters[advanceTime];
  return [...priceSteps(whatIf), ...(advance === undefined ? [] : [setting(advanceTime, advance)])];
}

/** Computes what changes come to over rated history; nothing is saved (interfaces.md, "ratemill impact"). */
export async function computeImpact(
  connection: DuckDBConnection,
  whatIf: WhatIf,
  onProgress?: (done: number, total: number) => void,
): Promise<Impact> {
  const startedMs = performance.now();
  const rerated = await rerateHistory(connection, whatIf, onProgress);
  return { ...(await impactOf(connection, rerated)), elapsedMs: performance.now() - startedMs };
}

/** Rates a window of history under changes, adds up what comes of it, and replays the accounts that need it. */
export async function rerateHistory(
  connection: DuckDBConnection,
  whatIf: WhatIf,
  onProgress?: (done: number, total: number) => void,
): Promise<Rerated> {
  const steps = stepsOf(whatIf);
  const deck = typeof whatIf.deck === 'string' ? undefined : await changedDeck(connection, whatIf.deck.files);
  const history = await openHistory(connection, whatIf.window, steps, deck);
  const sums = new ImpactSums(history.rates, history.firstHour);
  const stepSums = new StepSums(steps.length);
  const accounts = new RepricedAccounts(history);
  let done = 0;
  const onStep = stepSums.add.bind(stepSums);
  for await (const priced of pricedPieces(connection, history, { ahead: true, money: true }, onStep)) {
    sums.add(priced.piece, priced.out);
    accounts.add(priced);
    done += priced.piece.rows;
    onProgress?.(done, history.calls);
  }
  const prepaid = await accounts.toReplay(connection);
  const causes = steps.map(({ cause }) => cause);
  const replays: Replay[] = [];
  if (prepaid.length > 0) {
    const looksElsewhere = whatIf.parameters[advanceTime] !== undefined;
    const job = { accounts: prepaid, commitments: accounts.commitments };
    if (!looksElsewhere) causes.push(overdraftCause);
    else if (steps.length > 1) {
      causes.splice(steps.length - 1, 0, overdraftCause);
      replays.push(await replayHistory(connection, history, { ...job, step: steps.length - 2 }));
    }
    replays.push(await replayHistory(connection, history, { ...job, step: steps.length - 1 }));
    await correct(
      connection,
      history,
      sums,
      replays[replays.length - 1],
      prepaid.map(({ id }) => id),
    );
  }
  return { history, causes, sums, steps: stepSums, replays, replayedAccounts: prepaid.map(({ id }) => id) };
}

/** Puts what the replay decided in the place of what was added up for the calls of replayed accounts. */
async function correct(
  connection: DuckDBConnection,
  history: History,
  sums: ImpactSums,
  replay: Replay,
  ids: number[],
) {
  for await (const priced of pricedPieces(connection, history, {
    also: `account_id IN (${ids.join(', ')})`,
    ahead: true,
  })) {
    sums.add(priced.piece, priced.out, -1);
    replay.apply(priced);
    sums.add(priced.piece, priced.out);
  }
}

/** What was added up, by name. */
export async function impactOf(connection: DuckDBConnection, rerated: Rerated): Promise<Omit<Impact, 'elapsedMs'>> {
  const { history, causes, sums, replays, replayedAccounts } = rerated;
  const names = await connection.runAndReadAll(
    "SELECT kind, id, name FROM call_names WHERE kind IN ('account', 'gateway')",
  );
  const nameOf = new Map(
    (names.getRows() as [string, number, string][]).map(([kind, id, name]) => [`${kind} ${id}`, name]),
  );
  const named = (kind: string) => (place: number) => nameOf.get(`${kind} ${place}`) ?? null;
  const groups = (grouping: Grouping, key: (place: number) => string | number | null) =>
    sums.groups(grouping).map(({ place, figures }) => ({ key: key(place), figures }));
  const pairs = sums.groups('status').map(({ place, figures }) => ({
    before: statuses[Math.floor(place / statuses.length)].name,
    after: statuses[place % statuses.length].name,
    figures,
  }));
  const stopped = await stoppedBefore(connection, history, replayedAccounts);
  const accountSteps = sums.groups('account').map(({ place, figures }) => {
    const fees = feesByCause(rerated, place, stopped.get(place) ?? 0n);
    assert.equal(
      fees.reduce((sum, fee) => sum + fee, 0n),
      figures.feeAfter - figures.feeBefore,
      'the parts of an account add up to its whole',
    );
    return { account: nameOf.get(`account ${place}`) ?? null, fees };
  });
  const places = sums.groups('account').map(({ place }) => place);
  return {
    calls: history.calls,
    steps: causes.map((cause, nth) => ({
      cause,
      fee: accountSteps.reduce((sum, { fees }) => sum + fees[nth], 0n),
      vendorFee: places.reduce((sum, place) => sum + vendorFeeOf(rerated, nth, place), 0n),
    })),
    total: pairs.reduce((sum, { figures }) => addFigures(sum, figures), NOTHING),
    statuses: pairs,
    groups: {
      account: groups('account', named('account')),
      destination: groups('destination', (place) => history.rates.destinations[place - 1] ?? null),
      mappingGateway: groups('mappingGateway', named('gateway')),
      routingGateway: groups('routingGateway', named('gateway')),
      hour: groups('hour', (place) => history.firstHour + place),
    },
    accountSteps,
    replayed: replays.length === 0 ? 0 : replayedAccounts.length,
  };
}

const NOTHING: Figures = {
  calls: 0n,
  changed: 0n,
  chargedBefore: 0n,
  chargedAfter: 0n,
  feeBefore: 0n,
  feeAfter: 0n,
  vendorBefore: 0n,
  vendorAfter: 0n,
};

export function addFigures(a: Figures, b: Figures): Figures {
  return Object.fromEntries(
    Object.keys(NOTHING).map((name) => [name, a[name as keyof Figures] + b[name as keyof Figures]]),
  ) as Figures;
}

/** The fee of each cause for an account: overdraft prevention's is what it does not let be charged any more. */
function feesByCause({ causes, steps, replays }: Rerated, account: number, stopped: bigint): bigint[] {
  let short = stopped;
  let replay = 0;
  let step = 0;
  return causes.map((cause) => {
    const isReplay = replays.length > 0 && (cause === overdraftCause || cause === advanceTime);
    if (!isReplay) return steps.fee(step++, account);
    if (cause !== overdraftCause) step++;
    const now = replays[replay++].shortfalls.get(account) ?? 0n;
    // Accounts that were not replayed have no shortfall here, neither before nor after.
    const fee = short - now;
    short = now;
    return fee;
  });
}

function vendorFeeOf({ causes, steps }: Rerated, nth: number, account: number): bigint {
  if (causes[nth] === overdraftCause) return 0n;
  const step = causes.slice(0, nth).filter((cause) => cause !== overdraftCause).length;
  return steps.vendorFee(step, account);
}

/** What replayed accounts were not charged before, by id. */
async function stoppedBefore(
  connection: DuckDBConnection,
  { where }: History,
  accounts: readonly number[],
): Promise<Map<number, bigint>> {
  if (accounts.length === 0) return new Map();
  const rows = await connection.runAndReadAll(
    `SELECT account_id, sum(shortfall) FROM calls
     WHERE ${where} AND shortfall <> 0 AND account_id IN (${accounts.join(', ')}) GROUP BY account_id`,
  );
  return new Map((rows.getRows() as [number, { value: bigint }][]).map(([id, { value }]) => [id, value]));
}
