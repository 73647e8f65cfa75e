import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../signalling/clock.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { encodeEvents, encodeSchema } from '../../../signalling/events/encode-events.ts';
import { EventLog, type EventLogSettings } from '../../../signalling/events/event-log.ts';
import { LogFolder, LogInUse } from '../../../signalling/events/log-folder.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { DamagedSegment, recoverLog } from '../../../signalling/events/recover-log.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';
import { sampleEvent } from './sample-event.ts';

/** As the journal notes a call that is up. */
const UP = { end_direction: 2, end_reason: serverReasonCode.lost_at_restart } as const;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, changes: Partial<EventLogSettings> = {}): EventLog {
  return EventLog.open({
    folder,
    softswitch: 'ss1',
    clock: systemClock,
    commitMs: 1,
    durable: true,
    segmentBytes: 1_000_000,
    segmentSeconds: 3600,
    onHealth: () => undefined,
    onRefused: assert.fail,
    ...changes,
  });
}

/** All events of the sealed segments, in their order. */
function sealedEvents(folder: string): CallEvent[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.arrows'));
  return files.sort().flatMap((name) => {
    const segment = readSegment(readFileSync(join(folder, name)));
    assert.deepEqual([segment.isSealed, segment.tail], [true, 'none'], name);
    return [...segment.events];
  });
}

test('events of several groups and segments are sealed as they were given', async (t) => {
  const folder = folderOf(t);
  const log = open(folder, { segmentBytes: 4000 });
  const given: CallEvent[] = [];
  for (let group = 0; group < 5; group++) {
    for (let k = 0; k < 4; k++) {
      const event = sampleEvent(log.nextFlowNo());
      log.note(sampleEvent(event.flow_no, UP));
      log.end(event);
      given.push(event);
    }
    await log.flush();
  }
  assert.equal(log.pending, 0);
  await log.close();
  assert.deepEqual(sealedEvents(folder), given);
  assert.ok(readdirSync(folder).filter((name) => name.endsWith('.arrows')).length > 1);
  assert.deepEqual(
    readdirSync(folder).filter((name) => /\.(open|lock)$/.test(name)),
    [],
  );
});

test('a second process of the same softswitch is kept out; a lock of one that is gone is taken over', async (t) => {
  const folder = folderOf(t);
  const log = open(folder);
  assert.throws(() => open(folder), LogInUse);
  await log.close();
  writeFileSync(join(folder, 'ss1.lock'), '999999 12345\n');
  await open(folder).close();
});

test('calls that were up get an event which ended at the last sign of life, once however often it is killed', async (t) => {
  const folder = folderOf(t);
  const log = open(folder);
  const [up, over] = [log.nextFlowNo(), log.nextFlowNo()];
  log.note(sampleEvent(up, UP));
  log.end(sampleEvent(over));
  // As if it were killed: nothing was flushed, and nothing is closed.
  rmSync(join(folder, 'ss1.lock'));
  const found = recoverLog(LogFolder.open(folder, 'ss1'));
  assert.deepEqual(
    found.events.map(({ flow_no, end_reason }) => [flow_no, end_reason]),
    [
      [up, serverReasonCode.lost_at_restart],
      [over, 200],
    ],
  );
  assert.deepEqual(found.events[1], sampleEvent(over));
  await log.close();
});

const three = [
  encodeEvents([sampleEvent(1n), sampleEvent(2n)], 0),
  encodeEvents([sampleEvent(3n)], 1),
  encodeEvents([sampleEvent(4n)], 2),
];
const whole = Buffer.concat([encodeSchema('ss1', 1), ...three]);

test('damage in the middle is no end: it is told with file and byte', (t) => {
  const folder = folderOf(t);
  const damaged = Buffer.from(whole);
  damaged[encodeSchema('ss1', 1).length + 300] ^= 4;
  writeFileSync(join(folder, 'ss1-20260105T120000Z-000001.arrows.open'), damaged);
  assert.throws(() => recoverLog(LogFolder.open(folder, 'ss1')), DamagedSegment);
});

test('zeros at the end, as a file has that had grown when the power went, are cut off', (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'ss1-20260105T120000Z-000001.arrows.open'), Buffer.concat([whole, Buffer.alloc(4096)]));
  const { sealed } = recoverLog(LogFolder.open(folder, 'ss1'));
  assert.deepEqual(
    sealed.map(({ events, cutBytes }) => [events, cutBytes]),
    [[4, 4096]],
  );
});
