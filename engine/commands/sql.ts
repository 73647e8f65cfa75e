import { text as readText } from 'node:stream/consumers';
import type { DuckDBResult } from '@duckdb/node-api';
import { type Command, Option } from 'commander';
import { type CommonOptions, formatOf, ratemillCommand, wholeNumber } from '../command.ts';
import { usageError } from '../errors.ts';
import { type TextPieces, tellWritten, writeResult } from '../output.ts';
import { exportParquet, readOnlyQuery } from '../read-only-query.ts';
import { grouped } from '../render/amounts.ts';
import { csvPieces, jsonPieces, tablePieces } from '../render/query-result.ts';

/** `ratemill sql 'SELECT …'` */
export function sqlCommand(): Command {
  return ratemillCommand('sql')
    .summary('query the database, read-only')
    .description(
      'Runs a query over the database, read-only, and prints its result. Decimals are printed with all their digits,\n' +
        'times in UTC. The query can reach no other file and no network.',
    )
    .argument('<query>', 'the query in the SQL of DuckDB; - reads it from standard input')
    .addOption(
      new Option('--format <format>', 'of the result (default: table)').choices(['table', 'csv', 'json', 'parquet']),
    )
    .option('--out <file>', 'write the result to a file; Parquet needs one')
    .option(
      '--limit <rows>',
      `rows of a table, 0 for all (default: ${TERMINAL_ROWS} on a terminal, else all)`,
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .addHelpText(
      'after',
      `
Tables: rated_calls, unrated_calls, rejected_events, runs, run_counts, rates, accounts, gateways, payments, ledger.
Views for audits: revenue_by_account, revenue_by_destination, revenue_by_day, gateway_quality, margin_by_vendor,
long_calls, illegal_calls_by_ip, account_balances, run_balances. What they and their columns mean:
  ratemill sql "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'rates'"

CSV: null is empty; a text that a spreadsheet would run as a formula gets a ' in front, a called number with a plus
sign too, but no amount. JSON: an array of objects, decimals and whole numbers beyond 2^53 as text. --json is --format
json.

Examples:
  ratemill sql 'SELECT * FROM revenue_by_account LIMIT 10'
  ratemill sql 'FROM rated_calls' --format parquet --out calls.parquet
  ratemill sql - --format csv < audit.sql`,
    )
    .action(async (query: string, options: SqlOptions) => runSql(query, options));
}

export interface SqlOptions extends CommonOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly limit?: number;
}

type Format = 'table' | 'csv' | 'json' | 'parquet';

const TERMINAL_ROWS = 200;

/** Runs a query and writes its result to standard output or a file. `-` stands for what standard input holds. */
export async function runSql(query: string, options: SqlOptions): Promise<void> {
  const format = checkedFormat(options);
  const sql = query === '-' ? await readText(process.stdin) : query;
  if (format === 'parquet') {
    const rows = await exportParquet(options.db, sql, options.out as string);
    tellWritten(options.out as string, `${grouped(rows)} rows`);
    return;
  }
  const limit = options.limit ?? (process.stdout.isTTY && options.out === undefined ? TERMINAL_ROWS : 0);
  await readOnlyQuery(options.db, sql, async (result) => {
    await writeResult(piecesOf(result, format, limit === 0 ? Number.POSITIVE_INFINITY : limit), options.out);
  });
}

function checkedFormat({ format, json, out, limit }: SqlOptions): Format {
  const chosen = formatOf<Format>({ format, json }, 'table');
  if (chosen === 'parquet' && out === undefined) {
    throw usageError('Parquet is not written to standard output: name a file with --out');
  }
  if (limit !== undefined && chosen !== 'table') {
    throw usageError(`--limit is for tables: put LIMIT ${limit} into the query instead`);
  }
  return chosen;
}

function piecesOf(result: DuckDBResult, format: Format, limit: number): TextPieces {
  return format === 'csv' ? csvPieces(result) : format === 'json' ? jsonPieces(result) : tablePieces(result, limit);
}
