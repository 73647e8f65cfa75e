/** A simulated night for tests that need a real database file and real processes: event files, and a database with a past. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase } from '../../engine/database.ts';
import { resolveConfiguration } from '../../engine/parameters/configuration.ts';
import type { Kind } from '../../engine/reference/kinds.ts';
import { loadFile } from '../../engine/reference/load-file.ts';
import { type RunOptions, type RunResult, runRating } from '../../engine/run.ts';
import { simulate, simulateDefaults } from '../../engine/simulate.ts';
import { arrowFile, event } from './events.ts';

/** A database and what is to be rated into it, as absolute paths. */
export interface Night {
  /** Holds run 1, over the evening before. Calls of it wait for rates that were loaded since, accounts are nearly spent. */
  readonly database: string;
  /** Folder of seven event files. */
  readonly events: string;
  /** Call events in them. */
  readonly calls: number;
}

/** What traffic of the simulator is rated under. */
const settings = [
  'SERVER_BILLING_GATEWAY_ROUTE_PREFIX=2',
  'SERVER_BILLING_FREE_E164S=800*',
  'SERVER_BILLING_NO_CDR_E164S=5000*',
  'SERVER_BILLING_FEE_PRECISTION=4',
  'SERVER_BILLING_FEE_UNIT=0.0001',
];

/** The same, as words of a command line. */
export const nightSettings: readonly string[] = settings.flatMap((setting) => ['--set', setting]);

const reference = { files: 2, form: 'file', writeReference: true, prefixes: 400, accounts: 30, gateways: 8 } as const;
const EVE_CALLS = 3000;
const DAY_MS = 86_400_000;

/** Makes a night in a folder: run 1 over the evening before, then a load of the rates it lacked, and payments. */
export async function makeNight(dir: string, calls: number): Promise<Night> {
  const [database, eve, events] = ['ratemill.duckdb', 'eve', 'events'].map((name) => join(dir, name));
  const eveMs = simulateDefaults.startMs;
  const nightMs = eveMs + DAY_MS;
  mkdirSync(events);
  simulate({ ...reference, out: eve, calls: EVE_CALLS, days: 1, seed: 1, startMs: eveMs });
  simulate({ ...reference, out: events, deck: eve, calls, days: 1, seed: 2, startMs: nightMs });
  writeFileSync(join(eve, 'odd.arrow'), oddEvents(nightMs, 40));
  const [header, ...rates] = readFileSync(join(eve, 'rates.csv'), 'utf8').trim().split('\n');
  const late = /^(wholesale|retail|premium),[4-9]/;
  const deck = (rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;

  const { connection, close } = await openDatabase(database);
  const load = async (kind: Kind['kind'], name: string, content: string) => {
    writeFileSync(join(dir, name), content);
    await loadFile(connection, kind, join(dir, name), { replace: false, precision: 4, quantiseRates: true });
  };
  try {
    await load('rates', 'rates.csv', deck(rates.filter((row) => !late.test(row))));
    await load('accounts', 'accounts.csv', nearlySpent(readFileSync(join(eve, 'accounts.csv'), 'utf8')));
    await load('gateways', 'gateways.csv', readFileSync(join(eve, 'gateways.csv'), 'utf8'));
    await rateNight(connection, { database, events: eve });
    await load('rates', 'late.csv', deck(rates.filter((row) => late.test(row))));
    await load('payments', 'payments.csv', paymentsOf(nightMs));
  } finally {
    close();
  }
  writeFileSync(join(events, 'odd.arrow'), oddEvents(nightMs));
  return { database, events, calls: calls + ODD_EVENTS };
}

/** Rates the files of a night as `ratemill rate` does. */
export function rateNight(
  connection: DuckDBConnection,
  { database, events }: Pick<Night, 'database' | 'events'>,
  observers: Pick<RunOptions, 'onStage' | 'onProgress'> = {},
): Promise<RunResult> {
  const configuration = resolveConfiguration({ db: database, set: settings });
  return runRating(connection, { patterns: [events], configuration, salvage: false, ...observers });
}

/** Of the accounts that prevent overdraft some run out of money in the evening, some in the night, some not at all. */
function nearlySpent(accounts: string): string {
  return accounts.replace(/^(client-(\d+),[^,]*,client,[^,]*),[\d.]+,[\d.]+,prevent/gm, (_, front, number) => {
    return `${front},${(Number(number) % 7) * 6 + 1}.00,0.00,prevent`;
  });
}

/** For every fifth account, at noon. */
function paymentsOf(dayMs: number): string {
  const paidAt = new Date(dayMs + DAY_MS / 2).toISOString();
  const rows = [1, 6, 11, 16, 21, 26].map((n) => `client-${String(n).padStart(3, '0')},${paidAt},2.50,payment-${n}`);
  return `${['account,paid_at,amount,reference', ...rows].join('\n')}\n`;
}

const ODD_EVENTS = 400;

/** Of each four events one is good, one a rejected row, and two share a number but differ. */
function oddEvents(dayMs: number, count = ODD_EVENTS): Buffer {
  const odd = Array.from({ length: count }, (_, i) => {
    const at = dayMs + i * 60_000;
    const times = { start_at: at, ringing_at: at + 1000, answered_at: at + 2000, ended_at: at + 62_000 };
    const changes = [{}, { end_direction: 7 }, {}, { flow_no: BigInt(i - 1), attempts: 3 }][i % 4];
    return event(i, { softswitch: 'ss9', account: 'client-001', callee_e164: '0049301234', ...times, ...changes });
  });
  return arrowFile(odd, { batchRows: 100 });
}
