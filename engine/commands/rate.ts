import type { Command } from 'commander';
import {
  type Outcome,
  perform,
  tellWarnings,
  type WritingOptions,
  wholeNumber,
  writing,
  writingCommand,
} from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus, FailedLater, usageError } from '../errors.ts';
import { type Log, StageLog } from '../log.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { unknownScopes } from '../parameters/unknown-scopes.ts';
import { runProgress } from '../render/progress.ts';
import { runReportText } from '../render/run-report-text.ts';
import { summaryFields, summaryLine } from '../render/summary-line.ts';
import { type RunReport, reportRun } from '../reports/run-report.ts';
import { runRating } from '../run.ts';
import { readPast } from '../when.ts';

interface RateOptions extends WritingOptions {
  readonly salvage?: boolean;
  readonly maxUnrated?: number;
  readonly since?: string;
  readonly summary?: boolean;
}

/** `ratemill rate [PATH…]` */
export function rateCommand(): Command {
  return writingCommand('rate')
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
    .option(
      '--since <when>',
      'look only at files modified then or later: a date, a moment, or an age such as 36h or 2d',
    )
    .option('--summary', 'print one line instead of the report, for the mail of cron')
    .addHelpText(
      'after',
      `
--since: a date is its midnight in UTC, a moment has a time zone, such as 2026-03-01T08:00:00Z. Files known by their
content are skipped without it, too; it saves looking at them. Take a span that covers late deliveries.
--summary: cron mails what a command prints; a failure is one line, too, on standard error.

Exit status: 0 done; 1 failed, nothing changed; 2 wrong usage or configuration; 3 done, but files were left out or rows
rejected; 4 done, but more calls than --max-unrated have no rate or account.

Examples:
  ratemill rate                                    the files in events/
  ratemill rate 'spool/2026-11-2*/*.arrow'         a glob
  ratemill rate events --set SERVER_BILLING_FREE_TIME=6
  ratemill rate torn.arrows --salvage
  ratemill rate events --since 7d --wait 600 --summary`,
    )
    .action(perform(async (patterns: string[], options: RateOptions) => rateFiles(patterns, options)));
}

/** Rates what the patterns stand for, with a progress bar on a terminal, or a log. */
export async function rateFiles(patterns: readonly string[], options: RateOptions): Promise<Outcome> {
  if (options.summary && options.json) throw usageError('--summary and --json cannot be had together: leave one out');
  const { log, open } = writing('rate', options);
  const since = options.since;
  const sinceMs = since === undefined ? undefined : readPast('--since', since, 'no file can be as new as that');
  const configuration = resolveConfiguration(options);
  tellWarnings(configuration.warnings, log);
  const { connection, close } = await openDatabase(options.db, open);
  tellWarnings(await unknownScopes(connection, configuration.scopes), log);
  const progress = log.on ? undefined : runProgress();
  const stages = new StageLog(log);
  let run = 'retry';
  let report: RunReport;
  try {
    const result = await runRating(connection, {
      patterns,
      configuration,
      salvage: options.salvage ?? false,
      sinceMs,
      onProgress: progress?.update,
      onStage: (stage) => {
        if (stage === 'find') run = 'rate';
        stages.next({ run, stage });
      },
    });
    stages.end();
    report = await reportRun(connection, result, options.db).catch((error) => {
      throw result.runId === undefined ? error : new FailedLater(`run ${result.runId}`, error);
    });
  } finally {
    progress?.stop();
    close();
  }
  logReport(log, report);
  return {
    result: report,
    text: () => runReportText(report),
    exitStatus: statusOf(report, options.maxUnrated),
    summary: { line: summaryLine(report, options.maxUnrated), fields: summaryFields(report) },
  };
}

/** What became of files, and what is to be looked into. */
function logReport(log: Log, { skipped, leftOut, olderFiles, warnings, columns, files }: RunReport): void {
  for (const { path, sameAs } of skipped) log.info('skipped', { path, sameAs });
  if (olderFiles > 0) log.info('older', { files: olderFiles });
  for (const { path, reason } of leftOut) log.warn('leftOut', { path, reason });
  for (const { path, torn } of files)
    if (torn !== undefined) log.warn('warning', { message: `salvaged: ${torn}`, path });
  for (const { path, unknown, absent } of columns) {
    if (unknown.length > 0) log.warn('warning', { message: `unknown columns: ${unknown.join(', ')}`, path });
    if (absent.length > 0) log.warn('warning', { message: `missing columns: ${absent.join(', ')}`, path });
  }
  for (const { warning, calls } of warnings) log.warn('warning', { message: warning, calls });
}

function statusOf({ leftOut, calls, unrated }: RunReport, maxUnrated: number | undefined): number {
  if (maxUnrated !== undefined && unrated.calls > maxUnrated) return exitStatus.unrated;
  return leftOut.length > 0 || calls.rejected > 0 ? exitStatus.incomplete : exitStatus.done;
}
