import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type OurCall } from './compare.ts';

const at = '2026-03-02T12:00:00Z';
const call = (change: Partial<OurCall>): OurCall => ({ number: '49301', at, seconds: 60, ...change });

/** `their line: our flow number` of the pairs. */
async function pairs(ours: readonly OurCall[], map: string, titles: string, ...lines: string[]): Promise<string> {
  const { calls } = await compare(ours, `${[titles, ...lines].join('\n')}\n`, map);
  return calls
    .filter((one) => !one.startsWith('only'))
    .map((one) => one.replace(/^\w+ (\d+) (\d+)$/, '$1: $2'))
    .join(', ');
}

test('a common caller decides before the time does, within the tolerance', async () => {
  const ours = [call({ caller: '331' }), call({ caller: '+332', at: '2026-03-02T12:00:01.500Z' })];
  const map = 'number=n,start=t,seconds=s,caller=c';
  assert.equal(await pairs(ours, map, 'n,t,s,c', '49301,2026-03-02 12:00:00,60,00332'), '2: 2');
  assert.equal(await pairs(ours, map, 'n,t,s,c', '49301,2026-03-02 12:00:00,60,333'), '', 'others called');
  assert.equal(
    await pairs(ours, map, 'n,t,s,c', '49301,2026-03-02 12:00:00,60,anonymous', '49301,2026-03-02 12:00:00,60,332'),
    '2: 1, 3: 2',
    'who names none gets what is left',
  );
  const hidden = [call({ caller: 'anonymous' })];
  assert.equal(await pairs(hidden, map, 'n,t,s,c', '49301,2026-03-02 12:00:00,60,333'), '2: 1');
});

test('a common id decides before the time and whatever the time, but not against the number', async () => {
  const ours = [call({ callId: 'a@x' }), call({ callId: 'b@x', at: '2026-03-02T13:00:00Z' }), call({ callId: 'c@x' })];
  const map = 'number=n,start=t,seconds=s,id=i';
  assert.equal(
    await pairs(
      ours,
      map,
      'n,t,s,i',
      '49301,2026-03-02 12:00:00,60,b@x',
      '49301,2026-03-02 13:00:00,60,a@x',
      '49309,2026-03-02 12:00:00,60,c@x',
      '49301,2026-03-02 12:00:00,60,',
    ),
    '2: 2, 3: 1, 5: 3',
  );
  assert.equal(await pairs(ours, `${map},idIs=flow_no`, 'n,t,s,i', '49301,2026-03-02 12:00:00,60,3'), '2: 3');
});
