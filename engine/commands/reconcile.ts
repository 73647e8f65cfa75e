import { type Command, InvalidArgumentError, Option } from 'commander';
import { Decimal } from 'decimal.js';
import { formatMoney } from '../../rating/money.ts';
import { type CommonOptions, formatOf, ratemillCommand, wholeNumber } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus, usageError } from '../errors.ts';
import { type TextPieces, writeResult } from '../output.ts';
import { exampleMap, readColumnMap } from '../reconcile/column-map.ts';
import { type ColumnMap, mapSettings, settingNames } from '../reconcile/map-settings.ts';
import type { Leg } from '../reconcile/our-calls.ts';
import { type ReconcileOutcome, type ReconcileTask, reconcile } from '../reconcile/reconcile.ts';
import { streamLines } from '../reconcile/reconciled-lines.ts';
import { amountNotNegative, Refusal } from '../reference/field-readers.ts';
import { mistakeLines } from '../reference/mistake.ts';
import { counted, grouped } from '../render/amounts.ts';
import { csvPieces } from '../render/query-result.ts';
import { reconciliationText } from '../render/reconciliation-text.ts';
import { htmlPieces } from '../render/report-files.ts';
import { type Reconciliation, readReconciliation } from '../reports/reconciliation.ts';
import { reconciliationPage } from '../reports/reconciliation-page.ts';
import { findAccount, readWhen } from './statement.ts';

/** `ratemill reconcile FILE… --account NAME | --vendor NAME --map MAP` */
export function reconcileCommand(): Command {
  const settings = settingNames.map((name) => {
    const setting = mapSettings[name];
    const otherwise = 'default' in setting && setting.default !== '' ? ` (default: ${setting.default})` : '';
    return `  ${name.padEnd(14)} ${setting.meaning}${otherwise}`;
  });
  return ratemillCommand('reconcile')
    .summary("compare a customer's or vendor's call records with ours")
    .description(
      "Compares a partner's CSV files of calls with ours: with --account what a paying account is charged for, with --vendor\n" +
        'what a clearing account charges us for. Nothing is changed.',
    )
    .argument('[file...]', 'CSV files of the partner')
    .option('--account <name>', 'the paying account')
    .option('--vendor <name>', 'the clearing account')
    .option('--map <map>', 'where their columns are: a JSON file, or number=TITLE,start=TITLE,seconds=TITLE,…')
    .option('--print-map', 'print an example of such a file, and do nothing else')
    .option('--from <when>', 'first day or moment (default: the first call of theirs)')
    .option('--to <when>', 'first day or moment after (default: after their last call)')
    .addOption(
      new Option('--clock-tolerance <seconds>', 'how far apart the times of one call may be')
        .argParser(milliseconds)
        .default(2000, '2'),
    )
    .addOption(
      new Option('--clock-offset <seconds>', 'how far their clock is ahead of ours; below 0 when it is behind')
        .argParser(signedMilliseconds)
        .default(0, '0'),
    )
    .addOption(
      new Option('--seconds-threshold <seconds>', 'difference of durations that does not count')
        .argParser(milliseconds)
        .default(1000, '1'),
    )
    .option('--money-threshold <money>', 'difference of amounts of a call that does not count', money, '0.01')
    .option('--max-difference <money>', 'difference of the sums of money that is let pass', money, '0')
    .option('--max-unmatched <calls>', 'calls that only one side has that are let pass', wholeNumber(0, 1e9), 0)
    .option(
      '--max-differing <calls>',
      'matched calls beyond a threshold that are let pass (default: any when amounts are compared, else 0)',
      wholeNumber(0, 1e9),
    )
    .option('--largest <calls>', 'largest differences that are shown', wholeNumber(0, 100_000), 10)
    .addOption(
      new Option('--format <format>', 'of the result (default: text)').choices(['text', 'csv', 'json', 'html']),
    )
    .option('--skip-matched', 'leave calls that match out of CSV')
    .option('--out <file>', 'write the result to a file')
    .addHelpText(
      'after',
      `
Two calls are the same when their numbers are equal and their times within the tolerance, the nearest in time first, and
among those as many whole seconds apart the ones with the nearest durations. A common id (see the map) decides before the
time does; callers must be equal where both sides name one. No call is matched twice. 2 seconds are one for files which
cut seconds off, and one between the switches.

A local time that comes twice when clocks are put back is taken as whichever has a call of ours. Without --from and --to
only our calls of the time the file covers count as missing there. A day begins at midnight in the zone of the map.

Settings of the map, all text or true and false:
${settings.join('\n')}

CSV has a line for each call and each line that could not be read; a spreadsheet that does not take so many takes
--skip-matched. --format html is one page that needs no network, best with --out. --json is --format json.

Exit status: 0 all within --max-difference, --max-unmatched and --max-differing; 3 reconciled, but beyond one of them, or
lines could not be read; 1 nothing was reconciled; 2 wrong usage, or a map that does not fit the file.

Examples:
  ratemill reconcile --print-map > vendor.json
  ratemill reconcile march.csv --vendor carrier-1 --map vendor.json --max-difference 5 --max-unmatched 20
  ratemill reconcile march.csv --account cedar --map 'number=Called,start=Answered,seconds=Duration,timezone=Europe/Berlin'`,
    )
    .action(async (files: string[], options: ReconcileOptions) => {
      if (options.printMap) process.stdout.write(`${JSON.stringify(exampleMap, null, 2)}\n`);
      else await printReconciliation(files, options);
    });
}

