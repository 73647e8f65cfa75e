import { Argument, type Command } from 'commander';
import { type CommonOptions, ratemillCommand, wholeNumber } from '../command.ts';
import { openDatabase } from '../database.ts';
import { OperatorError } from '../errors.ts';
import { readRuns } from '../reports/run-history.ts';
import { readRunPage } from '../reports/run-page.ts';
import { formatList, type ReportTarget, writeReport } from '../write-report.ts';
import { noSuchRun } from './runs.ts';

/** `ratemill report [RUN]` */
export function reportCommand(): Command {
  return ratemillCommand('report')
    .summary('report on a run as text, HTML, CSV or JSON')
    .description(
      'Reports on a run: what became of the calls, revenue by hour, day, destination, account and gateway, ASR, NER, ACD\n' +
        'and PDD, margins, unrated money, rates damaged by precision, calls near the duration caps, illegal calls,\n' +
        'overdraft, balances, and what the run was done with.',
    )
    .addArgument(new Argument('[run]', 'number of the run (default: the last)').argParser(wholeNumber(1, 2 ** 31 - 1)))
    .option('--format <formats>', 'html, csv, json, text, or several with commas (default: text)', formatList)
    .option('--out <dir>', 'folder for the files (default for HTML and CSV: report-run-N)')
    .addHelpText(
      'after',
      `
HTML is one file, report.html, that needs no network: tables of the first 100 rows that sort, search and download, and
charts. CSV is a file a section with all its rows, report.json the same as one file. Text and JSON go to standard output
unless --out is given or there are files anyway. --json is --format json; beside files it lists them.

Exit status: 0 done; 1 there is no such run, or a file cannot be written; 2 wrong usage.

Examples:
  ratemill report                                  the last run, as text
  ratemill report 3 --format html
  ratemill report --format html,csv,json --out /srv/reports/tonight
  ratemill report 3 --json | jq .headline`,
    )
    .action(async (run: number | undefined, options: ReportOptions) => reportOnRun(run, options));
}

type ReportOptions = CommonOptions & ReportTarget;

/** Reads the report of a run, the last one when none is named, and writes it where the options say. */
export async function reportOnRun(run: number | undefined, options: ReportOptions): Promise<void> {
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  try {
    const runs = await readRuns(connection);
    const found = run === undefined ? runs.at(-1) : runs.find(({ runId }) => runId === run);
    if (found === undefined) throw run === undefined ? noRuns(options.db) : noSuchRun(run, runs.length, options.db);
    const page = await readRunPage(connection, found, options.db);
    await writeReport(page, options, `report-run-${found.runId}`);
  } finally {
    close();
  }
}

function noRuns(database: string): OperatorError {
  return new OperatorError(`there is no run in ${database} yet: rate call events with "ratemill rate"`);
}
