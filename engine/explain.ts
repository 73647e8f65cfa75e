import type { DuckDBConnection } from '@duckdb/node-api';
import { type Explanation, explainCall, type OverdraftOutcome } from '../rating/explain.ts';
import { formatMoney } from '../rating/money.ts';
import type { CallRecord, DeckRow } from '../rating/single-call.ts';
import { explainOverdraft } from './overdraft/explain-overdraft.ts';
import { storedParameters } from './stored-parameters.ts';

/** A figure that is stored with a call and was computed again. */
export interface Comparison {
  readonly figure: string;
  readonly stored: string;
  readonly recomputed: string;
}

/** A stored call, the run that rated it, its path, and whether the path leads to what is stored. */
export interface ExplainedCall {
  readonly softswitch: string;
  readonly flowNo: string;
  readonly runId: number;
  readonly ratedAt: string;
  readonly lastLoadId: number;
  readonly call: Record<string, unknown>;
  readonly steps: Explanation['steps'];
  readonly differences: readonly Comparison[];
  /** What has changed since the run, as far as it concerns the call. */
  readonly changes: readonly string[];
}

/** The softswitches that have a call of this number, in the order of their names. */
export async function softswitchesWith(connection: DuckDBConnection, flowNo: bigint): Promise<string[]> {
  const found = await rowsOf(
    connection,
    `SELECT DISTINCT name FROM kept_calls JOIN call_names ON kind = 'softswitch' AND id = softswitch_id
     WHERE flow_no = ${flowNo} AND kept <> 'superseded' ORDER BY name`,
  );
  return found.map(({ name }) => name as string);
}

/** Rates a stored call again, under the parameters and the state of the deck of its run, step by step. */
export async function explainStored(
  connection: DuckDBConnection,
  flowNo: bigint,
  softswitch: string,
): Promise<ExplainedCall> {
  const [stored] = await rowsOf(connection, STORED(flowNo), { softswitch });
  const { runId, lastLoadId } = stored as { runId: number; lastLoadId: number };
  const { client, vendor: vendorLeg } = await storedParameters(connection, runId, stored.parameterSet as number);
  const payer = await partyOf(
    connection,
    stored.account,
    stored.rateGroup,
    stored.status === 'unknown_account',
    stored,
  );
  const vendor = await partyOf(
    connection,
    stored.vendorAccount,
    stored.vendorGroup,
    stored.vendorRateId === null,
    stored,
  );
  const call = { ...recordOf(stored), accountGroup: payer.group, vendorGroup: vendor.group };
  const deck = await candidates(connection, call, String(stored.billingNumber), lastLoadId);
  const gone = replayedByRerating(stored) ?? (await prunedBeside(connection, stored));
  const overdraft = gone === undefined ? await overdraftOf(connection, flowNo, stored) : undefined;
  const explanation = explainCall(call, client, vendorLeg, deck, overdraft);
  const differences = compare(stored, explanation);
  return {
    softswitch,
    flowNo: flowNo.toString(),
    runId,
    ratedAt: stored.ratedAt as string,
    lastLoadId,
    call: shown(stored),
    steps: explanation.steps,
    differences: differences.filter(({ figure }) => gone === undefined || !DECIDED_BY_OVERDRAFT.includes(figure)),
    changes: [
      ...payer.changes,
      ...vendor.changes,
      ...(await replacedRows(connection, stored)),
      ...(gone === undefined ? [] : [gone]),
    ],
  };
}

type Row = Record<string, unknown>;

/** A re-rated call keeps its rate unless rates were changed: that of the deck it was rated with at first. */
const LAST_LOAD = `CASE WHEN runs.kind = 'rerate' AND runs.run_id NOT IN (SELECT run_id FROM run_changes WHERE cause = 'rates')
  THEN (SELECT min(r.last_load_id) FROM superseded s JOIN runs r ON r.run_id = s.run_id
    WHERE s.softswitch_id = c.softswitch_id AND s.flow_no = c.flow_no) ELSE runs.last_load_id END`;

