import { text as readText } from 'node:stream/consumers';
import type { DuckDBResult } from '@duckdb/node-api';
import { type Command, Option } from 'commander';
import { auditValues } from '../audits/audit-values.ts';
import { type Audit, auditNames, findAudit, isAuditName, readAudit, standaloneSql } from '../audits/read-audit.ts';
import { type CommonOptions, collect, formatOf, ratemillCommand, wholeNumber } from '../command.ts';
import { usageError } from '../errors.ts';
import { type TextPieces, tellWritten, writeResult } from '../output.ts';
import { exportParquet, readOnlyQuery } from '../read-only-query.ts';
import { grouped } from '../render/amounts.ts';
import { auditsText } from '../render/audits-text.ts';
import { csvPieces, jsonPieces, tablePieces } from '../render/query-result.ts';

/** `ratemill sql 'SELECT …'` */
export function sqlCommand(): Command {
  return ratemillCommand('sql')
    .summary('query the database, read-only')
    .description(
      'Runs a query over the database, read-only, and prints its result. Decimals are printed with all their digits,\n' +
        'times in UTC. The query can reach no other file and no network.',
    )
    .argument('[query]', 'the query in the SQL of DuckDB, or the name of an audit; - reads SQL from standard input')
    .option('--list', 'list the audits, with their parameters')
    .option('--show', 'print the SQL of an audit instead of running it')
    .option('--param <name=value>', 'set a parameter of an audit; may be repeated', collect, [])
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

Audits are queries that come along, each with a header that says what it answers, which parameters it has and what its
columns mean. To have one of your own, print one and change it; the parameters of its header keep working.

Examples:
  ratemill sql --list
  ratemill sql near-midnight --param minutes=5
  ratemill sql near-midnight --show > mine.sql; ratemill sql - --param minutes=5 < mine.sql
  ratemill sql 'SELECT * FROM revenue_by_account LIMIT 10'
  ratemill sql 'FROM rated_calls' --format parquet --out calls.parquet
  ratemill sql - --format csv < audit.sql`,
    )
    .action(async (query: string | undefined, options: SqlOptions) => runSql(query, options));
}

export interface SqlOptions extends CommonOptions {
  readonly list?: boolean;
  readonly show?: boolean;
  readonly param: readonly string[];
  readonly format?: Format;
  readonly out?: string;
  readonly limit?: number;
}

type Format = 'table' | 'csv' | 'json' | 'parquet';

const TERMINAL_ROWS = 200;

/** Runs a query or an audit and writes its result to standard output or a file; or lists the audits, or shows one. */
export async function runSql(query: string | undefined, options: SqlOptions): Promise<void> {
  const format = checkedFormat(options);
  if (options.list) return writeResult([listing(query, options)], options.out);
  if (query === undefined) {
    throw usageError("there is no query; for example: ratemill sql 'SELECT * FROM runs', or ratemill sql --list");
  }
  const audit = await auditOf(query);
  if (options.show) return writeResult([shown(audit)], options.out);
  const bound = { ...audit, values: auditValues(audit, options.param) };
  if (format === 'parquet') {
    const rows = await exportParquet(options.db, bound, options.out as string);
    tellWritten(options.out as string, `${grouped(rows)} rows`);
    return;
  }
  const limit = options.limit ?? (process.stdout.isTTY && options.out === undefined ? TERMINAL_ROWS : 0);
  await readOnlyQuery(options.db, bound, async (result) => {
    await writeResult(piecesOf(result, format, limit === 0 ? Number.POSITIVE_INFINITY : limit), options.out);
  });
}

function listing(query: string | undefined, { json }: SqlOptions): string {
  if (query !== undefined) throw usageError(`--list lists all audits: leave ${query} out, or --list`);
  const audits = auditNames().map(findAudit);
  if (!json) return auditsText(audits);
  const listed = audits.map(({ name, title, answers, parameters, columns }) => {
    return { name, title, answers, parameters, columns };
  });
  return `${JSON.stringify(listed, null, 2)}\n`;
}

/** The audit of a name; SQL stands for itself, with the parameters of its header. `-` is what standard input holds. */
async function auditOf(query: string): Promise<Audit> {
  if (query !== '-' && isAuditName(query)) return findAudit(query);
  return readAudit('the query', query === '-' ? await readText(process.stdin) : query);
}

function shown(audit: Audit): string {
  if (audit.title === '') throw usageError('--show prints the SQL of an audit: give its name, as --list has it');
  return standaloneSql(audit);
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
