import type { Command } from 'commander';
import { type Outcome, perform, type WritingOptions, writing, writingCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { countOld, pruneCalls } from '../prune.ts';
import { pruneLine, pruneText } from '../render/prune-text.ts';
import { type PruneReport, reportDryRun, reportPrune } from '../reports/prune-report.ts';
import { readPast } from '../when.ts';

interface PruneOptions extends WritingOptions {
  readonly before: string;
  readonly dryRun?: boolean;
}

/** `ratemill prune --before WHEN` */
export function pruneCommand(): Command {
  return writingCommand('prune')
    .summary('remove the detail of old calls, and keep what it came to')
    .description(
      'Removes the rows of calls that ended before a time: rated and superseded ones, and the rejected rows of runs that\n' +
        'finished before it. Runs with their files, parameters and counts, the ledger, payments, decks and all flow numbers\n' +
        'stay, and so do calls that wait for a rate or an account. What was removed is summed by run, status, account and\n' +
        'destination, so that verify and statement still add up. One transaction; its space is free for reuse afterwards.',
    )
    .requiredOption('--before <when>', 'remove calls that ended before: a date, a moment, or an age such as 400d')
    .option('--dry-run', 'say what would be removed, and change nothing')
    .addHelpText(
      'after',
      `
A date is its midnight in UTC, a moment has a time zone, such as 2026-03-01T08:00:00Z.
The views for audits (revenue_by_account, gateway_quality …) are over the calls that are kept: report first, then prune.

Exit status: 0 done, also when there is nothing to remove; 1 failed, nothing changed; 2 wrong usage.

Examples:
  ratemill prune --before 400d --dry-run
  ratemill prune --before 2025-01-01`,
    )
    .action(perform(async (options: PruneOptions) => pruneDatabase(options)));
}

/** Removes the detail of old calls, or counts it. */
export async function pruneDatabase(options: PruneOptions): Promise<Outcome> {
  const beforeMs = readPast('--before', options.before, 'calls that have not ended cannot be old');
  const { open } = writing('prune', options);
  const { connection, close } = await openDatabase(options.db, {
    ...open,
    existing: true,
    readOnly: options.dryRun ?? false,
  });
  try {
    const started = performance.now();
    const report = options.dryRun
      ? reportDryRun(beforeMs, await countOld(connection, beforeMs), performance.now() - started)
      : reportPrune(beforeMs, await pruneCalls(connection, beforeMs));
    return {
      result: report,
      text: () => pruneText(report),
      summary: { line: pruneLine(report), fields: fieldsOf(report) },
    };
  } finally {
    close();
  }
}

function fieldsOf({ pruneId, dryRun, before, removed, waitingKept, database }: PruneReport) {
  const { calls, superseded, rejected } = removed;
  const bytes = {
    bytesBefore: database?.before.bytes,
    bytesAfter: database?.after.bytes,
    bytesFree: database?.after.freeBytes,
  };
  return { pruneId, dryRun, before, calls, superseded, rejected, waitingKept, ...bytes };
}
