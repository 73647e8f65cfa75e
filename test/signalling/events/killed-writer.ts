import { openSync, writeSync } from 'node:fs';
import { systemClock } from '../../../signalling/clock.ts';
import { EventLog } from '../../../signalling/events/event-log.ts';
import { sampleEvent } from './sample-event.ts';

/**
 * Writes events as fast as it can until it is killed, and keeps account in a file of its own of what it asked for and what
 * was done: `open` time, then lines of a word, a flow number and a time.
 */
const [folder, ledgerPath, durable] = process.argv.slice(2);
const ledger = openSync(ledgerPath, 'a');
const account = (...words: (string | bigint | number)[]) => writeSync(ledger, `${words.join(' ')}\n`);

process.stdout.write('opening\n');
account('open', 0, Date.now());
const log = EventLog.open({
  folder,
  softswitch: 'ss1',
  clock: systemClock,
  commitMs: 2,
  durable: durable === 'durable',
  segmentBytes: 60_000,
  segmentSeconds: 3600,
  onHealth: (problem) => account('problem', 0, problem ?? 'none'),
  onRefused: (problem) => account('problem', 0, problem),
});
for (let caller = 0; caller < 4; caller++) void callOn();

async function callOn(): Promise<void> {
  for (;;) {
    const flowNos = Array.from({ length: 10 }, () => log.nextFlowNo());
    for (const flowNo of flowNos) {
      const now = Date.now();
      account('asked', flowNo, now);
      log.note(sampleEvent(flowNo, { start_at: now, ringing_at: null, answered_at: now, ended_at: now }));
      account('begun', flowNo, now);
    }
    await log.flush();
    // One in ten is never over.
    const over = flowNos.slice(1);
    for (const flowNo of over) {
      const now = Date.now();
      log.end(sampleEvent(flowNo, { start_at: now, ringing_at: null, answered_at: now, ended_at: now + 7 }));
      account('over', flowNo, now + 7);
    }
    await log.flush();
    for (const flowNo of over) account('written', flowNo, 0);
  }
}
