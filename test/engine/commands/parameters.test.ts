import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ListedParameter, listParameters } from '../../../engine/commands/parameters.ts';
import { billingParameters } from '../../../rating/parameters.ts';
import { folder } from '../reference/folder.ts';

test('lists every parameter with value, default, range, unit, meaning and source', (t) => {
  const { dir, write } = folder(t);
  const file = write('ratemill.json', '{"parameters": {"SERVER_BILLING_FEE_PRECISTION": 4}}');
  const list = '911, 112, 110, 0800*, 5000*';
  const outcome = listParameters({ db: join(dir, 'x.duckdb'), set: [`SERVER_BILLING_FREE_E164S=${list}`] });
  const { parameters, warnings } = outcome.result as { parameters: ListedParameter[]; warnings: string[] };
  assert.deepEqual(
    parameters.map(({ name }) => name),
    [...billingParameters.map(({ name }) => name), 'quantiseRates'],
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    parameters.find(({ name }) => name === 'SERVER_BILLING_FEE_PRECISTION'),
    {
      name: 'SERVER_BILLING_FEE_PRECISTION',
      value: 4,
      default: 2,
      range: '0–4',
      unit: 'decimals',
      meaning: 'Decimals kept of a rate per minute, and of a fee before it is rounded to the fee unit.',
      reading: 'Half up; an amount above 0 becomes at least one unit of the last place. Only this spelling is known.',
      source: file,
    },
  );

  const lines = outcome.text().split('\n');
  assert.match(lines[0], /^name +value +default +range +unit +source$/);
  const at = lines.findIndex((line) => line.startsWith('SERVER_BILLING_FREE_E164S'));
  assert.match(lines[at], /^SERVER_BILLING_FREE_E164S +911, 112, 1… +\(none\) +list +numbers +--set$/);
  assert.equal(lines[at + 1], '    Called numbers whose calls are recorded with fee 0 and never looked up in a deck.');
  assert.equal(lines[at + 2], `    value: ${list}`);
});
