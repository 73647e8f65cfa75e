import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFiles } from '../../../engine/commands/load.ts';
import { checkRates } from '../../../engine/commands/rates.ts';
import { exitStatus } from '../../../engine/errors.ts';
import type { DeckCheck } from '../../../engine/reference/check-deck.ts';
import { folder } from '../reference/folder.ts';

const header = 'rate_group,prefix,destination,rate,first_increment,next_increment';

test('checks a deck, with the database and without', async (t) => {
  const { dir, write } = folder(t);
  const options = { db: join(dir, 'ratemill.duckdb'), set: ['SERVER_BILLING_FEE_PRECISTION=4'], json: true };
  const deck = write('deck.csv', `${header}\nA,49,Germany,0.005,60,60\n`);
  const alone = await checkRates(deck, options);
  assert.equal(alone.exitStatus, exitStatus.done);
  assert.match(
    alone.text(),
    /1 rates, no mistakes\n\nSERVER_BILLING_FEE_PRECISTION 4 changes no rate\.\n\nNo periods of one prefix overlap\.\n$/,
  );

  await assert.rejects(checkRates(deck, { ...options, againstDb: true }), { name: 'OperatorError' });
  await loadFiles('rates', [write('vendor.csv', `${header}\nV,4,Zone,0.01,1,1\n`)], options);
  const { result } = await checkRates(deck, { ...options, againstDb: true, vendorGroup: 'V' });
  assert.deepEqual(
    (result as DeckCheck).margins?.map(({ loss }) => loss),
    ['0.005'],
  );
});

test('a deck that would not be loaded fails', async (t) => {
  const { dir, write } = folder(t);
  const deck = write('deck.csv', `${header}\nA,49,Germany,0.005,60,60\nA,49,Germany,0.005,60,60\n`);
  const outcome = await checkRates(deck, { db: join(dir, 'x.duckdb'), set: [] });
  assert.equal(outcome.exitStatus, exitStatus.failed);
  assert.match(outcome.text(), /deck\.csv: 1 mistake; it would not be loaded\n.*deck\.csv:3: .*line 2 has the same/);
});
