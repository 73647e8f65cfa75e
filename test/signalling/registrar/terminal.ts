import type { Terminal } from '../../../signalling/configuration.ts';
import { terminalOf } from '../authentication/digest-client.ts';

/** A terminal of that name in the realm `test`; its account is `account-<name>`. */
export function terminal(name: string, settings: Partial<Terminal> = {}): Terminal {
  return { ...terminalOf(name, 'test'), account: `account-${name}`, ...settings };
}
