import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type OurCall, plainMap, titles } from './compare.ts';

const call: OurCall = {
  ...{ number: '004930123', toGateway: '77004930123', at: '2026-03-02T12:00:00.400Z', start: '2026-03-02T11:59:50Z' },
  ...{ seconds: 61, feeSeconds: 120, money: '0.5', vendorMoney: '0.25' },
};

/** What became of a line of theirs, `outcome line flow-number`. */
async function found(line: string, map: string, task: Parameters<typeof compare>[3] = {}) {
  return (await compare([call], `${titles}\n${line}\n`, map, task)).calls.join(', ');
}

test('the client leg has the billing number, hold time and fee', async () => {
  assert.equal(await found('4930123,2026-03-02 12:00:00,61,0.5', `${plainMap},ourTechPrefix=00`), 'matched 2 1');
});

test('the vendor leg has the number sent to the vendor, and his fee', async () => {
  const vendor = { account: 'carrier', leg: 'vendor' } as const;
  const map = `${plainMap},ourTechPrefix=7700`;
  assert.equal(await found('4930123,2026-03-02 12:00:00,61,0.25', map, vendor), 'matched 2 1');
  assert.equal(await found('4930123,2026-03-02 12:00:00,61,0.5', map, vendor), 'money 2 1');
});

test('time and duration may be those of the INVITE and of billing', async () => {
  const map = `${plainMap},ourTechPrefix=00,time=start,duration=billed`;
  assert.equal(await found('4930123,2026-03-02 11:59:50,120,0.5', map), 'matched 2 1');
  assert.equal(await found('4930123,2026-03-02 11:59:50,61,0.5', map), 'duration 2 1');
});

test('calls of others are not ours', async () => {
  assert.equal(
    await found('4930123,2026-03-02 12:00:00,61,0.5', `${plainMap},ourTechPrefix=00`, { account: 'nobody' }),
    'only_theirs 2 -',
  );
});
