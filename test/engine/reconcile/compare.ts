/** Reconciles a few calls made by hand: a database of ours, a file of theirs, and what comes of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase } from '../../../engine/database.ts';
import { readColumnMap } from '../../../engine/reconcile/column-map.ts';
import { type ReconcileTask, reconcile } from '../../../engine/reconcile/reconcile.ts';
import { type Reconciliation, readReconciliation } from '../../../engine/reports/reconciliation.ts';
import { sqlText } from '../../../engine/sql-text.ts';

/** A call of the account `cedar` through the vendor `carrier`; flow numbers count from 1 in the order given. */
export interface OurCall {
  readonly number: string;
  /** Time of answer, with a zone. */
  readonly at: string;
  readonly seconds: number;
  /** Null: waits for a rate. Of the client; the vendor's below. */
  readonly money?: string | null;
  readonly vendorMoney?: string | null;
  readonly caller?: string;
  readonly callId?: string;
  /** Number as it was sent to the vendor, and time of the INVITE, where they are others. */
  readonly toGateway?: string;
  readonly start?: string;
  readonly feeSeconds?: number;
}

export interface Compared {
  readonly report: Reconciliation;
  /** `outcome their-line our-flow-number` of each call, sorted. */
  readonly calls: readonly string[];
}

/** The map of a file with a line of these titles. */
export const titles = 'number,start,seconds,money';
export const plainMap = 'number=number,start=start,seconds=seconds,money=money';

/** Puts calls into a new database; the deck has 49 Germany and 4930 Berlin, for client and vendor. */
export async function fillDatabase(connection: DuckDBConnection, calls: readonly OurCall[]): Promise<void> {
  await connection.run(`
    INSERT INTO accounts VALUES ('cedar', 'Cedar', 'client', 'retail', 0, 0, 'allow', 'UTC', 1),
      ('carrier', 'Carrier', 'vendor', 'wholesale', 0, 0, 'allow', 'UTC', 1);
    INSERT INTO call_names VALUES ('account', 1, 'cedar'), ('account', 2, 'carrier'), ('softswitch', 1, 'ss1');
    INSERT INTO rates VALUES (1, 'retail', '49', 'Germany', 0.01, 1, 1, 0, NULL, NULL, false, NULL, 1, NULL),
      (2, 'wholesale', '49', 'Germany', 0.01, 1, 1, 0, NULL, NULL, false, NULL, 1, NULL),
      (3, 'retail', '4930', 'Berlin', 0.01, 1, 1, 0, NULL, NULL, false, NULL, 1, NULL)`);
  for (const [i, call] of calls.entries()) await insertCall(connection, call, i + 1);
}

/** @param theirs the lines of their file; `task` changes what the reconciliation is asked for, `prepare` our database */
export async function compare(
  ours: readonly OurCall[],
  theirs: string | Buffer,
  map = plainMap,
  task: Partial<ReconcileTask> = {},
  prepare: (connection: DuckDBConnection) => Promise<unknown> = async () => undefined,
): Promise<Compared> {
  const dir = mkdtempSync(join(tmpdir(), 'ratemill-reconcile-'));
  const { connection, close } = await openDatabase(':memory:');
  try {
    await fillDatabase(connection, ours);
    await prepare(connection);
    const file = join(dir, 'theirs.csv');
    writeFileSync(file, theirs);
    const whole: ReconcileTask = {
      ...{ files: [file], account: 'cedar', leg: 'client', map: readColumnMap(map), fromMs: null, toMs: null },
      ...{ toleranceMs: 2000, clockOffsetMs: 0, secondsThresholdMs: 1000, moneyThreshold: '0.01' },
      ...task,
    };
    const report = await readReconciliation(connection, whole, await reconcile(connection, whole), 10);
    const rows = await connection.runAndReadAll(
      `SELECT concat_ws(' ', outcome, coalesce(line::VARCHAR, '-'), coalesce(flow_no::VARCHAR, '-'))
       FROM reconciled LEFT JOIN theirs USING (their_no) LEFT JOIN ours USING (our_no) ORDER BY line, flow_no`,
    );
    return { report, calls: rows.getRows().map(([text]) => text as string) };
  } finally {
    close();
    rmSync(dir, { recursive: true });
  }
}

async function insertCall(connection: DuckDBConnection, call: OurCall, flowNo: number): Promise<void> {
  const { number, at, seconds, caller = '', callId, money = '0', vendorMoney = null, toGateway, start = at } = call;
  const text = (value: string | undefined) => (value === undefined ? 'NULL' : sqlText(value));
  const waits = money === null;
  await connection.run(
    `INSERT INTO ${waits ? 'waiting_calls' : 'calls'} (run_id, parameter_set, softswitch_id, flow_no, sip_call_id,
       account_id, caller_e164, callee_e164, callee_to_gateway_e164, stripped_characters, start_at, answered_at, ended_at,
       status, hold_time, rate_id, fee_time, fee, shortfall, vendor_account_id, vendor_rate_id, vendor_fee_time,
       vendor_fee, end_direction, end_reason, billing_mode, attempts)
     VALUES (1, 0, 1, ${flowNo}, ${text(callId)}, 1, ${text(caller)}, ${text(number)}, ${text(toGateway)}, 0, ${text(start)},
       ${seconds === 0 ? 'NULL' : text(at)}, ${text(at)}::TIMESTAMPTZ + INTERVAL ${seconds} SECOND,
       ${waits ? "'no_rate'" : "'charged'"}, ${seconds}, ${waits ? 'NULL' : 1}, ${call.feeSeconds ?? seconds},
       ${money ?? 0}, 0, 2, ${vendorMoney === null ? 'NULL, NULL' : `2, ${seconds}`}, ${vendorMoney ?? 'NULL'}, 0, 200, 1, 1)`,
  );
}
