import { Argument, type Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand, wholeNumber } from '../command.ts';
import { openDatabase } from '../database.ts';
import { OperatorError } from '../errors.ts';
import { runHistoryText, runRecordText } from '../render/run-history-text.ts';
import { readRun, readRuns } from '../reports/run-history.ts';

/** `ratemill runs [RUN]` */
export function runsCommand(): Command {
  return ratemillCommand('runs')
    .summary('list the runs, or show one of them')
    .description(
      'Lists the runs of the database, oldest first, or shows one: its parameters and where they came from, its files,\n' +
        'what became of the calls, and its warnings.',
    )
    .addArgument(new Argument('[run]', 'number of a run').argParser(wholeNumber(1, 2 ** 31 - 1)))
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 there is no such run.

Examples:
  ratemill runs
  ratemill runs 3 --db night.duckdb`,
    )
    .action(perform(async (run: number | undefined, options: CommonOptions) => listRuns(run, options)));
}

/** The history, or one run of it. */
export async function listRuns(run: number | undefined, options: CommonOptions): Promise<Outcome> {
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  try {
    const runs = await readRuns(connection);
    if (run === undefined) return { result: { runs }, text: () => runHistoryText(runs) };
    const found = runs.find(({ runId }) => runId === run);
    if (found === undefined) throw noSuchRun(run, runs.length, options.db);
    const record = await readRun(connection, found);
    return { result: record, text: () => runRecordText(record) };
  } finally {
    close();
  }
}

/** Says that a run is not there, and how to find those that are. */
export function noSuchRun(run: number, runs: number, database: string): OperatorError {
  const known = runs === 0 ? 'it has none yet' : '"ratemill runs" lists those it has';
  return new OperatorError(`there is no run ${run} in ${database}: ${known}`);
}
