/**
 * The limit of any such pipeline: DuckDB alone storing the finished rows.
 * node store.ts SOURCE DATABASE [parquet|superseded]: CREATE TABLE AS from table `calls` of SOURCE, from the Parquet file
 * SOURCE, or from table `superseded` of SOURCE, into a new database file, checkpoint included.
 */
import { rmSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { report } from './measure.ts';

const [source, database, form] = process.argv.slice(2);
rmSync(database, { force: true });
const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
if (form !== 'parquet') await connection.run(`ATTACH '${source}' AS source (READ_ONLY)`);
const current = '(FROM source.calls UNION ALL FROM source.waiting_calls)';
const rows = { parquet: `'${source}'`, superseded: 'source.superseded' }[form] ?? current;
const started = performance.now();
await connection.run('SET preserve_insertion_order = false');
await connection.run(`CREATE TABLE calls AS FROM ${rows}`);
await connection.run('CHECKPOINT');
const seconds = (performance.now() - started) / 1000;
const [[fee, stored]] = (
  await connection.runAndReadAll('SELECT sum(fee)::VARCHAR, count(*)::INTEGER FROM calls')
).getRows();
connection.closeSync();
instance.closeSync();
report({ seconds, fee: fee as string, stored: stored as number });
