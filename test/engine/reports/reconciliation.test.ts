import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import { pruneCalls } from '../../../engine/prune.ts';
import { compare, plainMap, titles } from '../reconcile/compare.ts';

const at = (second: number) => new Date(Date.parse('2026-03-02T12:00:00Z') + second * 1000).toISOString();

test('the largest differences come first: by money, without amounts by duration, then in the order of time', async () => {
  const ours = [1, 2, 3, 4].map((n) => ({ number: `493${n}`, at: at(n), seconds: 60, money: '1' }));
  const lines = ['4931', '4932', '4933', '4934'].map(
    (number, i) => `${number},${at(i + 1)},${[60, 70, 90, 90][i]},${['3', '0.5', '1', '1'][i]}`,
  );
  const file = [titles, ...lines, ''].join('\n');
  const numbers = async (map: string) => (await compare(ours, file, map)).report.largest.map(({ number }) => number);
  assert.deepEqual(await numbers(plainMap), ['4931', '4932', '4933', '4934']);
  assert.deepEqual(await numbers('number=number,start=start,seconds=seconds'), ['4933', '4934', '4932']);
});

test('without a column of amounts there are none on our side either', async () => {
  const { report } = await compare(
    [{ number: '49301', at: at(0), seconds: 60, money: '1' }],
    `${titles}\n49301,${at(0)},60,5\n`,
    'number=number,start=start,seconds=seconds',
  );
  assert.deepEqual([report.total.ours.money, report.total.money, report.days[0].money], [null, null, null]);
  assert.equal(report.outcomes[0].theirs.calls, 1);
});

test('that calls of the period were pruned is told, of another it is not', async () => {
  const ours = [{ number: '49301', at: at(0), seconds: 60 }];
  const prune = (connection: DuckDBConnection) => pruneCalls(connection, Date.parse(at(120)));
  const from = async (second: number) => {
    const period = { fromMs: Date.parse(at(second)), toMs: Date.parse(at(300)) };
    return (await compare(ours, `${titles}\n`, plainMap, period, prune)).report.prunedBefore;
  };
  assert.equal(await from(119), '2026-03-02T12:02:00.000+00:00');
  assert.equal(await from(120), null);
});
