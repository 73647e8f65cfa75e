import { isIP } from 'node:net';
import type { Command } from 'commander';
import { parseNetwork } from '../../signalling/routing/mapping-gateways.ts';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { OperatorError, usageError } from '../errors.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { counted } from '../render/amounts.ts';
import { textTable } from '../render/text-table.ts';
import { askCompanion, controlPath } from '../signal/control-socket.ts';
import { signallingConfiguration } from '../signal/signalling-configuration.ts';
import type { ListedSuspension } from '../signal/suspension-listing.ts';

interface SuspendedOptions extends CommonOptions {
  readonly lift?: string;
  readonly address?: string;
}

/** `ratemill signal suspended`: who is shut out after bad passwords, and how to let him in again. */
export function signalSuspendedCommand(): Command {
  return ratemillCommand('suspended')
    .summary('list terminals that are suspended, or lift it')
    .description(
      'Lists the terminals that are suspended after bad passwords at the running user agent of the configuration: each at the\n' +
        'address the passwords came from. A terminal * stands for all of the address.',
    )
    .option('--lift <terminal>', 'end the suspension of a terminal at --address; "*" ends all of that address')
    .option('--address <address>', 'the address, as it is listed')
    .action(perform(async (options: SuspendedOptions) => suspended(options)));
}

async function suspended({ lift, address, ...options }: SuspendedOptions): Promise<Outcome> {
  if ((lift === undefined) !== (address === undefined)) {
    throw usageError('--lift and --address belong together: a terminal is suspended at an address');
  }
  const { signalling, file } = resolveConfiguration(options);
  const { events, softswitch } = signallingConfiguration(signalling, file);
  const socket = controlPath(events.folder, softswitch);
  if (lift === undefined || address === undefined) {
    const found = (await askCompanion(socket, 'GET', '/suspended')) as ListedSuspension[];
    return { result: found, text: () => listing(found) };
  }
  if (isIP(address) === 0 && parseNetwork(address) === undefined) {
    throw usageError(`--address ${address}: is no address, such as 192.0.2.9`);
  }
  const query = new URLSearchParams({ terminal: lift, address });
  const lifted = (await askCompanion(socket, 'POST', `/suspended?${query}`)) as ListedSuspension[];
  if (lifted.length === 0) {
    throw new OperatorError(`${lift} is not suspended at ${address}: "ratemill signal suspended" lists who is`);
  }
  return { result: lifted, text: () => `${counted(lifted.length, 'suspension')} lifted\n${listing(lifted)}` };
}

function listing(found: readonly ListedSuspension[]): string {
  if (found.length === 0) return 'nobody is suspended\n';
  return textTable(
    [{ title: 'terminal', align: 'left' }, { title: 'address' }, { title: 'until' }],
    found.map(({ terminal, address, until }) => [terminal === '*' ? '* (all)' : terminal, address, until]),
  );
}
