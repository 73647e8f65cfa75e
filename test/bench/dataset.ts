import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadFiles } from '../../engine/commands/load.ts';
import { simulate, simulateDefaults } from '../../engine/simulate.ts';

/** A folder with simulated traffic, and a database with its decks loaded and nothing rated. */
export interface Dataset {
  readonly folder: string;
  readonly events: string;
  readonly database: string;
}

/** Parameters of the benchmark: all rules on, as a wholesale carrier would have them. */
const CONFIGURATION = {
  parameters: {
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2,
    SERVER_BILLING_FREE_E164S: '800*',
    SERVER_BILLING_NO_CDR_E164S: '5000*',
    SERVER_BILLING_FEE_PRECISTION: 4,
    SERVER_BILLING_FEE_UNIT: '0.0001',
  },
};

const PREFIXES = 100_000;

/** Makes the data set, or takes the one an earlier run has made. */
export async function makeDataset(calls: number): Promise<Dataset> {
  const folder = join(process.env.RATEMILL_BENCH_DIR ?? join(tmpdir(), 'ratemill-bench'), `calls-${calls}`);
  const dataset = { folder, events: join(folder, 'events'), database: join(folder, 'decks.duckdb') };
  const done = join(folder, 'complete');
  if (existsSync(done)) return dataset;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dataset.events, { recursive: true });
  simulate({ ...simulateDefaults, calls, prefixes: PREFIXES, files: 6, out: dataset.events });
  writeFileSync(join(folder, 'ratemill.json'), JSON.stringify(CONFIGURATION));
  for (const kind of ['rates', 'accounts', 'gateways'] as const) {
    await loadFiles(kind, [join(dataset.events, `${kind}.csv`)], { db: dataset.database, set: [], json: true });
  }
  await fillAccounts(dataset.database);
  writeFileSync(done, readdirSync(dataset.events).join('\n'));
  return dataset;
}

/** Nobody runs out of money: the SQL that the rows are compared with knows no overdraft prevention. */
async function fillAccounts(database: string): Promise<void> {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run(`
    UPDATE accounts SET balance = 1e9;
    UPDATE ledger SET amount = 1e9, balance_after = 1e9`);
  connection.closeSync();
  instance.closeSync();
}
