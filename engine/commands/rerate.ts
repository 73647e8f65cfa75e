import type { Command } from 'commander';
import { waitOption, wholeNumber, writing } from '../command.ts';
import { openDatabase } from '../database.ts';
import { usageError } from '../errors.ts';
import { grouped } from '../render/amounts.ts';
import { bar } from '../render/progress.ts';
import { impactPage } from '../reports/impact-page.ts';
import { impactRemarks } from '../reports/impact-remarks.ts';
import { notesPage } from '../reports/notes-page.ts';
import { statedChanges } from '../reports/stated-changes.ts';
import { computeImpact } from '../rerating/impact.ts';
import { rerate } from '../rerating/rerate.ts';
import { undoRerating } from '../rerating/undo-rerating.ts';
import { type ReportTarget, writeReport } from '../write-report.ts';
import { assertChange, type WhatIfOptions, whatIfCommand, whatIfOf } from './impact.ts';

interface RerateOptions extends WhatIfOptions, ReportTarget {
  readonly commit?: boolean;
  readonly undo?: number;
  readonly notes?: number;
  readonly wait?: number;
}

const MOST_RUNS = 2 ** 31 - 1;

/** `ratemill rerate` */
export function rerateCommand(): Command {
  return whatIfCommand('rerate')
    .summary('rate calls of the past again, undo it, and write credit and debit notes')
    .description(
      'Rates calls of the past again under changed parameters or rates. Without --commit it is told what that would come\n' +
        'to, and nothing is saved. With --commit calls that come out otherwise replace those they were, which are kept in\n' +
        'superseded_calls; adjustments has every change with its cause, the ledger the sum of each account. Accounts that\n' +
        'prevent overdraft are replayed from the beginning of the window on. A second time nothing is left to change.',
    )
    .option('--commit', 'do it')
    .option('--undo <run>', 'take a re-rating back', wholeNumber(1, MOST_RUNS))
    .option('--notes <run>', 'credit and debit notes of a re-rating or its undo', wholeNumber(1, MOST_RUNS))
    .addOption(waitOption())
    .addHelpText(
      'after',
      `
With --commit the files of --rates are loaded as "ratemill load rates --replace" would, in the same transaction.

Exit status: 0 done, also when nothing had to be changed; 1 failed, nothing changed; 2 wrong usage.

Examples:
  ratemill rerate --from 2026-03-01 --until 2026-04-01 --set SERVER_BILLING_FREE_TIME=6
  ratemill rerate --from 2026-03-01 --until 2026-04-01 --set SERVER_BILLING_FREE_TIME=6 --commit
  ratemill rerate --notes 7 --format csv,json --out notes
  ratemill rerate --undo 7`,
    )
    .action(async (options: RerateOptions) => perform(options));
}

async function perform(options: RerateOptions): Promise<void> {
  const asked = [options.commit, options.undo, options.notes].filter((one) => one !== undefined);
  if (asked.length > 1) throw usageError('--commit, --undo and --notes are three things: ask for one at a time');
  if (options.undo !== undefined) return undo(options.undo, options);
  if (options.notes !== undefined) return notes(options.notes, options);
  return again(options);
}

async function again(options: RerateOptions): Promise<void> {
  const whatIf = whatIfOf(options);
  assertChange(whatIf);
  const { connection, close } = await openDatabase(options.db, {
    ...writing('rerate', options).open,
    ...(options.commit ? { existing: true } : { readOnly: true }),
  });
  const progress = bar('rating', 'calls');
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total);
    const changes = await statedChanges(connection, whatIf);
    const done = options.commit
      ? await rerate(connection, whatIf, onProgress)
      : { runId: undefined, calls: 0, impact: await computeImpact(connection, whatIf, onProgress) };
    progress.stop();
    if (options.commit) tell(done.runId, done.calls);
    const subject = { database: options.db, whatIf, changes, remarks: await impactRemarks(connection, whatIf) };
    const page = impactPage(done.impact, { ...subject, runId: done.runId });
    await writeReport(page, options, done.runId === undefined ? 'rerate' : `rerate-run-${done.runId}`);
  } finally {
    progress.stop();
    close();
  }
}

function tell(runId: number | undefined, calls: number): void {
  process.stderr.write(
    runId === undefined
      ? 'all calls are as they should be: nothing was changed\n'
      : `run ${runId}: ${grouped(calls)} calls replaced; "ratemill rerate --undo ${runId}" takes it back, "--notes ${runId}" writes the notes\n`,
  );
}

async function undo(run: number, options: RerateOptions): Promise<void> {
  const { connection, close } = await openDatabase(options.db, { ...writing('rerate', options).open, existing: true });
  try {
    const undone = await undoRerating(connection, run);
    const text = `run ${undone.runId}: run ${run} was undone, ${grouped(undone.calls)} calls are as they were\n`;
    process.stdout.write(options.json ? `${JSON.stringify(undone, null, 2)}\n` : text);
  } finally {
    close();
  }
}

async function notes(run: number, options: RerateOptions): Promise<void> {
  const { connection, close } = await openDatabase(options.db, { ...writing('rerate', options).open, readOnly: true });
  try {
    await writeReport(await notesPage(connection, run, options.db), options, `notes-run-${run}`);
  } finally {
    close();
  }
}