const STORED = (flowNo: bigint) => `
  SELECT c.run_id AS "runId", runs.kind, ${LAST_LOAD} AS "lastLoadId", c.parameter_set AS "parameterSet",
    c.account_id AS "accountId", c.softswitch_id AS "softswitchId",
    strftime(runs.finished_at, '%Y-%m-%d %H:%M:%SZ') AS "ratedAt",
    n.status::VARCHAR AS status, n.caller_e164 AS caller, n.callee_e164 AS callee, n.billing_number AS "billingNumber",
    n.callee_to_gateway_e164 AS sent, n.account, n.caller_gateway AS "callerGateway", n.callee_gateway AS gateway,
    n.caller_ip AS "callerIp", n.vendor_account AS "vendorAccount", n.sip_call_id AS "sipCallId",
    epoch_ms(n.start_at)::DOUBLE AS start, epoch_ms(n.ringing_at)::DOUBLE AS ringing,
    epoch_ms(n.answered_at)::DOUBLE AS answered, epoch_ms(n.ended_at)::DOUBLE AS ended,
    n.end_direction AS "endDirection", n.end_reason AS "endReason", n.billing_mode AS "billingMode",
    c.stripped_characters AS stripped, n.hold_time AS hold, c.rate_id AS "rateId", c.fee_time AS "feeTime",
    c.fee::VARCHAR AS fee, c.shortfall::VARCHAR AS shortfall, c.vendor_rate_id AS "vendorRateId", c.vendor_fee_time AS "vendorFeeTime",
    c.vendor_fee::VARCHAR AS "vendorFee", n.rate_group AS "rateGroup", v.rate_group AS "vendorGroup"
  FROM kept_calls c
  JOIN named_calls n ON n.flow_no = c.flow_no AND n.run_id = c.run_id AND n.kept = c.kept
  JOIN call_names s ON s.kind = 'softswitch' AND s.id = c.softswitch_id AND s.name = n.softswitch
  JOIN runs ON runs.run_id = c.run_id
  LEFT JOIN rates v ON v.rate_id = c.vendor_rate_id
  WHERE c.kept <> 'superseded' AND c.flow_no = ${flowNo} AND n.flow_no = ${flowNo} AND s.name = $softswitch`;

/** What cannot be told again without the other calls of the account. */
const DECIDED_BY_OVERDRAFT = ['status', 'fee', 'shortfall'];

/** Said of a call that a re-rating refused or capped: it replayed the account over a window, with calls of other runs. */
function replayedByRerating({ kind, status, runId }: Row): string | undefined {
  if (kind !== 'rerate' || !String(status).startsWith('overdraft_')) return undefined;
  return (
    `run ${runId} replayed the account over the whole window it rated again: what was available is not told again, and ` +
    'status, fee and shortfall are taken as they are stored'
  );
}

/** Said when calls that the replay of the account would need were pruned. */
async function prunedBeside(connection: DuckDBConnection, stored: Row): Promise<string | undefined> {
  const { runId, account, accountId } = stored;
  if (account === null) return undefined;
  const [pruned] = await rowsOf(
    connection,
    `SELECT sum(calls)::DOUBLE AS calls FROM pruned_calls p JOIN run_overdraft o ON o.run_id = p.run_id
     WHERE p.run_id = ${runId} AND p.account_id = ${accountId} AND p.status IN ('charged', 'overdraft_capped', 'overdraft_refused') AND o.account = $account`,
    { account: account as string },
  );
  if (pruned.calls === null) return undefined;
  return (
    `${pruned.calls} calls which run ${runId} charged to ${account} or refused were pruned: whether there was money ` +
    'enough cannot be told again, and status, fee and shortfall are taken as they are stored'
  );
}

/** What overdraft prevention came to for a call that has a price. */
async function overdraftOf(
  connection: DuckDBConnection,
  flowNo: bigint,
  stored: Row,
): Promise<OverdraftOutcome | null | undefined> {
  if (!['charged', 'overdraft_capped', 'overdraft_refused'].includes(stored.status as string)) return undefined;
  const { runId, account, accountId, softswitchId } = stored as Record<string, never>;
  return explainOverdraft(connection, { runId, account, accountId, softswitchId, flowNo });
}

/**
 * The rate group an account had when the call was rated. Accounts have no history: the row of the deck tells it, and of a
 * call without one the account as it is, unless that was written since and the run found none.
 */
async function partyOf(
  connection: DuckDBConnection,
  account: unknown,
  groupOfRate: unknown,
  ratedWithout: boolean,
  { lastLoadId }: Row,
): Promise<{ group: string | null; changes: string[] }> {
  if (account === null) return { group: null, changes: [] };
  const [now] = await rowsOf(
    connection,
    'SELECT rate_group AS "group", load_id AS "loadId" FROM accounts WHERE account = $account',
    {
      account: account as string,
    },
  );
  const group = (now?.group || null) as string | null;
  const written = now !== undefined && (now.loadId as number) > (lastLoadId as number);
  if (groupOfRate !== null) {
    const moved =
      group === groupOfRate
        ? []
        : [`account ${account} was in rate group ${groupOfRate}; now it is in ${group ?? 'none'}`];
    return { group: groupOfRate as string, changes: moved };
  }
  if (!written) return { group, changes: [] };
  const changes = [
    `account ${account} was written by load ${now.loadId}, after the call was rated: now its rate group is ${group ?? 'none'}`,
  ];
  return { group: ratedWithout ? null : group, changes };
}

