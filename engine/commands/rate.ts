import type { Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand, wholeNumber } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus, FailedLater } from '../errors.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { unknownScopes } from '../parameters/unknown-scopes.ts';
import { runProgress } from '../render/progress.ts';
import { runReportText } from '../render/run-report-text.ts';
import { type RunReport, reportRun } from '../reports/run-report.ts';
import { runRating } from '../run.ts';

interface RateOptions extends CommonOptions {
  readonly salvage?: boolean;
  readonly maxUnrated?: number;
}

/** `ratemill rate [PATH…]` */
export function rateCommand(): Command {
  return ratemillCommand('rate')
    .summary('rate call events into the database')
    .description(
      'Rates Arrow files of call events (.arrow, .arrows) under the current parameters and decks, in one transaction.\n' +
        'A file whose content was rated before is skipped; a broken one is left out, and the others are rated.',
    )
    .argument('[path...]', 'files, folders or globs', ['events'])
    .option('--salvage', 'rate the readable part of files that break off')
    .option(
      '--max-unrated <calls>',
      'exit with status 4 when more calls than this have no rate or account',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 failed, nothing changed; 2 wrong usage or configuration; 3 done, but files were left out or rows
rejected; 4 done, but more calls than --max-unrated have no rate or account.

Examples:
  ratemill rate                                    the files in events/
  ratemill rate 'spool/2026-11-2*/*.arrow'         a glob
  ratemill rate events --set SERVER_BILLING_FREE_TIME=6
  ratemill rate torn.arrows --salvage`,
    )
    .action(perform(async (patterns: string[], options: RateOptions) => rateFiles(patterns, options)));
}

/** Rates what the patterns stand for, with a progress bar on a terminal. */
export async function rateFiles(patterns: readonly string[], options: RateOptions): Promise<Outcome> {
  const configuration = resolveConfiguration(options);
  for (const warning of configuration.warnings) process.stderr.write(`warning: ${warning}\n`);
  const { connection, close } = await openDatabase(options.db);
  for (const warning of await unknownScopes(connection, configuration.scopes)) {
    process.stderr.write(`warning: ${warning}\n`);
  }
  const progress = runProgress();
  let report: RunReport;
  try {
    const result = await runRating(connection, {
      patterns,
      configuration,
      salvage: options.salvage ?? false,
      onProgress: progress.update,
    });
    report = await reportRun(connection, result, options.db).catch((error) => {
      throw result.runId === undefined ? error : new FailedLater(`run ${result.runId}`, error);
    });
  } finally {
    progress.stop();
    close();
  }
  return { result: report, text: () => runReportText(report), exitStatus: statusOf(report, options.maxUnrated) };
}

function statusOf({ leftOut, calls, unrated }: RunReport, maxUnrated: number | undefined): number {
  if (maxUnrated !== undefined && unrated.calls > maxUnrated) return exitStatus.unrated;
  return leftOut.length > 0 || calls.rejected > 0 ? exitStatus.incomplete : exitStatus.done;
}
