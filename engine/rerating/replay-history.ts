import type { DuckDBConnection } from '@duckdb/node-api';
import { setWords, wordsToBigMicros, wordsToMicros } from '../../rating/money.ts';
import { statusCode } from '../../rating/status.ts';
import { readPrepaidHistory } from '../overdraft/prepaid-history.ts';
import { isSafe, mayReachLimit } from '../overdraft/prevent-overdraft.ts';
import { replayCalls } from '../overdraft/replay-calls.ts';
import { Verdicts } from '../overdraft/verdicts.ts';
import { streamColumns } from '../read-columns.ts';
import { appendColumns } from '../store/append-columns.ts';
import type { History } from './history.ts';
import { type PricedPiece, pricedPieces } from './price-history.ts';
import type { StoredPiece } from './stored-calls.ts';
import { advanceTime } from './what-if.ts';

const { overdraft_refused: REFUSED, overdraft_capped: CAPPED, charged: CHARGED } = statusCode;
const isPriced = (status: number) => status >= REFUSED && status <= CHARGED;

/** Gathers, while calls are priced, which accounts have to be replayed: those for whose calls something else is asked now. */
export class RepricedAccounts {
  readonly #history: History;
  /** By plan, what is reserved at each term, and whether that is of another time than it was. */
  readonly #plans: readonly { readonly reserves: Float64Array; readonly looksElsewhere: boolean }[];
  /** By account id, whether something else is asked for a call, and whether one was refused or capped. */
  #repriced = new Uint8Array(ACCOUNTS);
  #stopped = new Uint8Array(ACCOUNTS);
  #commitments = new Float64Array(ACCOUNTS);

