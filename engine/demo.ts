import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type ReferenceKind, referenceFiles } from '../datasets/reference.ts';
import { defaultDatabase } from './command.ts';
import { configurationFile, eventsFolder, initFolder } from './commands/init.ts';
import { loadFiles } from './commands/load.ts';
import { rateFiles } from './commands/rate.ts';
import { openDatabase } from './database.ts';
import type { LoadReport } from './reference/load-report.ts';
import type { RunReport } from './reports/run-report.ts';
import { type SimulateResult, simulate, simulateDefaults } from './simulate.ts';

export interface DemoOptions {
  readonly calls: number;
  /** Of an A–Z deck; every rate group has them. */
  readonly prefixes: number;
  readonly seed: number;
}

export const demoDefaults: DemoOptions = {
  calls: simulateDefaults.calls,
  prefixes: simulateDefaults.prefixes,
  seed: simulateDefaults.seed,
};

/** What a demo made, and how long the parts took. Paths begin with the folder as it was named. */
export interface DemoResult {
  readonly dir: string;
  readonly database: string;
  readonly databaseBytes: number;
  readonly configuration: string;
  readonly deck: string;
  readonly events: string;
  readonly simulated: SimulateResult;
  readonly loads: readonly LoadReport[];
  readonly loadSeconds: number;
  readonly run: RunReport;
  /** Cores the machine offers. */
  readonly cores: number;
  /** The call that cost most, null when none was charged: one to look into. */
  readonly dearestCall: { readonly softswitch: string; readonly flowNo: string } | null;
}

/**
 * Fills an empty folder: configuration, simulated traffic with its reference data, then what an operator would do, by the
 * code of the commands themselves: load, rate.
 *
 * @param onStep called with a sentence before each step
 */
export async function runDemo(dir: string, options: DemoOptions, onStep: (step: string) => void): Promise<DemoResult> {
  const database = join(dir, defaultDatabase);
  const events = join(dir, eventsFolder);
  const common = { db: database, set: [], json: true };
  initFolder(dir, { reference: false });
  onStep(`simulating a day of ${options.calls.toLocaleString('en')} calls`);
  const simulated = simulate({ ...simulateDefaults, ...options, out: events, deck: dir });
  onStep('loading the deck, accounts and gateways');
  const startedMs = performance.now();
  const loads: LoadReport[] = [];
  for (const kind of Object.keys(referenceFiles) as ReferenceKind[]) {
    const { result } = await loadFiles(kind, [join(dir, referenceFiles[kind])], common);
    loads.push(...(result as { loads: LoadReport[] }).loads);
  }
  const loadSeconds = (performance.now() - startedMs) / 1000;
  onStep('rating the calls');
  const run = (await rateFiles([events], { ...common, json: false })).result as RunReport;
  return {
    dir,
    database,
    databaseBytes: statSync(database).size,
    configuration: join(dir, configurationFile),
    deck: join(dir, referenceFiles.rates),
    events,
    simulated,
    loads,
    loadSeconds,
    run,
    cores: availableParallelism(),
    dearestCall: await findDearestCall(database),
  };
}

async function findDearestCall(database: string): Promise<DemoResult['dearestCall']> {
  const { connection, close } = await openDatabase(database, { readOnly: true });
  try {
    const result = await connection.runAndReadAll(
      `SELECT softswitch, flow_no::VARCHAR FROM rated_calls WHERE status = 'charged'
       ORDER BY fee DESC, softswitch, flow_no LIMIT 1`,
    );
    const [call] = result.getRows();
    return call === undefined ? null : { softswitch: String(call[0]), flowNo: String(call[1]) };
  } finally {
    close();
  }
}
