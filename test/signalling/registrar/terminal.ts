import type { Terminal } from '../../../signalling/configuration.ts';

/** A terminal of that name; its account is `account-<name>`. */
export function terminal(name: string, settings: Partial<Terminal> = {}): Terminal {
  return {
    name,
    account: `account-${name}`,
    digests: { MD5: '0'.repeat(32), 'SHA-256': '0'.repeat(64) },
    rewriteCaller: [],
    rewriteCallee: [],
    sipTimer: true,
    ...settings,
  };
}
