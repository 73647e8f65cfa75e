/** The event log when the disk is full, does not keep what it was given, or the clock is set back. */
import assert from 'node:assert/strict';
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../signalling/clock.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { EventLog, type EventLogSettings } from '../../../signalling/events/event-log.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';
import { until } from '../raw-peer.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { sampleEvent } from './sample-event.ts';
import { fill, smallDisk } from './small-disk.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'failing-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A log, and what it has told. */
function open(folder: string, changes: Partial<EventLogSettings> = {}) {
  const told: (string | undefined)[] = [];
  const refused: string[] = [];
  const log = EventLog.open({
    folder,
    softswitch: 'ss1',
    clock: systemClock,
    commitMs: 1,
    durable: true,
    segmentBytes: 1_000_000,
    segmentSeconds: 3600,
    onHealth: (problem) => told.push(problem),
    onRefused: (problem) => refused.push(problem),
    ...changes,
  });
  return { log, told, refused };
}

function sealedNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.arrows'))
    .sort();
}

/** Of the sealed segments, in the order of their numbers. */
function sealedEvents(folder: string): CallEvent[] {
  const segments = sealedNames(folder).map((name) => {
    const segment = readSegment(readFileSync(join(folder, name)));
    assert.deepEqual([segment.isSealed, segment.tail], [true, 'none'], name);
    return segment;
  });
  return segments.sort((a, b) => a.segment - b.segment).flatMap(({ events }) => events);
}

function flowNumbers(events: readonly CallEvent[]): bigint[] {
  return events.map(({ flow_no }) => flow_no).sort((a, b) => Number(a - b));
}

/** Two hundred calls, which are over. */
function endCalls(log: EventLog): bigint[] {
  const given: bigint[] = [];
  for (let calls = 0; calls < 200; calls++) {
    const flowNo = log.nextFlowNo();
    log.note(sampleEvent(flowNo, { answered_at: null }));
    log.end(sampleEvent(flowNo));
    given.push(flowNo);
  }
  return given;
}

test('a full disk is a problem, and when there is room again all events are written, none twice', async (t) => {
  const folder = smallDisk(t);
  if (folder === undefined) return;
  const { log, told } = open(folder);
  const given = endCalls(log);
  await log.flush();
  const makeRoom = fill(folder);
  given.push(...endCalls(log));
  await until(() => log.problem !== undefined, 'the disk is full');
  assert.match(log.problem ?? '', /ENOSPC/);
  await wait(1100);
  assert.match(log.problem ?? '', /ENOSPC/, 'another try changes nothing');
  makeRoom();
  await until(() => log.problem === undefined, 'there is room');
  await log.flush();
  assert.deepEqual(await log.close(), { inJournal: 0, unsaved: [] });
  assert.deepEqual(flowNumbers(sealedEvents(folder)), given);
  assert.equal(told.length, 2, 'told once that it failed, once that it works');
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.endsWith('.arrows')),
    ['ss1.journal'],
  );
});

test('a log that is closed while the disk is full says what was not written; the next start writes what the journal has', async (t) => {
  const folder = smallDisk(t);
  if (folder === undefined) return;
  const { log } = open(folder);
  const committed = endCalls(log);
  await log.flush();
  const up = log.nextFlowNo();
  log.note(sampleEvent(up));
  const makeRoom = fill(folder);
  const late = endCalls(log);
  const begun = performance.now();
  const { inJournal, unsaved } = await log.close(50);
  assert.ok(performance.now() - begun < 1000, 'in bounded time');
  assert.ok(!existsSync(join(folder, 'ss1.lock')), 'the folder is left');
  assert.equal(inJournal + unsaved.length, late.length);
  assert.ok(unsaved.length > 0, 'not even the journal had room for them');
  makeRoom();
  const next = open(folder).log;
  await next.close();
  const events = sealedEvents(folder);
  const lost = new Set(flowNumbers(unsaved));
  const whole = events.filter(({ end_reason }) => end_reason === 200);
  const kept = late.filter((flowNo) => !lost.has(flowNo));
  assert.deepEqual(flowNumbers(whole), [...committed, ...kept]);
  const others = flowNumbers(events.filter(({ end_reason }) => end_reason === serverReasonCode.lost_at_restart));
  assert.deepEqual(
    others.filter((flowNo) => !lost.has(flowNo)),
    [up],
    'and of what was not saved, what the journal had before',
  );
});

