import { Command } from 'commander';
import { type Outcome, perform, wholeNumber } from '../command.ts';
import { type DemoOptions, demoDefaults, runDemo } from '../demo.ts';
import { prepareDemoFolder } from '../demo-folder.ts';
import { exitStatus, OperatorError } from '../errors.ts';
import { demoCommands, demoText } from '../render/demo-text.ts';

/** `ratemill demo [DIR]` */
export function demoCommand(): Command {
  return new Command('demo')
    .summary('simulate a day of traffic, rate it and report')
    .description(
      'Makes a folder with a configuration, an A–Z deck, accounts, gateways and a simulated day of traffic, rates it, and\n' +
        'reports. Ends with where things are and what to try next. A folder made by an earlier demo is made anew.',
    )
    .argument('[dir]', 'the folder', 'ratemill-demo')
    .option('--calls <n>', 'calls of the day', wholeNumber(1, 1e8), demoDefaults.calls)
    .option('--prefixes <n>', 'prefixes of the deck', wholeNumber(100, 200_000), demoDefaults.prefixes)
    .option('--seed <n>', 'another seed, another day', wholeNumber(0, 2 ** 32 - 1), demoDefaults.seed)
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for the options and examples)')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
Exit status: 0 done (rejected rows belong to the traffic of any day); 1 the folder is not the demo's.

Examples:
  ratemill demo
  ratemill demo big --calls 5000000`,
    )
    .action(perform(async (dir: string, options: DemoOptions) => demoOutcome(dir, options)));
}

async function demoOutcome(dir: string, { calls, prefixes, seed }: DemoOptions): Promise<Outcome> {
  prepareDemoFolder(dir);
  const demo = await runDemo(dir, { calls, prefixes, seed }, (step) => process.stderr.write(`${step} …\n`));
  if (demo.run.leftOut.length > 0) {
    const details = demo.run.leftOut.map(({ path, reason }) => `${path}: ${reason}`);
    throw new OperatorError(`event files of ${dir} could not be rated`, { exitStatus: exitStatus.failed, details });
  }
  return { result: { ...demo, next: demoCommands(demo) }, text: () => demoText(demo) };
}