  constructor(history: History) {
    this.#history = history;
    this.#plans = history.plans.map(({ place }) => ({
      reserves: pricingAfter(history, place).reserves,
      looksElsewhere: advanceChanges(history, place),
    }));
  }

  add({ piece, out }: PricedPiece): void {
    const { reserves, looksElsewhere } = this.#plans[piece.plan];
    this.#makeRoom(piece);
    const [repriced, stopped, commitments] = [this.#repriced, this.#stopped, this.#commitments];
    const { rows, account: accounts, status, fee, shortfall } = piece;
    const { status: newStatus, fee: newFee, clientTerm } = out;
    for (let row = 0; row < rows; row++) {
      const before = status[row];
      const after = newStatus[row];
      if (!isPriced(before) && !isPriced(after)) continue;
      const account = accounts[row];
      const low = 2 * row;
      const high = low + 1;
      if (before === REFUSED || before === CAPPED) stopped[account] = 1;
      // Of a call that is charged nothing was withheld.
      const same = before === after && (after !== CHARGED || (fee[low] === newFee[low] && fee[high] === newFee[high]));
      if (!same || looksElsewhere) repriced[account] = 1;
      if (!isPriced(after)) continue;
      const full = wordsToMicros(newFee, row) + (after === CHARGED ? 0 : wordsToMicros(shortfall, row));
      commitments[account] += Math.max(full, reserves[clientTerm[row]]);
    }
  }

  /** By account id, what its calls may hold of its money at any time (rating/overdraft.ts). */
  get commitments(): Float64Array {
    return this.#commitments;
  }

  /** The accounts among them that may come to their limit, or did. */
  async toReplay(connection: DuckDBConnection) {
    const repriced = [...this.#repriced.keys()].filter((id) => this.#repriced[id] === 1);
    const prepaid = await readPrepaidHistory(connection, this.#history.where, repriced);
    const atRisk = prepaid.filter((account) => {
      return this.#stopped[account.id] === 1 || mayReachLimit(account, this.#commitments[account.id] ?? 0);
    });
    // Whose overdraft is allowed by now can pay for what was refused or capped then.
    const known = new Set(prepaid.map(({ id }) => id));
    const allowed = repriced.filter((id) => this.#stopped[id] === 1 && !known.has(id));
    return [...atRisk, ...allowed.map((id) => ({ id, account: '', spendable: UNLIMITED, payments: [] }))];
  }

  #makeRoom({ account, rows }: StoredPiece): void {
    let highest = 0;
    for (let row = 0; row < rows; row++) if (account[row] > highest) highest = account[row];
    if (highest < this.#repriced.length) return;
    const room = 2 * (highest + 1);
    this.#repriced = longer(this.#repriced, new Uint8Array(room));
    this.#stopped = longer(this.#stopped, new Uint8Array(room));
    this.#commitments = longer(this.#commitments, new Float64Array(room));
  }
}

/** Room for accounts before it has to grow. */
const ACCOUNTS = 1024;

function longer<T extends Uint8Array | Float64Array>(values: T, room: T): T {
  room.set(values);
  return room;
}

/** More than all calls of an account can cost. */
const UNLIMITED = 10n ** 30n;

type Account = Awaited<ReturnType<typeof readPrepaidHistory>>[number];

/** What overdraft prevention makes of the calls of accounts that were replayed. */
export class Replay {
  readonly #accounts: ReadonlySet<number>;
  readonly #places = new Map<number, number>();
  readonly #capped: number[] = [];
  readonly #fee: bigint[] = [];
  readonly #shortfall: bigint[] = [];
  /** Money not charged, by account id. */
  readonly shortfalls = new Map<number, bigint>();

  constructor(accounts: readonly Account[]) {
    this.#accounts = new Set(accounts.map(({ id }) => id));
  }

  add(waiting: boolean, rowId: number, account: number, capped: number, fee: bigint, shortfall: bigint): void {
    this.#places.set(2 * rowId + (waiting ? 1 : 0), this.#fee.length);
    this.#capped.push(capped);
    this.#fee.push(fee);
    this.#shortfall.push(shortfall);
    this.shortfalls.set(account, (this.shortfalls.get(account) ?? 0n) + shortfall);
  }

  /** What a call of a replayed account is charged, of the fee it would have if there were money; null for other accounts. */
  charged(piece: StoredPiece, row: number, full: bigint): bigint | null {
    if (!this.#accounts.has(piece.account[row])) return null;
    const place = this.#placeOf(piece, row);
    return place === undefined ? full : this.#fee[place];
  }

  #placeOf(piece: StoredPiece, row: number): number | undefined {
    return this.#places.get(2 * piece.rowId[row] + (piece.waiting ? 1 : 0));
  }

  /** Gives the calls of replayed accounts what the replay decided; all others keep what they have. */
  apply({ piece, out, shortfall }: PricedPiece): void {
    for (let row = 0; row < piece.rows; row++) {
      if (!this.#accounts.has(piece.account[row]) || !isPriced(out.status[row])) continue;
      const place = this.#placeOf(piece, row);
      const full = wordsToBigMicros(out.fee, row) + wordsToBigMicros(shortfall, row);
      out.status[row] = place === undefined ? CHARGED : this.#capped[place] === 1 ? CAPPED : REFUSED;
      setWords(out.fee, row, place === undefined ? full : this.#fee[place]);
      setWords(shortfall, row, place === undefined ? 0n : this.#shortfall[place]);
    }
  }
}

/**
 * Replays the calls of accounts as they come out of the last step of a history.
 *
 * @param plansAfter the step whose parameters say what is reserved
 */
export async function replayHistory(
  connection: DuckDBConnection,
  history: History,
  { accounts, commitments, step }: { accounts: readonly Account[]; commitments: Float64Array; step: number },
): Promise<Replay> {
  await stagePricedCalls(connection, history, accounts);
  const verdicts = new Verdicts();
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const reserves = history.plans.map(({ parameters }) => history.reratings.of(parameters)[step].pricing.reserves);
  await replayCalls(
    connection,
    {
      accounts,
      calls: STAGED_CALLS,
      reserveOf: (rateId, plan) => reserves[plan][history.rates.placesOf[2 * rateId]],
      isSafe: (id) => isSafe(byId.get(id) as Account, commitments[id] ?? 0),
    },
    { decided: (call, verdict) => verdicts.add(call, verdict), finished: () => undefined },
  );
  await verdicts.stage(connection);
  const replay = new Replay(accounts);
  const found = streamColumns(
    connection,
    `SELECT waiting, row::DOUBLE, account_id, capped::INTEGER, v.fee, v.shortfall
     FROM overdraft_verdicts v JOIN ${STAGED_CALLS} c USING (softswitch_id, flow_no)`,
  );
  for await (const { rows, columns } of found) {
    const [waiting, row, account, capped] = columns as (Int32Array | Float64Array)[];
    const [fee, shortfall] = columns.slice(4) as BigInt64Array[];
    for (let i = 0; i < rows; i++) replay.add(waiting[i] === 1, row[i], account[i], capped[i], fee[i], shortfall[i]);
  }
  await connection.run('DROP TABLE overdraft_verdicts; DROP TABLE staged_calls');
  return replay;
}

/** The staged calls with what a replay has to know of them; the place of their plan is their set of parameters. */
const STAGED_CALLS = `(
  SELECT s.waiting, s.row, c.account_id, c.softswitch_id, c.flow_no, s.rate_id, s.plan AS parameter_set, s.hold_time,
    c.answered_at, c.ended_at, s.fee, 0::DECIMAL(18, 6) AS shortfall, s.vendor_fee, 'charged' AS status
  FROM staged_calls s JOIN (
    SELECT 0 AS waiting, rowid AS row, account_id, softswitch_id, flow_no, answered_at, ended_at FROM calls
    UNION ALL SELECT 1, rowid, account_id, softswitch_id, flow_no, answered_at, ended_at FROM waiting_calls
  ) c USING (waiting, row)
)`;

/** Puts the priced calls of accounts into a temporary table, each with the fee it would have if there were money. */
async function stagePricedCalls(connection: DuckDBConnection, history: History, accounts: readonly Account[]) {
  await connection.run(`CREATE OR REPLACE TEMP TABLE staged_calls (
    waiting INTEGER, row BIGINT, plan INTEGER, rate_id INTEGER, hold_time INTEGER, fee DECIMAL(18, 6),
    vendor_fee DECIMAL(18, 6))`);
  const ofAccounts = `account_id IN (${accounts.map(({ id }) => id).join(', ')})`;
  let staged = new StagedRows();
  for await (const { piece, out, shortfall } of pricedPieces(connection, history, { also: ofAccounts })) {
    for (let row = 0; row < piece.rows; row++) {
      if (isPriced(out.status[row])) staged.add(piece, row, out, shortfall);
    }
    if (staged.count < STAGED_AT_ONCE) continue;
    await staged.write(connection);
    staged = new StagedRows();
  }
  await staged.write(connection);
}

const STAGED_AT_ONCE = 200_000;

class StagedRows {
  readonly #whole: number[][] = [[], [], [], []];
  readonly #rows: bigint[] = [];
  readonly #money: bigint[][] = [[], []];

  get count(): number {
    return this.#rows.length;
  }

  add(piece: StoredPiece, row: number, out: PricedPiece['out'], shortfall: Int32Array): void {
    [piece.waiting ? 1 : 0, piece.plan, out.clientRate[row], out.holdSeconds[row]].forEach((value, place) => {
      this.#whole[place].push(value);
    });
    this.#rows.push(BigInt(piece.rowId[row]));
    this.#money[0].push(wordsToBigMicros(out.fee, row) + wordsToBigMicros(shortfall, row));
    this.#money[1].push(wordsToBigMicros(out.vendorFee, row));
  }

  async write(connection: DuckDBConnection): Promise<void> {
    const [waiting, plan, rate, hold] = this.#whole.map((values) => Int32Array.from(values));
    const [fee, vendorFee] = this.#money.map((values) => BigInt64Array.from(values));
    const columns = [waiting, BigInt64Array.from(this.#rows), plan, rate, hold, fee, vendorFee];
    await appendColumns(connection, 'staged_calls', columns, this.count);
  }
}

function pricingAfter({ plans, reratings }: History, plan: number) {
  return (reratings.of(plans[plan].parameters).at(-1) as ReturnType<typeof reratings.of>[number]).pricing;
}

function advanceChanges({ plans }: History, plan: number): boolean {
  const { parameters } = plans[plan];
  return parameters[0].client[advanceTime] !== parameters[parameters.length - 1].client[advanceTime];
}
