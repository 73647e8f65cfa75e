import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../signalling/clock.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { EventLog } from '../../../signalling/events/event-log.ts';
import { LogFolder } from '../../../signalling/events/log-folder.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';

const root = mkdtempSync(join(tmpdir(), 'ratemill-killed-'));
after(() => rmSync(root, { recursive: true }));

const KILLS = 200;
/** Also kills that hit the opening, and with it a recovery, which takes a few milliseconds. */
const LONGEST_LIFE_MS = 150;

test(`killed ${KILLS} times under load, no event is lost and none is there twice`, async (t) => {
  const lanes = await Promise.all(['durable', 'written'].map(killedOften));
  for (const { name, calls, events, opens } of lanes) {
    const lost = events.filter(({ end_reason }) => end_reason === serverReasonCode.lost_at_restart);
    t.diagnostic(`${name}: ${calls.size} calls in ${opens.length} starts, ${lost.length} of them lost at a restart`);
    assert.ok(lost.length > 100 && events.length - lost.length > 100, 'calls were up, and others over, at the kills');
  }
});

interface Account {
  begun?: number;
  over?: number;
  isWritten: boolean;
  /** Which start of the process asked for it. */
  start: number;
}

async function killedOften(name: string) {
  const folder = join(root, name);
  const ledger = join(root, `${name}.ledger`);
  for (let kill = 0; kill < KILLS / 2; kill++) await killedOnce(folder, ledger, name);
  await closeLog(folder);
  const { calls, opens } = accountOf(ledger);
  const events = eventsIn(folder);
  const byNumber = new Map(events.map((event) => [event.flow_no, event]));
  assert.equal(byNumber.size, events.length, 'none is there twice');
  for (const [flowNo, { begun, over, isWritten, start }] of calls) {
    const event = byNumber.get(flowNo);
    if (event === undefined) assert.equal(begun, undefined, `call ${flowNo} has begun and has no event`);
    else if (event.end_reason === serverReasonCode.lost_at_restart) {
      assert.equal(over, undefined, `call ${flowNo} was over, not lost`);
      assert.equal(event.end_direction, 2);
      // The next start is after the kill; the last one may have been this one.
      const died = opens[start + 1] ?? Date.now();
      const noted = event.answered_at as number;
      assert.ok(noted === (begun ?? noted) && event.ended_at >= noted && event.ended_at <= died, `times of ${flowNo}`);
    } else {
      assert.equal(event.end_reason, 200);
      if (over !== undefined) assert.equal(event.ended_at, over);
    }
    if (isWritten) assert.equal(event?.end_reason, 200, `call ${flowNo} was written`);
  }
  assert.deepEqual(
    events.filter(({ flow_no }) => !calls.has(flow_no)),
    [],
    'no event is of a call nobody made',
  );
  return { name, calls, events, opens };
}

async function killedOnce(folder: string, ledger: string, durable: string): Promise<void> {
  const writer = join(import.meta.dirname, 'killed-writer.ts');
  const child = spawn(process.execPath, [writer, folder, ledger, durable], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_, signal) => resolve(signal));
  });
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
    child.once('exit', resolve);
  });
  await wait(Math.random() * LONGEST_LIFE_MS);
  child.kill('SIGKILL');
  assert.equal(await gone, 'SIGKILL', 'it ran until it was killed');
}

/** The last start, which makes events of what was up, and seals. */
async function closeLog(folder: string): Promise<void> {
  const log = EventLog.open({
    folder,
    softswitch: 'ss1',
    clock: systemClock,
    commitMs: 1,
    durable: false,
    segmentBytes: 1e9,
    segmentSeconds: 3600,
    onHealth: assert.fail,
    onRefused: assert.fail,
  });
  await log.close();
  assert.equal(log.recovery.damagedLines, 0);
}

function accountOf(ledger: string) {
  const calls = new Map<bigint, Account>();
  const opens: number[] = [];
  for (const line of readFileSync(ledger, 'utf8').trimEnd().split('\n')) {
    const [word, number, time] = line.split(' ');
    const call = calls.get(BigInt(number));
    if (word === 'open') opens.push(Number(time));
    else if (word === 'asked') {
      assert.equal(call, undefined, `flow number ${number} was given before`);
      calls.set(BigInt(number), { start: opens.length - 1, isWritten: false });
    } else if (call === undefined) assert.fail(line);
    else if (word === 'begun') call.begun = Number(time);
    else if (word === 'over') call.over = Number(time);
    else call.isWritten = true;
  }
  return { calls, opens };
}

function eventsIn(path: string): CallEvent[] {
  const folder = LogFolder.open(path, 'ss1');
  const segments = folder.segments();
  folder.release();
  return segments.flatMap(({ path: segmentPath, isOpen }) => {
    const segment = readSegment(readFileSync(segmentPath));
    assert.ok(segment.isSealed && segment.tail === 'none' && !isOpen);
    return segment.events;
  });
}
