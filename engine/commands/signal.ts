import { isIP } from 'node:net';
import type { Command } from 'commander';
import { Ladder } from '../../signalling/trace/ladder.ts';
import type { Traffic } from '../../signalling/transport/transport-layer.ts';
import { type CommonOptions, type Outcome, perform, ratemillCommand, wholeNumber } from '../command.ts';
import { usageError } from '../errors.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { counted } from '../render/amounts.ts';
import { companionText } from '../render/companion-text.ts';
import { askStatus, controlPath } from '../signal/control-socket.ts';
import { openPcapFile } from '../signal/pcap-file.ts';
import { runCompanion } from '../signal/run-companion.ts';
import { signallingConfiguration } from '../signal/signalling-configuration.ts';
import { signalDemoCommand } from './signal-demo.ts';
import { signalDigestCommand } from './signal-digest.ts';
import { signalSuspendedCommand } from './signal-suspended.ts';

/** `ratemill signal`: the SIP back-to-back user agent, and what is asked of a running one. */
export function signalCommand(): Command {
  const command = ratemillCommand('signal')
    // Or --json and --set of `signal status` would be taken for those of `signal`.
    .enablePositionalOptions()
    .summary('run the SIP back-to-back user agent, which writes call events')
    .description(
      'Runs the SIP back-to-back user agent of the section "signalling" of the configuration: calls of mapping gateways and\n' +
        'terminals go to routing gateways, and each call leaves an event for "ratemill rate". Stops on SIGTERM when its calls\n' +
        'have ended, reads the configuration again on SIGHUP.',
    )
    .option('--grace <seconds>', 'how long calls may go on when it is stopped (default: 3600)', wholeNumber(0, 86_400))
    .option(
      '--trace [filter...]',
      'draw messages as a ladder; only those of an address, or about a number with these digits',
    )
    .option('--pcap <file>', 'write all messages into a file for tshark; credentials are made unreadable')
    .addHelpText('after', HELP)
    .action(perform(async (options: SignalOptions) => signal(options)));
  command.addCommand(
    ratemillCommand('status')
      .summary('ask a running one')
      .description('Asks the running user agent of the configuration what it does.')
      .action(perform(async (options: CommonOptions) => status(options))),
  );
  command.addCommand(signalSuspendedCommand());
  command.addCommand(signalDigestCommand());
  command.addCommand(signalDemoCommand(signal));
  return command;
}

export interface SignalOptions extends CommonOptions {
  readonly grace?: number;
  readonly trace?: true | readonly string[];
  readonly pcap?: string;
}

const DEFAULT_GRACE_SECONDS = 3600;

const HELP = `
A configuration, ratemill.json:
  { "signalling": {
      "softswitch": "ss1",
      "listen": [{ "transport": "udp", "address": "192.0.2.1", "port": 5060 }],
      "events": { "folder": "events" },
      "prepaid": { "database": "ratemill.duckdb" },
      "mappingGateways": [{ "name": "acme-in", "addresses": ["198.51.100.0/24"], "account": "acme" }],
      "terminals": [{ "name": "6001", "account": "acme", "digests": { "MD5": "…", "SHA-256": "…" } }],
      "routingGateways": [{ "name": "carrier-1", "address": "203.0.113.5:5060", "prefixes": ["49"], "priority": 10 },
                          { "name": "carrier-2", "address": "sip.example.net:5060", "prefixes": ["49"], "priority": 20,
                            "registration": { "user": "acme", "password": "secret" } }],
      "parameters": { "SS_SIP_TIMEOUT_INVITE": 8 } } }

Examples:
  ratemill signal                                   run it
  ratemill signal --set SS_MAX_CALL_DURATION=3600   with another parameter
  ratemill signal --trace 4930                      with a ladder of the calls of such a number
  ratemill signal --pcap calls.pcap                 then: tshark -r calls.pcap -Y sip
  ratemill signal status                            what it does now
  ratemill signal demo                              with a ready configuration, to try calls out
  ratemill signal digest 6001                       asks for a password, prints the entry for "terminals"
  ratemill signal suspended                         who is shut out after bad passwords
  ratemill signal suspended --lift 6001 --address 203.0.113.9
  ratemill rate events                              rates what it has written`;

function tell(line: string): void {
  clearLiveLine();
  process.stderr.write(`${line}\n`);
}

/** The line of a terminal that is drawn again each second makes room for one that stays. */
function clearLiveLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function filtersOf(trace: true | readonly string[]): readonly string[] {
  const filters = trace === true ? [] : trace;
  const wrong = filters.filter((filter) => isIP(filter) === 0 && !/^\+?\d+$/.test(filter));
  if (wrong.length === 0) return filters;
  throw usageError(`--trace ${wrong[0]}: is neither an address nor digits of a number, such as 192.0.2.9 or 4930`);
}

async function signal(options: SignalOptions): Promise<Outcome> {
  const configuration = configurationOf(options);
  const ladder = options.trace === undefined ? undefined : new Ladder(filtersOf(options.trace));
  const pcap = options.pcap === undefined ? undefined : openPcapFile(options.pcap, tell);
  const onTraffic = (traffic: Traffic) => {
    pcap?.write(traffic);
    for (const line of ladder?.lines(traffic) ?? []) {
      clearLiveLine();
      process.stdout.write(`${line}\n`);
    }
  };
  const last = await runCompanion({
    configuration,
    reload: () => configurationOf(options),
    billing: () => resolveConfiguration(options),
    graceSeconds: options.grace ?? DEFAULT_GRACE_SECONDS,
    tell,
    ...((ladder ?? pcap) ? { onTraffic } : {}),
  });
  await pcap?.close();
  const { calls, events } = last;
  return {
    result: last,
    text: () =>
      `stopped: ${counted(calls.seen, 'call')} seen, ${counted(events.written, 'event')} written in ${events.folder}\n`,
  };
}

async function status(options: CommonOptions): Promise<Outcome> {
  const { events, softswitch } = configurationOf(options);
  const found = await askStatus(controlPath(events.folder, softswitch));
  return { result: found, text: () => companionText(found) };
}

function configurationOf(options: CommonOptions) {
  const { signalling, file } = resolveConfiguration(options);
  const { mappingGateways, terminals, routingGateways } = signalling;
  if ((mappingGateways ?? terminals) === undefined || routingGateways === undefined) {
    throw usageError(
      `${file} says nothing of whose calls are taken and where they go: it needs "signalling" with "mappingGateways" or "terminals", and "routingGateways"; "ratemill signal --help" shows one`,
    );
  }
  return signallingConfiguration(signalling, file);
}
