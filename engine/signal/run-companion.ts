import { join } from 'node:path';
import { timeoutWarning } from '../../signalling/authentication/least-timeout.ts';
import { serverClock, systemClock } from '../../signalling/clock.ts';
import { Companion } from '../../signalling/companion.ts';
import type { SignallingConfiguration } from '../../signalling/configuration.ts';
import { EventLog, type Unwritten } from '../../signalling/events/event-log.ts';
import { LogInUse } from '../../signalling/events/log-folder.ts';
import { DamagedSegment } from '../../signalling/events/recover-log.ts';
import { signallingWarnings } from '../../signalling/parameter-warnings.ts';
import { peerText } from '../../signalling/transport/transport.ts';
import { type Traffic, TransportLayer } from '../../signalling/transport/transport-layer.ts';
import { OperatorError } from '../errors.ts';
import type { ResolvedConfiguration } from '../parameters/configuration.ts';
import { counted } from '../render/amounts.ts';
import { liveLine } from '../render/companion-text.ts';
import { BindingsFile } from './bindings-file.ts';
import { type CompanionStatus, companionStatus } from './companion-status.ts';
import { controlPath, openControl } from './control-socket.ts';
import { PrepaidWatch } from './prepaid/prepaid-watch.ts';
import { openSuspensionFile } from './suspension-file.ts';
import { liftSuspensions, suspensionListing } from './suspension-listing.ts';

export interface CompanionRun {
  readonly configuration: SignallingConfiguration;
  /** Reads the configuration again; what is wrong with it is told, and the one at hand stays. */
  readonly reload: () => SignallingConfiguration;
  /** Seconds for which calls may go on when the server is stopped. */
  readonly graceSeconds: number;
  /** The parameters of billing, by which calls of prepaid accounts are priced; read when they are needed. */
  readonly billing: () => ResolvedConfiguration;
  readonly onTraffic?: (traffic: Traffic) => void;
  /** A line for the operator. */
  readonly tell: (line: string) => void;
}

/** Runs the companion until it is told to stop (SIGTERM, SIGINT). @returns its last status */
export async function runCompanion(run: CompanionRun): Promise<CompanionStatus> {
  const { configuration, tell } = run;
  const startedMs = Date.now();
  tellWarnings(run, configuration);
  const log = openLog(run);
  for (const { path, events, cutBytes } of log.recovery.sealed) {
    tell(
      `sealed ${path} of a process before: ${counted(events, 'event')}, ${cutBytes} bytes of an unfinished group cut off`,
    );
  }
  const { events: found, damagedLines } = log.recovery;
  if (damagedLines > 0) {
    tell(
      `${counted(damagedLines, 'line')} of the journal of a process before cannot be read: calls that were up may have no event`,
    );
  }
  if (found.length > 0) tell(`${counted(found.length, 'call')} of a process before had no event yet, and have one now`);
  const bindings = new BindingsFile(
    join(configuration.events.folder, `${configuration.softswitch}.bindings`),
    serverClock,
    tell,
  );
  const prepaid = await openPrepaid(run, log);
  const { companion, transport } = await openCompanion(run, log, bindings, prepaid);
  const status = () => companionStatus(companion, transport, log, prepaid?.status ?? null, startedMs);
  const control = await openControl(controlPath(configuration.events.folder, configuration.softswitch), {
    'GET /status': status,
    'GET /suspended': () => suspensionListing(companion.suspensions),
    'POST /suspended': (query) => liftSuspensions(companion.suspensions, query),
  });
  // Whoever reads that it listens may tell it to stop at once.
  const stop = stopAsked();
  tell(`softswitch ${configuration.softswitch} listens on ${transport.listening.map(peerText).join(', ')}`);
  const short = configuration.terminals.length > 0 ? timeoutWarning(configuration.parameters) : undefined;
  if (short !== undefined) tell(`warning: ${short}`);
  const stopLine = showLiveLine(status);
  const reload = () => {
    try {
      const changed = run.reload();
      prepaid?.reload();
      companion.reload(changed);
      tellWarnings(run, changed);
      tell('configuration read again: it holds for calls that begin from now on');
    } catch (error) {
      const { message, details } = error instanceof OperatorError ? error : { message: `${error}`, details: [] };
      tell([`the configuration stays as it is: ${message}`, ...details].join('\n  '));
    }
  };
  process.on('SIGHUP', reload);
  await stop;
  const { up, ringing } = status().calls;
  tell(
    `stopping: no new calls; ${counted(up + ringing, 'call')} may go on for ${run.graceSeconds} s, stop again to hang up at once`,
  );
  const now = stopAsked();
  await Promise.race([companion.drain(1000 * run.graceSeconds), now.then(() => companion.drain(0))]);
  stopLine();
  process.off('SIGHUP', reload);
  await companion.stop();
  await bindings.close();
  await prepaid?.close();
  const unwritten = await log.close();
  const last = status();
  control.close();
  control.closeAllConnections();
  await transport.close();
  tellUnwritten(unwritten, run);
  return last;
}

