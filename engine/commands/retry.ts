import type { Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { retryText } from '../render/retry-text.ts';
import { reportRetry } from '../reports/retry-report.ts';
import { retryWaiting } from '../retry.ts';

/** `ratemill retry` */
export function retryCommand(): Command {
  return ratemillCommand('retry')
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
    .action(perform(async (options: CommonOptions) => retryCalls(options)));
}

async function retryCalls(options: CommonOptions): Promise<Outcome> {
  const configuration = resolveConfiguration(options);
  for (const warning of configuration.warnings) process.stderr.write(`warning: ${warning}\n`);
  const { connection, close } = await openDatabase(options.db);
  try {
    const report = reportRetry(await retryWaiting(connection, { configuration }));
    return { result: report, text: () => retryText(report) };
  } finally {
    close();
  }
}
