import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFiles } from '../datasets/reference.ts';
import { defaultDatabase } from './command.ts';
import { configurationFile, eventsFolder } from './commands/init.ts';
import { OperatorError } from './errors.ts';

/** The file that says a folder was made by the demo, which may make it anew. */
export const demoMarker = 'made-by-ratemill-demo.txt';

/**
 * Gives the demo its folder: a new or empty one, or that of an earlier demo without what the demo made there. Files of
 * the operator's own are left where they are.
 *
 * @throws OperatorError when the folder is somebody else's; then nothing was changed
 */
export function prepareDemoFolder(dir: string): void {
  const names = existsSync(dir) ? namesIn(dir) : [];
  if (names.length > 0 && !names.includes(demoMarker)) {
    throw new OperatorError(`${dir} is there already and was not made by the demo; nothing was changed`, {
      details: ['Name another folder (ratemill demo DIR), or remove this one.'],
    });
  }
  for (const path of madeByDemo(dir)) rmSync(path, { force: true });
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, demoMarker), MARKER_TEXT);
  } catch (cause) {
    throw new OperatorError(`the folder ${dir} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

const MARKER_TEXT = `This folder was made by "ratemill demo", which makes its files anew each time it is started:
ratemill.json, rates.csv, accounts.csv, gateways.csv, the database and the events. Other files here are left alone.
Remove this file to keep the folder as it is.
`;

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    throw new OperatorError(`the folder ${dir} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function madeByDemo(dir: string): string[] {
  const events = join(dir, eventsFolder);
  const simulated = existsSync(events)
    ? readdirSync(events).filter((name) => /^events-ss\d+-\d+\.arrow/.test(name))
    : [];
  return [
    ...[configurationFile, ...Object.values(referenceFiles), defaultDatabase, `${defaultDatabase}.wal`].map((name) =>
      join(dir, name),
    ),
    ...simulated.map((name) => join(events, name)),
  ];
}