export interface ReconcileOptions extends CommonOptions {
  readonly account?: string;
  readonly vendor?: string;
  readonly map?: string;
  readonly printMap?: boolean;
  readonly from?: string;
  readonly to?: string;
  /** Milliseconds, like the next two. */
  readonly clockTolerance: number;
  readonly clockOffset: number;
  readonly secondsThreshold: number;
  /** A decimal, like the next. */
  readonly moneyThreshold: string;
  readonly maxDifference: string;
  readonly maxUnmatched: number;
  readonly maxDiffering?: number;
  readonly largest: number;
  readonly format?: Format;
  readonly skipMatched?: boolean;
  readonly out?: string;
}

type Format = 'text' | 'csv' | 'json' | 'html';

/** Compares the files, writes what was found to standard output or a file, and sets the exit status. */
export async function printReconciliation(files: readonly string[], options: ReconcileOptions): Promise<void> {
  const format = formatOf<Format>(options, 'text');
  if (files.length === 0) throw usageError('name a CSV file of the partner');
  if (options.map === undefined)
    throw usageError('--map is missing; "ratemill reconcile --print-map" prints an example');
  const map = readColumnMap(options.map);
  const whose = partnerOf(options);
  const period = periodOf(options, map);
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  try {
    await findAccount(connection, whose.account, options.db);
    const task: ReconcileTask = {
      ...{ ...whose, ...period, files, map },
      toleranceMs: options.clockTolerance,
      clockOffsetMs: options.clockOffset,
      secondsThresholdMs: options.secondsThreshold,
      moneyThreshold: options.moneyThreshold,
    };
    const report = await readReconciliation(connection, task, await reconcile(connection, task), options.largest);
    const exceeded = exceededLimits(report, options);
    if (format !== 'json') tellUnreadable(report);
    const pieces =
      format === 'csv'
        ? csvPieces(await streamLines(connection, task, { skipMatched: options.skipMatched === true }))
        : RENDER[format](report, exceeded);
    await writeResult(pieces, options.out);
    if (format === 'csv') process.stderr.write(exceeded.map((line) => `${line}\n`).join(''));
    process.exitCode = exceeded.length === 0 ? exitStatus.done : exitStatus.incomplete;
  } finally {
    close();
  }
}

const RENDER: Record<Exclude<Format, 'csv'>, (report: Reconciliation, exceeded: readonly string[]) => TextPieces> = {
  text: (report, exceeded) => {
    return [[reconciliationText(report), exceeded.map((line) => `${line}\n`).join('')].filter(Boolean).join('\n')];
  },
  json: (report, exceeded) => [`${JSON.stringify({ ...report, exceeded }, null, 2)}\n`],
  html: (report, exceeded) => htmlPieces(reconciliationPage(report, exceeded)),
};

function partnerOf({ account, vendor }: ReconcileOptions): { account: string; leg: Leg } {
  if (account !== undefined && vendor === undefined) return { account, leg: 'client' };
  if (vendor !== undefined && account === undefined) return { account: vendor, leg: 'vendor' };
  throw usageError('name whose file it is: either --account, who pays us, or --vendor, whom we pay');
}

function periodOf({ from, to }: ReconcileOptions, { timezone }: ColumnMap) {
  const fromMs = readWhen('--from', from, timezone);
  const toMs = readWhen('--to', to, timezone);
  if (fromMs !== null && toMs !== null && toMs <= fromMs) {
    throw usageError(`--to ${to} is not after --from ${from}: it names the first day or moment after the period`);
  }
  return { fromMs, toMs };
}

/** What does not pass, a sentence each. */
function exceededLimits(report: Reconciliation, limits: ReconcileOptions): string[] {
  const calls = (...names: ReconcileOutcome[]) =>
    report.outcomes
      .filter(({ of }) => names.includes(of))
      .reduce((sum, { theirs, ours }) => sum + Math.max(theirs.calls, ours.calls), 0);
  const unmatched = calls('only_ours', 'only_theirs');
  const differing = calls('duration', 'money', 'duration_and_money');
  const { money: difference } = report.total;
  const { unreadable } = report.lines;
  const found: string[] = [];
  const differingAllowed = limits.maxDiffering ?? (difference === null ? 0 : Number.POSITIVE_INFINITY);
  if (difference !== null && new Decimal(difference).abs().gt(limits.maxDifference)) {
    found.push(`the sums of money differ by ${difference}, above --max-difference ${limits.maxDifference}`);
  }
  if (unmatched > limits.maxUnmatched) {
    found.push(`calls without a match: ${grouped(unmatched)}, above --max-unmatched ${limits.maxUnmatched}`);
  }
  if (differing > differingAllowed) {
    found.push(`matched calls that differ: ${grouped(differing)}, above --max-differing ${differingAllowed}`);
  }
  if (unreadable > 0) found.push(`${counted(unreadable, 'line')} could not be read`);
  return found;
}

function tellUnreadable({ files, unreadable }: Reconciliation): void {
  for (const file of files) {
    const mistakes = unreadable.filter((mistake) => mistake.file === file);
    process.stderr.write(
      mistakeLines(file, mistakes)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
}

function milliseconds(text: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text))
    throw new InvalidArgumentError(`${text} is not a number of seconds, such as 2 or 0.5.`);
  return Math.round(Number(text) * 1000);
}

function signedMilliseconds(text: string): number {
  return text.startsWith('-') ? -milliseconds(text.slice(1)) : milliseconds(text);
}

function money(text: string): string {
  const micros = amountNotNegative(text);
  if (micros instanceof Refusal) throw new InvalidArgumentError(`${text} is not ${micros.expected}.`);
  return formatMoney(micros);
}
