import type { CompanionStatus } from '../signal/companion-status.ts';
import type { PrepaidStatus } from '../signal/prepaid/prepaid-watch.ts';
import { counted, grouped } from './amounts.ts';
import { textTable } from './text-table.ts';

/** What `ratemill signal status` prints. */
export function companionText(status: CompanionStatus): string {
  const { calls, events, illegalCalls, messages, transactions, registrar, heartbeats, registrations, prepaid } = status;
  const lines = [
    `softswitch ${status.softswitch}, process ${status.pid}, since ${status.startedAt}${status.draining ? ', takes no new calls' : ''}`,
    `listens on ${status.listening.join(', ')}`,
    `calls: ${grouped(calls.up)} up, ${grouped(calls.ringing)} ringing; since the start ${grouped(calls.seen)} seen, ${grouped(calls.answered)} answered, ${grouped(calls.refused)} refused`,
    `illegal calls: ${grouped(illegalCalls.seen)} seen, ${grouped(illegalCalls.counted)} of them counted without an event each, ${counted(illegalCalls.sources, 'source')} in the last minute; ${grouped(status.suspended)} suspended`,
    `registered: ${counted(registrar.terminals, 'terminal')} with ${counted(registrar.bindings, 'binding')}, ${grouped(registrar.behindNat)} addresses behind NAT; ${counted(heartbeats.sent, 'heartbeat')} sent${heartbeats.missed === 0 ? '' : `, ${grouped(heartbeats.missed)} MISSED in the last round`}`,
    `events: ${grouped(events.written)} written in ${grouped(events.commits)} groups, ${grouped(events.segmentsSealed)} segments sealed, ${grouped(events.open)} calls in the journal, in ${events.folder}`,
    ...(events.problem === null ? [] : [`EVENTS CANNOT BE WRITTEN: ${events.problem}; new calls get 503`]),
    ...registrations.map(({ gateway, user, state, expiresInSeconds, problem }) => {
      const left = expiresInSeconds === null ? '' : `, for ${grouped(expiresInSeconds)} s more`;
      return `gateway ${gateway}: ${state === 'waiting' ? 'NOT REGISTERED' : state} as ${user}${left}${problem === null ? '' : `: ${problem}`}`;
    }),
    ...(prepaid === null ? [] : prepaidLines(prepaid)),
    `messages: ${grouped(messages.received)} received, ${grouped(messages.malformed)} malformed, ${grouped(messages.keepAlives)} keep-alives, ${grouped(messages.failedSends)} not sent`,
    `transactions: ${grouped(transactions.server)} server, ${grouped(transactions.client)} client; memory ${grouped(status.memoryMiB)} MiB`,
  ];
  const table = textTable(
    [
      { title: 'gateway' },
      { title: 'address' },
      { title: 'state' },
      { title: 'published' },
      { title: 'calls', align: 'right' },
      { title: 'attempts', align: 'right' },
      { title: 'answered', align: 'right' },
      { title: 'ASR %', align: 'right' },
    ],
    status.gateways.map(({ name, address, isUp, published, calls: now, attempts, answered }) => [
      name,
      address,
      isUp ? 'up' : 'DOWN',
      published === 'unknown' ? '' : published,
      grouped(now),
      grouped(attempts),
      grouped(answered),
      attempts === 0 ? '' : ((100 * answered) / attempts).toFixed(1),
    ]),
  );
  return `${lines.join('\n')}\n\n${table}`;
}

function prepaidLines({ accounts, refused, unrated, readAt, database, problem }: PrepaidStatus): string[] {
  return [
    `prepaid: ${counted(accounts, 'account')} watched, ${counted(refused, 'call')} refused, ${counted(unrated, 'call')} charged and not rated yet; balances of ${readAt} in ${database}`,
    ...(problem === null ? [] : [`BALANCES CANNOT BE READ, calls go by those of then: ${problem}`]),
  ];
}

/** The line that is drawn again each second. */
export function liveLine(status: CompanionStatus, callsPerSecond: number): string {
  const up = status.gateways.filter(({ isUp }) => isUp).length;
  const gateways = `${up} of ${status.gateways.length} gateways up`;
  const { calls, events } = status;
  const trouble = events.problem === null ? '' : `, EVENTS NOT WRITTEN: ${events.problem}`;
  return `${counted(calls.up, 'call')} up, ${grouped(calls.ringing)} ringing, ${callsPerSecond.toFixed(0)} calls/s, ${gateways}, ${counted(events.written, 'event')} written${trouble}`;
}
