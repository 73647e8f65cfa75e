import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { type Outcome, perform, type WritingOptions, writing, writingCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus, FailedLater, OperatorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { type Kind, kinds } from '../reference/kinds.ts';
import { loadFile } from '../reference/load-file.ts';
import type { LoadReport } from '../reference/load-report.ts';
import { loadText, mistakesText } from '../reference/load-text.ts';
import { mistakeLines } from '../reference/mistake.ts';

/** `ratemill load rates|accounts|gateways|payments FILE…` */
export function loadCommand(): Command {
  const load = new Command('load')
    .summary('load rates, accounts, gateways or payments from CSV files')
    .description(
      'Loads reference data from CSV files (UTF-8, comma separated, a header line). A file is loaded as a whole or not\n' +
        'at all; every mistake is listed. Loading a file a second time changes nothing.',
    );
  for (const kind of Object.values(kinds)) load.addCommand(loadKindCommand(kind as unknown as Kind));
  return load;
}

interface LoadCommandOptions extends WritingOptions {
  readonly replace?: boolean;
}

/** Loads the files one after the other; those without mistakes are loaded whatever becomes of the others. */
export async function loadFiles(
  kind: Kind['kind'],
  files: readonly string[],
  options: LoadCommandOptions,
): Promise<Outcome> {
  const { log, open } = writing('load', options);
  const { parameters, quantiseRates, warnings } = resolveConfiguration(options);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new OperatorError(`${missing.join(', ')} does not exist; nothing was loaded`);
  const { connection, close } = await openDatabase(options.db, open);
  const reports: LoadReport[] = [];
  try {
    for (const file of files) {
      const report = await loadFile(connection, kind, file, {
        replace: options.replace ?? false,
        precision: parameters.SERVER_BILLING_FEE_PRECISTION,
        quantiseRates,
      }).catch((error) => {
        const loaded = reports.filter(({ outcome }) => outcome === 'loaded').map(({ loadId }) => `load ${loadId}`);
        throw loaded.length === 0 ? error : new FailedLater(loaded.join(', '), error);
      });
      reports.push(report);
      logLoad(log, report);
      if (!options.json && !log.on) process.stderr.write(mistakesText(report));
    }
  } finally {
    close();
  }
  const refused = reports.filter(({ outcome }) => outcome === 'refused').length;
  return {
    result: { loads: reports, warnings },
    text: () => [...warnings.map((warning) => `warning: ${warning}\n`), ...reports.map(loadText)].join(''),
    exitStatus:
      refused === 0 ? exitStatus.done : refused === reports.length ? exitStatus.failed : exitStatus.incomplete,
  };
}

function logLoad(log: Log, { file: path, mistakes, warnings, ...report }: LoadReport): void {
  const { kind, outcome, loadId, rows, added, changed } = report;
  for (const message of mistakeLines(path, mistakes)) log.error('mistake', { path, message });
  for (const message of warnings) log.warn('warning', { message, path });
  log.info('load', { path, kind, outcome, loadId, rows, added, changed, mistakes: mistakes.length });
}

function loadKindCommand(kind: Kind): Command {
  const required = Object.keys(kind.columns).filter((name) => !('absent' in kind.columns[name]));
  const optional = Object.keys(kind.columns).filter((name) => 'absent' in kind.columns[name]);
  return writingCommand(kind.kind)
    .summary(`load ${kind.kind}`)
    .description(`Loads ${kind.kind} from CSV files.`)
    .argument('<file...>', 'CSV files')
    .option('--replace', REPLACE[kind.kind])
    .addHelpText(
      'after',
      `
Columns: ${required.join(', ')}${optional.length === 0 ? '' : `\nOptional: ${optional.join(', ')}`}
No two rows may have the same ${kind.key.join(', ')}.
${NOTES[kind.kind]}

Exit status: 0 done; 1 nothing was loaded; 2 wrong usage or configuration; 3 some files were loaded, others refused.`,
    )
    .action(perform(async (files: string[], options: LoadCommandOptions) => loadFiles(kind.kind, files, options)));
}

const REPLACE: Record<Kind['kind'], string> = {
  rates: 'let rows take the place of those with the same key; the replaced ones are kept as history',
  accounts: 'load a file again although it was loaded before',
  gateways: 'load a file again although it was loaded before',
  payments: 'load a file again although it was loaded before; no payment is booked twice, and none is changed',
};

const NOTES: Record<Kind['kind'], string> = {
  rates: `rate and connect_fee are money with a decimal point, rate per minute; increments are seconds.
effective_from and effective_until are dates (midnight UTC) or times with a zone; a row holds until before the latter.

Example:
  ratemill load rates wholesale.csv --db night.duckdb
  ratemill load rates corrected.csv --replace`,
  accounts: `kind is client or vendor, overdraft prevent or allow, timezone an IANA name. balance is the opening balance: it
counts when the account is loaded first, and may not differ later.

Example:
  ratemill load accounts accounts.csv`,
  gateways: `direction is mapping (account: who pays) or routing (account: whom we pay); address may be empty.

Example:
  ratemill load gateways gateways.csv`,
  payments: `paid_at is a date (midnight UTC) or a time with a zone. amount is any but 0: one below 0 is a refund, or a payment taken
back, and is refused where overdraft is prevented and the balance would fall below -credit_limit. Each payment is booked
in the ledger, in the order of paid_at; one that is there already is left alone.

Example:
  ratemill load payments payments.csv
  ratemill sql 'SELECT * FROM account_balances'`,
};
