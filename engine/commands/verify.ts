import type { Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus } from '../errors.ts';
import { grouped } from '../render/amounts.ts';
import { printable, textTable } from '../render/text-table.ts';
import { type CheckResult, verifyDatabase } from '../verify.ts';

/** `ratemill verify` */
export function verifyCommand(): Command {
  return ratemillCommand('verify')
    .summary('check all invariants over the whole database')
    .description(
      'Checks the whole database: that no row was lost, that no call was rated twice, that everything referred to is\n' +
        'there, that every fee follows from its row of the deck and the parameters of its run, by computing all of them\n' +
        'again in exact SQL, and that the ledger adds up. Nothing is changed.',
    )
    .addHelpText(
      'after',
      '\nExit status: 0 all invariants hold; 1 some do not, the first rows that break them are shown.',
    )
    .action(perform(async (options: CommonOptions) => verify(options)));
}

/** Runs all checks; the outcome has a line for each. */
export async function verify({ db }: CommonOptions): Promise<Outcome> {
  const { connection, close } = await openDatabase(db, { readOnly: true });
  try {
    const results = await verifyDatabase(connection);
    const broken = results.filter(({ violations }) => violations > 0);
    return {
      result: { database: db, checks: results, broken: broken.length },
      text: () => verifyText(results),
      exitStatus: broken.length > 0 ? exitStatus.failed : exitStatus.done,
    };
  } finally {
    close();
  }
}

function verifyText(results: readonly CheckResult[]): string {
  const table = textTable(
    [
      { title: 'check' },
      { title: 'rows', align: 'right' },
      { title: 'violations', align: 'right' },
      { title: 'what must hold' },
    ],
    results.map(({ name, rows, violations, meaning }) => [name, grouped(rows), grouped(violations), meaning]),
  );
  const broken = results.filter(({ violations }) => violations > 0);
  const examples = broken.map(({ name, violations, examples: rows }) => {
    const more = violations > rows.length ? `first ${rows.length} of ${grouped(violations)}` : 'all';
    return `\n${name} (${more}):\n${rows.map((row) => `  ${printable(JSON.stringify(row))}\n`).join('')}`;
  });
  const verdict =
    broken.length === 0 ? 'All invariants hold.' : `${broken.length} of ${results.length} invariants are broken.`;
  return `${table}\n${verdict}\n${examples.join('')}`;
}
