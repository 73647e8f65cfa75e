import { Command, Option } from 'commander';
import { collect, defaultDatabase } from '../command.ts';
import { openDatabase } from '../database.ts';
import { usageError } from '../errors.ts';
import { parseOverrides } from '../parameters/overrides.ts';
import { parseSweep } from '../parameters/sweep-axis.ts';
import { bar } from '../render/progress.ts';
import { impactPage } from '../reports/impact-page.ts';
import { impactRemarks, preventingAccounts } from '../reports/impact-remarks.ts';
import { statedChanges } from '../reports/stated-changes.ts';
import { sweepPage } from '../reports/sweep-page.ts';
import { computeImpact } from '../rerating/impact.ts';
import { computeSweep } from '../rerating/sweep.ts';
import type { WhatIf } from '../rerating/what-if.ts';
import { readMoment } from '../when.ts';
import { formatList, type ReportTarget, writeReport } from '../write-report.ts';

/** What is asked of history: the options that `impact` and `rerate` share. */
export interface WhatIfOptions {
  readonly db: string;
  readonly from?: string;
  readonly until?: string;
  readonly set: readonly string[];
  readonly rates: readonly string[];
  readonly currentDeck?: boolean;
}

interface ImpactOptions extends WhatIfOptions, ReportTarget {
  readonly sweep: readonly string[];
}

/** A command with the options that say which calls are looked at and what is changed for them. */
export function whatIfCommand(name: string): Command {
  return new Command(name)
    .option('--db <file>', 'the database', defaultDatabase)
    .option('--from <time>', 'calls begun then or later: a day, or a moment with a time zone')
    .option('--until <time>', 'calls begun before')
    .option('--set <NAME=VALUE>', 'change a parameter; may be repeated', collect, [])
    .option('--rates <file>', 'change rates: look all calls up with this deck on top; may be repeated', collect, [])
    .addOption(
      new Option(
        '--current-deck',
        'look all calls up in the deck, accounts and gateways as they are loaded now',
      ).conflicts('rates'),
    )
    .option('--format <formats>', 'html, csv, json, text, or several with commas (default: text)', formatList)
    .option('--out <dir>', `folder for the files (default for HTML and CSV: ${name})`)
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for the options and examples)')
    .allowExcessArguments(false);
}

/** `ratemill impact` */
export function impactCommand(): Command {
  return whatIfCommand('impact')
    .summary('what would other parameters or rates have earned? Nothing is saved')
    .description(
      'Rates calls of the past under changed parameters or rates and compares with what they were charged: in total, by\n' +
        'account, destination, gateway, day, hour and status, with each cause apart. Nothing is saved. Everything else is\n' +
        'as it was for each call: its own parameters, its own rate. What a scope sets for a gateway, account or rate group\n' +
        'stays. With --sweep a parameter goes through a range, or two through a grid.',
    )
    .option('--sweep <NAME=a..b/step>', 'values of a parameter; twice for a grid', collect, [])
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 failed; 2 wrong usage.

Examples:
  ratemill impact --set SERVER_BILLING_FREE_TIME=6 --set SERVER_BILLING_FEE_UNIT=0.001
  ratemill impact --from 2026-03-01 --until 2026-04-01 --rates new-deck.csv --format html
  ratemill impact --sweep SERVER_BILLING_FREE_TIME=0..60/5
  ratemill impact --sweep SERVER_BILLING_FREE_TIME=0..30/3 --sweep SERVER_BILLING_FEE_PRECISTION=0..4 --format html,csv`,
    )
    .action(async (options: ImpactOptions) => impact(options));
}

async function impact(options: ImpactOptions): Promise<void> {
  const whatIf = whatIfOf(options);
  const axes = options.sweep.map(parseSweep);
  if (axes.length > 2) throw usageError('--sweep can be given twice, for a grid of two parameters');
  if (axes.length === 2 && axes[0].name === axes[1].name) throw usageError(`--sweep ${axes[0].name} is given twice`);
  if (axes.length === 0) assertChange(whatIf);
  const points = axes.reduce((count, { values }) => count * values.length, 1);
  if (points > MOST_POINTS)
    throw usageError(`a grid of ${points} points is more than ${MOST_POINTS}: take larger steps`);
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  const progress = bar('rating', 'calls');
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total);
    if (axes.length > 0) {
      const sweep = await computeSweep(connection, whatIf, axes, onProgress);
      progress.stop();
      const preventing = await preventingAccounts(connection, whatIf.window);
      const subject = {
        database: options.db,
        whatIf,
        changes: await statedChanges(connection, whatIf, axes),
        preventing,
      };
      await writeReport(sweepPage(sweep, axes, subject), options, 'impact');
      return;
    }
    const found = await computeImpact(connection, whatIf, onProgress);
    progress.stop();
    const changes = await statedChanges(connection, whatIf);
    const remarks = await impactRemarks(connection, whatIf);
    const page = impactPage(found, { database: options.db, whatIf, changes, remarks });
    await writeReport(page, options, 'impact');
  } finally {
    progress.stop();
    close();
  }
}

const MOST_POINTS = 2500;

/** Reads what is asked; values and messages are those of the configuration. */
export function whatIfOf({ from, until, set, rates, currentDeck }: WhatIfOptions): WhatIf {
  const { values, mistakes } = parseOverrides(set);
  if (mistakes.length > 0) throw usageError('some changes cannot be read', mistakes);
  const window = {
    fromMs: from === undefined ? null : readMoment('--from', from),
    untilMs: until === undefined ? null : readMoment('--until', until),
  };
  if (window.fromMs !== null && window.untilMs !== null && window.untilMs <= window.fromMs) {
    throw usageError(`--until ${until} is not after --from ${from}: the window would be empty`);
  }
  return {
    window,
    parameters: values.parameters ?? {},
    ...(values.quantiseRates === undefined ? {} : { quantiseRates: values.quantiseRates }),
    deck: rates.length > 0 ? { files: rates } : currentDeck ? 'current' : 'kept',
  };
}

/** @throws OperatorError, exit status 2, when nothing is changed */
export function assertChange({ parameters, quantiseRates, deck }: WhatIf): void {
  if (Object.keys(parameters).length > 0 || quantiseRates !== undefined || deck !== 'kept') return;
  throw usageError('nothing is changed: name a parameter with --set, a deck with --rates, or --current-deck');
}
