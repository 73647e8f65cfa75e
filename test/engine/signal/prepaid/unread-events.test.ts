import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { unreadEvents } from '../../../../engine/signal/prepaid/unread-events.ts';
import { systemClock } from '../../../../signalling/clock.ts';
import { EventLog } from '../../../../signalling/events/event-log.ts';
import { sampleEvent } from '../../../signalling/events/sample-event.ts';
import { folder } from '../../reference/folder.ts';

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 5) {
    assert.ok(waited < 5000, 'it does not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('events of all segments no run has read, of this softswitch, and of the one that is being written', async (t) => {
  const { dir } = folder(t);
  const open = (softswitch: string) =>
    EventLog.open({
      folder: dir,
      softswitch,
      commitMs: 1,
      durable: false,
      segmentBytes: 1e6,
      segmentSeconds: 60,
      clock: systemClock,
      onHealth: () => undefined,
      onRefused: () => undefined,
    });
  const written: bigint[] = [];
  for (const softswitch of ['ss1', 'ss1', 'ss1-b']) {
    const log = open(softswitch);
    const flowNo = log.nextFlowNo();
    if (softswitch === 'ss1') written.push(flowNo);
    log.end(sampleEvent(flowNo, { softswitch }));
    await log.close();
  }
  const [first] = readdirSync(dir).filter((name) => /^ss1-\d.*\.arrows$/.test(name));
  const log = open('ss1');
  t.after(() => log.close());
  written.push(log.nextFlowNo());
  log.end(sampleEvent(written[2]));
  await until(() => log.counts.written === 1);
  writeFileSync(join(dir, 'ss1-notes.txt'), 'no events');

  const flowNumbers = (...read: string[]) => [...unreadEvents(dir, 'ss1', new Set(read))].map(({ flow_no }) => flow_no);
  assert.deepEqual(flowNumbers(), written);
  const { size } = statSync(join(dir, first));
  assert.deepEqual(flowNumbers(`${first} ${size}`), written.slice(1));
  assert.deepEqual(flowNumbers(`${first} ${size - 1}`), written, 'the same name and another size is another file');
});
