import { join } from 'node:path';
import { Command } from 'commander';
import { defaultDatabase, type Outcome, perform, wholeNumber } from '../command.ts';
import { callDemoText, prepareCallDemo } from '../signal/call-demo.ts';
import { configurationFile } from './init.ts';
import type { SignalOptions } from './signal.ts';

/**
 * `ratemill signal demo [DIR]`
 *
 * @param run runs the companion
 */
export function signalDemoCommand(run: (options: SignalOptions) => Promise<Outcome>): Command {
  return new Command('demo')
    .summary('run it with a ready configuration, for two phones or sipp on this machine')
    .description(
      'Makes a folder with a configuration for two phones and two gateways on this machine, a small deck and accounts, and\n' +
        'runs the user agent there until it is stopped (Ctrl-C). Says what to try. A second time it goes on in that folder.',
    )
    .argument('[dir]', 'the folder', 'ratemill-calls')
    .option('--port <n>', 'where it listens on 127.0.0.1, UDP and TCP', wholeNumber(1, 65_535), 5060)
    .showHelpAfterError('(add --help for the options and examples)')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
Exit status: 0 it was stopped; 1 the folder is somebody else's, or the port is taken.

Examples:
  ratemill signal demo
  ratemill signal demo calls --port 5070`,
    )
    .action(
      perform(async (dir: string, { port }: { port: number }) => {
        await prepareCallDemo(dir, port);
        process.stderr.write(callDemoText(dir, port));
        const config = join(dir, configurationFile);
        return run({ db: join(dir, defaultDatabase), config, set: [], json: false, grace: 5 });
      }),
    );
}
