/** A softphone that speaks RFC 4028, linphone, on both sides of a call: who refreshes each leg, and that it is refreshed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompanionProcess, freePorts } from './companion-process.ts';
import { Linphone, withoutLinphone } from './linphone.ts';

test('linphone and the session timer: each leg has its own refresher, and the call stays up', {
  skip: withoutLinphone,
}, async (t) => {
  const [callee, , , , , caller] = freePorts(10);
  // The shortest interval there is; we ask each tenth of it.
  const companion = await CompanionProcess.start(t, [callee], {
    parameters: { SS_SIP_SESSION_TTL: 90, SS_SIP_SESSION_UPDATE_SEGMENT: 10 },
  });
  const answering = new Linphone(t, callee);
  const calling = new Linphone(t, caller);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  calling.tell(`call sip:4930123@127.0.0.1:${companion.port}`);
  await calling.hears(/connected/i);
  await new Promise((resolve) => setTimeout(resolve, 48_000));
  calling.tell('terminate');
  await calling.hears(/ended/i);
  await Promise.all([calling.quit(), answering.quit()]);
  const [event, ...more] = await companion.stop();
  assert.deepEqual([event.end_direction, event.end_reason, more.length], [0, 200, 0]);
  const seconds = (event.ended_at - (event.answered_at ?? 0)) / 1000;
  assert.ok(seconds > 47 && seconds < 52, `${seconds} s`);
  const passed = companion.trace.split('\n').map((line) => line.slice(14).replace(/[-\s]+/g, ' '));
  const count = (arrow: string) => passed.filter((line) => line.startsWith(arrow)).length;
  // The caller left it to us: a question each tenth of 90 s. The callee took it on: it asks at half of them.
  assert.deepEqual(
    {
      asked: count('|< UPDATE |'),
      answered: count('| 200 (UPDATE) >|'),
      askedByCallee: count('| |< UPDATE |'),
      answeredToCallee: count('| | 200 (UPDATE) >|'),
    },
    { asked: 5, answered: 5, askedByCallee: 1, answeredToCallee: 1 },
    companion.trace,
  );
});
