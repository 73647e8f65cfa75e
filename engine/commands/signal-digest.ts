import { Argument, type Command } from 'commander';
import { digestsOf } from '../../signalling/authentication/digest.ts';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { terminalName } from '../parameters/signalling-rules.ts';
import { readPassword } from '../signal/read-password.ts';
import { signallingConfiguration } from '../signal/signalling-configuration.ts';

/** `ratemill signal digest USER`: what the configuration keeps of the password of a terminal. */
export function signalDigestCommand(): Command {
  return ratemillCommand('digest')
    .summary('make the digests of a password')
    .description(
      'Asks for a password, or takes the first line of standard input, and prints the entry of its terminal for "terminals"\n' +
        'of the section "signalling". The digests hold for the realm of the configuration; the password is kept nowhere.',
    )
    .addArgument(new Argument('<user>', 'the user part a terminal registers and authenticates as'))
    .action(perform(async (user: string, options: CommonOptions) => digest(user, options)));
}

async function digest(user: string, options: CommonOptions): Promise<Outcome> {
  if (terminalName.read(user) === undefined) {
    throw usageError(`the user ${JSON.stringify(user)} is not allowed; allowed: ${terminalName.allowed}`);
  }
  const { signalling, file } = resolveConfiguration(options);
  const { realm } = signallingConfiguration(signalling, file);
  const password = await readPassword(`password of ${user} for the realm ${realm}: `);
  if (password === '') throw usageError('there is no password: type one, or write it to standard input');
  const { MD5, 'SHA-256': sha256 } = digestsOf(user, realm, password);
  const result = { name: user, account: 'who pays', digests: { MD5, 'SHA-256': sha256 } };
  return { result, text: () => `${JSON.stringify(result, null, 2)}\n` };
}
