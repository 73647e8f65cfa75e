import { Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus } from '../errors.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { checkDeck } from '../reference/check-deck.ts';
import { checkText } from '../reference/check-text.ts';

/** `ratemill rates check FILE` */
export function ratesCommand(): Command {
  return new Command('rates').summary('check a deck before it is loaded').addCommand(checkCommand());
}

interface CheckOptions extends CommonOptions {
  readonly vendorGroup?: string;
  readonly againstDb?: boolean;
}

/** Lints a deck; nothing is loaded. Exit status 1 when loading would refuse it. */
export async function checkRates(file: string, options: CheckOptions): Promise<Outcome> {
  const { parameters, quantiseRates, warnings } = resolveConfiguration(options);
  const database = options.againstDb ? await openDatabase(options.db, { readOnly: true }) : undefined;
  try {
    const check = await checkDeck(file, {
      vendorGroup: options.vendorGroup,
      precision: parameters.SERVER_BILLING_FEE_PRECISTION,
      quantiseRates,
      connection: database?.connection,
    });
    return {
      result: { ...check, warnings },
      text: () => [...warnings.map((warning) => `warning: ${warning}\n`), checkText(check)].join(''),
      exitStatus: check.mistakes.length > 0 ? exitStatus.failed : exitStatus.done,
    };
  } finally {
    database?.close();
  }
}

function checkCommand(): Command {
  return ratemillCommand('check')
    .summary('lint a deck')
    .description(
      'Checks a deck without loading it: mistakes and duplicates, rates hidden by overlapping dates, rates that\n' +
        'SERVER_BILLING_FEE_PRECISTION would change, and rates below what a vendor charges.',
    )
    .argument('<file>', 'CSV file with rates')
    .option('--vendor-group <group>', 'the rate group of a vendor; other rates are compared with its rates')
    .option('--against-db', 'look at the rates of the database as well')
    .addHelpText(
      'after',
      `
Margins compare rate with rate: increments and connect fees are left out, and so are locked rows.

Example:
  ratemill rates check wholesale.csv --vendor-group carrier --against-db`,
    )
    .action(perform(async (file: string, options: CheckOptions) => checkRates(file, options)));
}