function tellWarnings({ tell }: CompanionRun, { parameters }: SignallingConfiguration): void {
  for (const warning of signallingWarnings(parameters)) tell(`warning: ${warning}`);
}

/** @throws OperatorError when calls would be forgotten, with all that is known of them */
function tellUnwritten({ inJournal, unsaved }: Unwritten, { configuration: { events }, tell }: CompanionRun): void {
  if (inJournal > 0) {
    tell(
      `the journal keeps ${counted(inJournal, 'event')} until the next start: make room in ${events.folder} before it`,
    );
  }
  if (unsaved.length === 0) return;
  throw new OperatorError(
    `${counted(unsaved.length, 'event')} could not be written in ${events.folder}: make room there and keep these lines; the next start has no event of these calls, or one that says lost_at_restart`,
    { details: unsaved.map((event) => JSON.stringify({ ...event, flow_no: String(event.flow_no) })) },
  );
}

function openLog({ configuration, tell }: CompanionRun): EventLog {
  const { folder } = configuration.events;
  try {
    return EventLog.open({
      ...configuration.events,
      softswitch: configuration.softswitch,
      clock: systemClock,
      onHealth: (problem) => {
        tell(
          problem === undefined
            ? 'events are written again'
            : `events cannot be written, new calls get 503: ${problem}. Make room in ${folder}, or mend its disk: it is tried again every second`,
        );
      },
      onRefused: tell,
    });
  } catch (error) {
    if (error instanceof LogInUse || error instanceof DamagedSegment)
      throw new OperatorError(error.message, { cause: error });
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new OperatorError(
      `events cannot be written in ${folder} (${message}): make room or name another folder in "signalling": { "events": … }`,
      { cause: error },
    );
  }
}

/** @throws OperatorError when balances are to be looked at and cannot be read: then no calls are taken at all */
async function openPrepaid({ configuration, billing, tell }: CompanionRun, log: EventLog) {
  const { prepaid, softswitch, events } = configuration;
  if (prepaid === null) return undefined;
  try {
    const { folder } = events;
    const lost = log.recovery.events;
    return await PrepaidWatch.open({ ...prepaid, softswitch, folder, configuration: billing, lost, tell });
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function openCompanion(
  { configuration, onTraffic, tell }: CompanionRun,
  log: EventLog,
  bindings: BindingsFile,
  prepaid: PrepaidWatch | undefined,
) {
  const { folder } = configuration.events;
  const suspensions = openSuspensionFile(join(folder, `${configuration.softswitch}.suspended`), tell);
  let companion: Companion | undefined;
  try {
    const transport = await TransportLayer.open({
      clock: serverClock,
      listen: configuration.listen,
      limits: CONNECTION_LIMITS,
      onMessage: (message, source) => companion?.receive(message, source),
      ...(onTraffic ? { onTraffic } : {}),
    });
    companion = new Companion({
      configuration,
      clock: serverClock,
      log,
      sender: transport,
      bindings,
      suspensions,
      warn: tell,
      ...(prepaid && { budget: prepaid.budget }),
    });
    return { companion, transport };
  } catch (cause) {
    const { syscall, address, port, code } = cause as NodeJS.ErrnoException & { address?: string; port?: number };
    await log.close();
    if (code === undefined || syscall === undefined) throw cause;
    throw new OperatorError(
      `cannot listen on ${address}:${port} (${code}): name another address or port in "signalling": { "listen": … }, or stop who has it`,
      { cause },
    );
  }
}

/** Connections over TCP: one without a byte for ten minutes is closed, or with half a message for 32 s. */
const CONNECTION_LIMITS = { connections: 10_000, perSource: 1000, idleMs: 600_000, halfMessageMs: 32_000 };

function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

/** On a terminal a line that is drawn again each second. @returns ends it */
function showLiveLine(status: () => CompanionStatus): () => void {
  if (!process.stderr.isTTY) return () => undefined;
  let seen = status().calls.seen;
  const timer = setInterval(() => {
    const now = status();
    process.stderr.write(`\r\x1b[K${liveLine(now, now.calls.seen - seen)}`);
    seen = now.calls.seen;
  }, 1000);
  return () => {
    clearInterval(timer);
    process.stderr.write('\n');
  };
}
