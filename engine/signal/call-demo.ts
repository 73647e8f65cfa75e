import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestsOf } from '../../signalling/authentication/digest.ts';
import { defaultDatabase } from '../command.ts';
import { configurationFile, eventsFolder } from '../commands/init.ts';
import { loadFiles } from '../commands/load.ts';
import { OperatorError } from '../errors.ts';
import { pasteable } from '../render/next-commands.ts';
import { starterReference } from '../starter-files.ts';

/** The file that says a folder was made for calls to be tried out. */
export const callDemoMarker = 'made-by-ratemill-signal-demo.txt';

/** Phones of the demonstration, and what they log in with. */
export const demoPhones = ['6001', '6002'] as const;
export const demoPassword = 'ratemill';
const REALM = 'demo';

/**
 * A working folder for the companion: two phones, a gateway calls come from and one they go to, all on this machine, with
 * a small deck loaded. One that is there already is left as it is, with the calls in it.
 *
 * @throws OperatorError when the folder is somebody else's; then nothing was changed
 */
export async function prepareCallDemo(dir: string, port: number): Promise<void> {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  if (names.includes(callDemoMarker)) return;
  if (names.length > 0) {
    throw new OperatorError(`${dir} is there already and was not made by "ratemill signal demo"; nothing was changed`, {
      details: ['Name another folder (ratemill signal demo DIR), or remove this one.'],
    });
  }
  try {
    mkdirSync(join(dir, eventsFolder), { recursive: true });
    const { 'rates.csv': rates, 'accounts.csv': accounts, 'gateways.csv': gateways } = starterReference;
    const files = {
      [configurationFile]: configuration(port),
      'rates.csv': `${rates}retail,600,Phones of the house,0.0010,1,1,0,,,false\n`,
      'accounts.csv': accounts,
      'gateways.csv': gateways,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    const common = { db: join(dir, defaultDatabase), set: [], json: true };
    for (const kind of ['rates', 'accounts', 'gateways'] as const) {
      await loadFiles(kind, [join(dir, `${kind}.csv`)], common);
    }
    // Last, so that a folder with it is whole.
    writeFileSync(
      join(dir, callDemoMarker),
      'This folder was made by "ratemill signal demo". Remove it when you are done.\n',
    );
  } catch (cause) {
    throw new OperatorError(`the folder ${dir} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

/** What to try while it runs, and afterwards. */
export function callDemoText(dir: string, port: number): string {
  const db = ['--db', join(dir, defaultDatabase)];
  const lines = [
    `phones on this machine: register ${demoPhones.join(' or ')}, password ${demoPassword}, at 127.0.0.1:${port}, and call each other`,
    'or, without a phone, in other terminals:',
    '  sipp -sn uas -i 127.0.0.1 -p 5080',
    `  sipp -sn uac 127.0.0.1:${port} -i 127.0.0.2 -p 5090 -s 4930123 -m 5 -r 1 -d 3000`,
    'what it does meanwhile, and what the calls cost:',
    `  ${pasteable('signal', 'status', '--config', join(dir, configurationFile))}`,
    `  ${pasteable('rate', join(dir, eventsFolder), ...db)}`,
    `  ${pasteable('sql', ...db, 'SELECT caller_e164, callee_e164, account, destination, hold_time, rate, fee FROM rated_calls')}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Rounding as a wholesale deck needs it; segments are short, so that calls can be rated soon. */
const configuration = (port: number): string =>
  `${JSON.stringify(
    {
      parameters: { SERVER_BILLING_FEE_PRECISTION: 4, SERVER_BILLING_FEE_UNIT: '0.0001' },
      quantiseRates: true,
      signalling: {
        softswitch: 'demo',
        realm: REALM,
        // Some phones give up when the first of the challenges is one they do not know.
        digestAlgorithms: ['MD5', 'SHA-256'],
        listen: ['udp', 'tcp'].map((transport) => ({ transport, address: '127.0.0.1', port })),
        events: { folder: eventsFolder, segmentSeconds: 5 },
        mappingGateways: [{ name: 'in-alder', addresses: ['127.0.0.2'], account: 'alder' }],
        terminals: demoPhones.map((name) => ({
          name,
          account: 'cedar',
          digests: digestsOf(name, REALM, demoPassword),
        })),
        routingGateways: [{ name: 'out-1', address: '127.0.0.1:5080' }],
        prepaid: { database: defaultDatabase },
        // Three seconds a try, for phones whose user types the password.
        parameters: { SS_SIP_AUTHENTICATION_TIMEOUT: 18 },
      },
    },
    null,
    2,
  )}\n`;