function recordOf(stored: Row): Omit<CallRecord, 'accountGroup' | 'vendorGroup'> {
  return {
    calleeE164: stored.callee as string,
    calleeToGatewayE164: stored.sent as string | null,
    startMs: stored.start as number,
    ringingMs: stored.ringing as number | null,
    answeredMs: stored.answered as number | null,
    endedMs: stored.ended as number,
    endDirection: stored.endDirection as number,
    billingMode: stored.billingMode as number,
    account: stored.account as string | null,
    gateway: stored.gateway as string | null,
    vendorAccount: stored.vendorAccount as string | null,
  };
}

/** The rows of both decks, as of the run's last load, that the numbers of the call begin with. */
async function candidates(
  connection: DuckDBConnection,
  { accountGroup, vendorGroup, calleeToGatewayE164: sent }: CallRecord,
  billingNumber: string,
  lastLoadId: number,
): Promise<DeckRow[]> {
  const rows = await rowsOf(
    connection,
    `SELECT rate_id AS "rateId", rate_group AS "rateGroup", prefix, destination, rate::VARCHAR AS rate,
       first_increment AS "firstIncrement", next_increment AS "nextIncrement", connect_fee::VARCHAR AS "connectFee",
       epoch_ms(effective_from)::DOUBLE AS "effectiveFromMs", epoch_ms(effective_until)::DOUBLE AS "effectiveUntilMs",
       locked, load_id AS "loadId"
     FROM rates
     WHERE rate_group IN ($client, $vendor) AND (starts_with($billed, prefix) OR starts_with($sent, prefix))
       AND load_id <= ${lastLoadId} AND (replaced_by_load IS NULL OR replaced_by_load > ${lastLoadId})
     ORDER BY rate_id`,
    {
      client: accountGroup ?? '',
      vendor: vendorGroup ?? '',
      billed: billingNumber,
      sent: sent?.replace(/^\+/, '') ?? billingNumber,
    },
  );
  return rows as unknown as DeckRow[];
}

/** Rows of the deck which the call was rated with and which another row has replaced since. */
async function replacedRows(connection: DuckDBConnection, { rateId, vendorRateId }: Row): Promise<string[]> {
  const replaced = await rowsOf(
    connection,
    `SELECT rate_id AS id, replaced_by_load AS "by" FROM rates
     WHERE rate_id IN (${rateId ?? 0}, ${vendorRateId ?? 0}) AND replaced_by_load IS NOT NULL ORDER BY 1`,
  );
  return replaced.map(({ id, by }) => `row ${id} of the deck was replaced by load ${by}, after the call was rated`);
}

/** The figures that differ: none, unless the database or the program is damaged. */
function compare(stored: Row, again: Explanation): Comparison[] {
  const figures: [string, unknown, unknown][] = [
    ['status', stored.status, again.status],
    ['billing_number', stored.billingNumber, again.billingNumber],
    ['hold_time', stored.hold, again.holdSeconds],
    ['rate_id', stored.rateId, again.rateId],
    ['fee_time', stored.feeTime, again.feeSeconds],
    ['fee', stored.fee, formatMoney(again.fee, 6)],
    ['shortfall', stored.shortfall, formatMoney(again.shortfall, 6)],
    ['vendor_rate_id', stored.vendorRateId, again.vendorRateId],
    ['vendor_fee_time', stored.vendorFeeTime, again.vendorFeeSeconds],
    ['vendor_fee', stored.vendorFee, again.vendorFee === null ? null : formatMoney(again.vendorFee, 6)],
  ];
  return figures
    .map(([figure, was, is]) => ({ figure, stored: String(was ?? 'none'), recomputed: String(is ?? 'none') }))
    .filter((one) => one.stored !== one.recomputed);
}

/** The call as it is stored, times as ISO 8601. */
function shown(stored: Row): Record<string, unknown> {
  const time = (ms: unknown) => (ms === null ? null : new Date(ms as number).toISOString());
  const { start, ringing, answered, ended, runId: _run, lastLoadId: _load, ratedAt: _at, ...others } = stored;
  const { parameterSet: _set, accountId: _account, softswitchId: _switch, ...rest } = others;
  return { ...rest, start: time(start), ringing: time(ringing), answered: time(answered), ended: time(ended) };
}

async function rowsOf(connection: DuckDBConnection, sql: string, values: Record<string, string> = {}): Promise<Row[]> {
  return (await connection.runAndReadAll(sql, values)).getRowObjects();
}
