import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand, wholeNumber } from '../command.ts';
import { textTable } from '../render/text-table.ts';
import { type SimulateOptions, type SimulateResult, simulate, simulateDefaults } from '../simulate.ts';

/** `ratemill simulate`: call events without SIP, seeded, at any size. */
export function simulateCommand(): Command {
  return ratemillCommand('simulate')
    .summary('write simulated call events and the reference data they belong to')
    .description(
      'Writes call events of simulated softswitches, and the deck, accounts and gateways they belong to.\n' +
        'The same options give the same files, byte by byte. The memory used does not depend on the number of calls.',
    )
    .option('--calls <n>', 'call events of all softswitches together', wholeNumber(1, 1e9), simulateDefaults.calls)
    .option('--days <n>', 'days the traffic spans', wholeNumber(1, 3660), simulateDefaults.days)
    .addOption(
      new Option('--start <date>', 'first day (UTC)')
        .argParser(day)
        .default(simulateDefaults.startMs, new Date(simulateDefaults.startMs).toISOString().slice(0, 10)),
    )
    .option('--seed <n>', 'another seed, another traffic', wholeNumber(0, 2 ** 32 - 1), simulateDefaults.seed)
    .option('--out <dir>', 'folder of the event files', 'simulated')
    .option('--files <n>', 'files of each softswitch', wholeNumber(1, 9999), simulateDefaults.files)
    .addOption(
      new Option('--form <form>', 'Arrow IPC file (.arrow) or stream (.arrows)')
        .choices(['file', 'stream'])
        .default(simulateDefaults.form),
    )
    .option(
      '--deck <dir>',
      'folder of rates.csv, accounts.csv and gateways.csv: read if there, else made (default: --out)',
    )
    .option('--no-reference', 'do not write reference data that are not there')
    .option('--prefixes <n>', 'prefixes of a deck that is made', wholeNumber(100, 200_000), simulateDefaults.prefixes)
    .option('--accounts <n>', 'clients that are made', wholeNumber(1, 100_000), simulateDefaults.accounts)
    .option('--gateways <n>', 'gateways that are made', wholeNumber(2, 10_000), simulateDefaults.gateways)
    .addHelpText(
      'after',
      `
Examples:
  ratemill simulate                                        a Monday of 300,000 calls in ./simulated
  ratemill simulate --calls 5000000 --days 7 --files 7     a week, seven files a softswitch
  ratemill simulate --deck reference --start 2026-03-03 --seed 2 --out more   the day after, for the same deck
  ratemill simulate --form stream --calls 1000             Arrow streams (.arrows)`,
    )
    .action(perform(async (options: CommonOptions & Typed) => simulateOutcome(options)));
}

type Typed = Omit<SimulateOptions, 'startMs' | 'writeReference'> & {
  readonly calls: number;
  readonly start: number;
  readonly reference: boolean;
};

function simulateOutcome({ calls, days, start, seed, out, files, form, deck, reference, ...sizes }: Typed): Outcome {
  const { prefixes, accounts, gateways } = sizes;
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value} of {total} events | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: null,
  });
  const shown = process.stderr.isTTY === true;
  if (shown) bar.start(calls, 0);
  try {
    const result = simulate(
      {
        calls,
        days,
        startMs: start,
        seed,
        out,
        files,
        form,
        deck,
        writeReference: reference,
        prefixes,
        accounts,
        gateways,
      },
      (events) => shown && bar.update(events),
    );
    return { result, text: () => summary(result) };
  } finally {
    if (shown) bar.stop();
  }
}

function summary(result: SimulateResult): string {
  const { calls, files, bytes, seconds, deck, reference, routePrefixDigits } = result;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const table = textTable(
    [{ title: 'file' }, { title: 'events' }, { title: 'bytes' }],
    [
      ...files.map((file) => [file.path, count(file.rows), count(file.bytes)]),
      [`${files.length} files`, count(calls), count(bytes)],
    ],
  );
  const folder = files[0].path.replace(/[^/\\]*$/, '') || '.';
  const load = ['rates', 'accounts', 'gateways']
    .map((kind) => `  ratemill load ${kind} ${deck}/${kind}.csv\n`)
    .join('');
  return [
    table,
    `\n${count(calls / seconds)} events a second; reference data ${reference} ${reference === 'read' ? 'from' : 'in'} ${deck}\n`,
    '\nNext:\n',
    reference === 'not written' ? '' : load,
    `  ratemill rate ${folder} --set SERVER_BILLING_GATEWAY_ROUTE_PREFIX=${routePrefixDigits}`,
    " --set 'SERVER_BILLING_FREE_E164S=800*' --set 'SERVER_BILLING_NO_CDR_E164S=5000*'",
    ' --set SERVER_BILLING_FEE_PRECISTION=4 --set SERVER_BILLING_FEE_UNIT=0.0001\n',
  ].join('');
}

function day(text: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!real || time < Date.UTC(2000, 0, 2) || time > Date.UTC(2049, 11, 31)) {
    throw new InvalidArgumentError(`${text} is not a day from 2000-01-02 to 2049-12-31, such as 2026-03-02.`);
  }
  return time;
}
