import type { DuckDBConnection } from '@duckdb/node-api';
import { type Command, Option } from 'commander';
import { type CommonOptions, formatOf, ratemillCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { OperatorError, usageError } from '../errors.ts';
import { localTime } from '../local-time.ts';
import { writeResult } from '../output.ts';
import { didYouMean } from '../parameters/nearest-name.ts';
import { statementCsv, statementText } from '../render/statement-text.ts';
import { type Period, readStatement, type Statement, type StatementAccount } from '../reports/statement.ts';
import { readMoment } from '../when.ts';

/** `ratemill statement ACCOUNT` */
export function statementCommand(): Command {
  return ratemillCommand('statement')
    .summary("print an account's ledger, with its calls summed by destination")
    .description(
      'Prints what came and went on an account in the order of time, between the balance before and the balance after,\n' +
        'then the calls behind the charges, summed by destination, and the causes behind adjustments. A charge covers the\n' +
        'calls of a run as it rated them, and stands where the last of them ended; an adjustment says what re-rating them\n' +
        'changed.',
    )
    .argument('<account>', 'the account')
    .option('--from <when>', 'first day or moment of the statement (default: from the beginning)')
    .option('--to <when>', 'first day or moment after it (default: to the end)')
    .addOption(new Option('--format <format>', 'of the result (default: text)').choices(['text', 'csv', 'json']))
    .option('--out <file>', 'write the result to a file')
    .addHelpText(
      'after',
      `
A day, such as 2026-03-01, begins at midnight in the time zone of the account; a moment has a zone of its own, such as
2026-03-01T08:00:00Z. minutes are those connected. --json is --format json.

Exit status: 0 done; 1 the account is unknown, or its charges or adjustments differ from its calls; 2 wrong usage.

Examples:
  ratemill statement baltic
  ratemill statement baltic --from 2026-03-01 --to 2026-04-01
  ratemill statement baltic --from 2026-03-01 --format csv --out baltic.csv`,
    )
    .action(async (account: string, options: StatementOptions) => printStatement(account, options));
}

interface StatementOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly format?: Format;
  readonly out?: string;
}

type Format = 'text' | 'csv' | 'json';

/** Reads the statement of an account and writes it to standard output or a file. */
export async function printStatement(name: string, options: StatementOptions): Promise<void> {
  const format = formatOf<Format>(options, 'text');
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  try {
    const account = await findAccount(connection, name, options.db);
    const statement = await readStatement(connection, account, periodOf(options, account.timezone));
    await writeResult([RENDER[format](statement)], options.out);
  } finally {
    close();
  }
}

const RENDER: Record<Format, (statement: Statement) => string> = {
  text: statementText,
  csv: statementCsv,
  json: (statement) => `${JSON.stringify(statement, null, 2)}\n`,
};

export async function findAccount(connection: DuckDBConnection, name: string, db: string): Promise<StatementAccount> {
  const result = await connection.runAndReadAll('SELECT account, name, timezone FROM accounts ORDER BY account');
  const accounts = result.getRowObjects() as unknown as StatementAccount[];
  const found = accounts.find(({ account }) => account === name);
  if (found !== undefined) return found;
  const known = accounts.map(({ account }) => account);
  const hint =
    known.length === 0
      ? '; none is loaded yet: ratemill load accounts FILE'
      : didYouMean(name, known) || `; "ratemill sql 'FROM account_balances'" lists those it has`;
  throw new OperatorError(`there is no account ${name} in ${db}${hint}`);
}

function periodOf({ from, to }: StatementOptions, zone: string): Period {
  const fromMs = readWhen('--from', from, zone);
  const toMs = readWhen('--to', to, zone);
  if (fromMs !== null && toMs !== null && toMs <= fromMs) {
    throw usageError(`--to ${to} is not after --from ${from}: it names the first day or moment after the statement`);
  }
  return { fromMs, toMs };
}

/** A day means its beginning where the account is, not in UTC. */
export function readWhen(option: string, text: string | undefined, zone: string): number | null {
  if (text === undefined) return null;
  const ms = readMoment(option, text);
  return /^\d{4}-\d\d-\d\d$/.test(text.trim()) ? localTime(zone).startOfDay(ms) : ms;
}
