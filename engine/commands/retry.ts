import type { Command } from 'commander';
import { type Outcome, perform, tellWarnings, type WritingOptions, writing, writingCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import type { Stage } from '../finish-run.ts';
import { StageLog } from '../log.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { unknownScopes } from '../parameters/unknown-scopes.ts';
import { retryText } from '../render/retry-text.ts';
import { reportRetry } from '../reports/retry-report.ts';
import { retryWaiting } from '../retry.ts';

/** `ratemill retry` */
export function retryCommand(): Command {
  return writingCommand('retry')
    .summary('rate the calls that wait for a rate or an account')
    .description(
      'Rates the calls of unrated_calls once more, under the parameters and the deck of now, at the rates that were\n' +
        'effective when they were made. Those whose cause is gone are charged, in a run of their own; the others wait on.\n' +
        'Every "ratemill rate" begins with it.',
    )
    .addHelpText(
      'after',
      `
Exit status: 0 done, also when nothing could be rated; 1 failed, nothing changed; 2 wrong usage or configuration.

Examples:
  ratemill load rates missing.csv && ratemill retry
  ratemill sql 'SELECT * FROM money_at_risk'`,
    )
    .action(perform(async (options: WritingOptions) => retryCalls(options)));
}

async function retryCalls(options: WritingOptions): Promise<Outcome> {
  const { log, open } = writing('retry', options);
  const configuration = resolveConfiguration(options);
  tellWarnings(configuration.warnings, log);
  const { connection, close } = await openDatabase(options.db, { ...open, existing: true });
  tellWarnings(await unknownScopes(connection, configuration.scopes), log);
  const stages = new StageLog(log);
  try {
    const onStage = (stage: Stage) => stages.next({ run: 'retry', stage });
    const report = reportRetry(await retryWaiting(connection, { configuration, onStage }));
    stages.end();
    for (const { warning, calls } of report.warnings) log.warn('warning', { message: warning, calls });
    const { runId, waited, moved, waiting, fee } = report;
    const line = retryText(report).split('\n')[0];
    return {
      result: report,
      text: () => retryText(report),
      summary: { line, fields: { runId, waited, moved, waiting, fee } },
    };
  } finally {
    close();
  }
}
