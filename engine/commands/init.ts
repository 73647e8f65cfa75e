import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Outcome, perform } from '../command.ts';
import { OperatorError } from '../errors.ts';
import { kinds } from '../reference/kinds.ts';
import { insideFolder, pasteable } from '../render/next-commands.ts';
import { starterConfiguration, starterReference } from '../starter-files.ts';

/** `ratemill init [DIR]` */
export function initCommand(): Command {
  return new Command('init')
    .summary('make a working folder: configuration, small deck, accounts, gateways, payments')
    .description(
      'Makes a working folder: ratemill.json, a deck, accounts, gateways and payments small enough to be read by hand, and\n' +
        'a folder for event files. What is there already is never overwritten.',
    )
    .argument('[dir]', 'the folder; made when it is not there', '.')
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for the options and examples)')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 a file of that name is there already, nothing changed.

Example:
  ratemill init night`,
    )
    .action(perform(async (dir: string) => initOutcome(dir)));
}

/** Folder of the event files, in the working folder. */
export const eventsFolder = 'events';

export const configurationFile = 'ratemill.json';

export interface InitResult {
  readonly dir: string;
  /** Names of the files made, in the folder. */
  readonly files: readonly string[];
}

/**
 * Makes a working folder.
 *
 * @param options.reference whether it gets the small deck with accounts, gateways and payments; false leaves them to the caller
 * @throws OperatorError naming every file that is in the way; then nothing was written
 */
export function initFolder(dir: string, options: { readonly reference?: boolean } = {}): InitResult {
  const contents: Record<string, string> = {
    [configurationFile]: starterConfiguration,
    ...(options.reference === false ? {} : starterReference),
  };
  const files = Object.keys(contents);
  const inTheWay = files.map((name) => join(dir, name)).filter((path) => existsSync(path));
  if (inTheWay.length > 0) {
    throw new OperatorError('files of a working folder are there already; nothing was written', {
      details: [...inTheWay, 'Name another folder (ratemill init DIR), or move these away.'],
    });
  }
  try {
    mkdirSync(join(dir, eventsFolder), { recursive: true });
    for (const name of files) writeFileSync(join(dir, name), contents[name], { flag: 'wx' });
  } catch (cause) {
    throw new OperatorError(`the folder ${dir} cannot be made: ${(cause as Error).message}`, { cause });
  }
  return { dir, files };
}

function initOutcome(dir: string): Outcome {
  const made = initFolder(dir);
  const next = nextCommands(dir);
  return {
    result: { ...made, next },
    text: () =>
      [
        `made ${[...made.files, `${eventsFolder}/`].map((name) => join(dir, name)).join(', ')}\n`,
        '\nNext: load the deck, accounts, gateways and payments (yours, or these), and rate a file of call events.\n',
        ...next.map((line) => `  ${line}\n`),
      ].join(''),
  };
}

/** From an empty database to the first rated calls; simulated ones until the operator has his own. */
function nextCommands(dir: string): string[] {
  const { path, db } = insideFolder(dir);
  const loads = Object.keys(kinds).map((kind) => pasteable('load', kind, path(`${kind}.csv`), ...db));
  return [
    ...loads,
    pasteable('simulate', '--calls', '10000', '--deck', path('.'), '--out', path(eventsFolder)),
    pasteable('rate', path(eventsFolder), ...db),
    pasteable('sql', ...db, 'SELECT * FROM revenue_by_account'),
  ];
}
