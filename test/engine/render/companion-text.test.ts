import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companionText } from '../../../engine/render/companion-text.ts';
import type { CompanionStatus } from '../../../engine/signal/companion-status.ts';

const status: CompanionStatus = {
  softswitch: 'ss1',
  version: '0.1.0',
  pid: 7,
  startedAt: '2026-01-05T12:00:00.000Z',
  draining: false,
  listening: ['udp 192.0.2.1:5060'],
  calls: { up: 1, ringing: 0, seen: 2, answered: 1, refused: 1 },
  gateways: [
    {
      name: 'out-1',
      address: 'udp 192.0.2.9:5060',
      isUp: true,
      calls: 1,
      attempts: 4,
      answered: 1,
      published: 'unknown',
    },
  ],
  illegalCalls: { seen: 0, counted: 0, sources: 0 },
  suspended: 0,
  registrar: { terminals: 1200, bindings: 1201, behindNat: 1000 },
  heartbeats: { sent: 12_000, rounds: 12, missed: 0 },
  registrations: [],
  prepaid: null,
  events: { folder: 'events', written: 1, commits: 1, segmentsSealed: 0, open: 1, problem: null },
  messages: { received: 20, malformed: 0, keepAlives: 1, failedSends: 0 },
  transactions: { server: 0, client: 0 },
  memoryMiB: 100,
};

test('registered phones and heartbeats have a line', () => {
  const line = 'registered: 1,200 terminals with 1,201 bindings, 1,000 addresses behind NAT; 12,000 heartbeats sent';
  assert.ok(companionText(status).split('\n').includes(line), companionText(status));
  const late = companionText({ ...status, heartbeats: { sent: 12_000, rounds: 12, missed: 7 } });
  assert.ok(late.split('\n').includes(`${line}, 7 MISSED in the last round`), late);
});

test('each registration at a gateway has a line, and says what is wrong with it', () => {
  const common = { gateway: 'out-1', user: '4930' };
  const text = companionText({
    ...status,
    registrations: [
      { ...common, state: 'registered', expiresInSeconds: 540, problem: null },
      { ...common, state: 'waiting', expiresInSeconds: null, problem: 'refused with 403 Forbidden' },
    ],
  });
  for (const line of [
    'gateway out-1: registered as 4930, for 540 s more',
    'gateway out-1: NOT REGISTERED as 4930: refused with 403 Forbidden',
  ]) {
    assert.ok(text.split('\n').includes(line), text);
  }
});