test('what was not synced is final for its segment: the group stands whole in the next one, the segment keeps what was committed', async (t) => {
  const folder = folderOf(t);
  const { log, told } = open(folder);
  const first = log.nextFlowNo();
  log.end(sampleEvent(first));
  await log.flush();
  const fault = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  t.mock.method(fs, 'fdatasync', (_: number, done: (error: Error) => void) => setImmediate(done, fault), { times: 1 });
  syncBuiltinESMExports();
  const second = log.nextFlowNo();
  log.end(sampleEvent(second));
  await until(() => told.length > 0, 'the failure is told');
  t.mock.restoreAll();
  syncBuiltinESMExports();
  const [left] = readdirSync(folder).filter((name) => name.endsWith('.open'));
  const kept = readFileSync(join(folder, left));
  assert.match(log.problem ?? '', new RegExp(`EIO.*${left} takes no more events and is sealed at the next start`));
  assert.deepEqual(flowNumbers(readSegment(kept).events), [first]);
  await log.flush();
  assert.equal(log.problem, undefined);
  await log.close();
  assert.deepEqual(flowNumbers(sealedEvents(folder)), [second]);
  assert.deepEqual(readFileSync(join(folder, left)), kept, 'nothing was written behind');
  const { recovery } = await restarted(folder);
  assert.deepEqual([recovery.sealed.map(({ events }) => events), recovery.events], [[1], []]);
  assert.deepEqual(flowNumbers(sealedEvents(folder)), [first, second]);
});

test('a clock that is set back an hour changes neither numbers nor the age at which segments are sealed', async (t) => {
  const folder = folderOf(t);
  const clock = new VirtualClock(Date.UTC(2026, 2, 29, 3));
  const settings = { clock, durable: false, segmentSeconds: 60 };
  const { log } = open(folder, settings);
  const given: bigint[] = [];
  const call = (of: EventLog) => {
    given.push(of.nextFlowNo());
    of.end(sampleEvent(given.at(-1) as bigint, { ended_at: clock.now(), start_at: clock.now() }));
    clock.advance(10);
  };
  call(log);
  clock.step(-3_600_000);
  call(log);
  clock.advance(59_000);
  assert.equal(log.counts.segments, 0);
  clock.advance(2000);
  assert.equal(log.counts.segments, 1, 'sealed after a minute');
  call(log);
  clock.step(-3_600_000);
  clock.advance(62_000);
  assert.equal(log.counts.segments, 2);
  await closed(log, clock);
  clock.step(-3_600_000);
  const { log: next } = open(folder, settings);
  call(next);
  await closed(next, clock);
  assert.deepEqual(
    flowNumbers(sealedEvents(folder)),
    [...given].sort((a, b) => Number(a - b)),
  );
  assert.equal(new Set(given).size, given.length);
  const numbers = sealedNames(folder).map((name) => /-(\d+)\.arrows$/.exec(name)?.[1]);
  assert.deepEqual([new Set(numbers).size, numbers.length], [3, 3]);
});

test('an event that cannot be written is told with its values, and holds up no other', async (t) => {
  const folder = folderOf(t);
  const { log, told, refused } = open(folder);
  const [first, wrong, noted, last] = Array.from({ length: 4 }, () => log.nextFlowNo());
  log.end(sampleEvent(first));
  log.note(sampleEvent(wrong));
  log.end(sampleEvent(wrong, { ended_at: 1.5 }));
  log.note(sampleEvent(noted, { attempts: 256 }));
  log.end(sampleEvent(noted));
  log.end(sampleEvent(last));
  log.end({ ...sampleEvent(last), flow_no: undefined } as unknown as CallEvent);
  await log.flush();
  await log.close();
  assert.deepEqual(flowNumbers(sealedEvents(folder)), [first, noted, last]);
  assert.equal(refused.length, 2);
  assert.match(
    refused[0],
    new RegExp(`call ${wrong} cannot be written: ended_at is 1.5, not whole milliseconds.*"caller_e164":"4930111"`),
  );
  assert.match(refused[1], /flow_no is undefined/);
  assert.deepEqual(told, [], 'new calls are taken meanwhile');
  const { recovery } = await restarted(folder);
  assert.deepEqual(recovery.events, [], 'the journal has forgotten it');
});

async function restarted(folder: string): Promise<EventLog> {
  const { log } = open(folder);
  await log.close();
  return log;
}

/** The last group is written when the clock is moved. */
async function closed(log: EventLog, clock: VirtualClock): Promise<void> {
  const closing = log.close();
  clock.advance(10);
  await closing;
}
