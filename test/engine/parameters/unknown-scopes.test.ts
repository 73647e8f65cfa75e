import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParameterScope } from '../../../engine/parameters/scopes.ts';
import { unknownScopes } from '../../../engine/parameters/unknown-scopes.ts';
import { ratingTest } from '../rating.ts';

const scope = (kind: ParameterScope['kind'], name: string): ParameterScope => {
  return { kind, name, values: { SERVER_BILLING_FREE_TIME: 1 }, source: 'test' };
};

test('a scope of a name nobody has is told, with the one that was probably meant', async (t) => {
  const { connection } = await ratingTest(t);
  const known = [scope('gateway', 'in-1'), scope('account', 'alice'), scope('rateGroup', 'retail')];
  assert.deepEqual(await unknownScopes(connection, known), []);
  const unknown = [scope('gateway', 'in-11'), scope('account', 'alise'), scope('rateGroup', 'zzzzzzzz')];
  assert.deepEqual(await unknownScopes(connection, [...known, ...unknown]), [
    'gateway in-11: its parameters apply to no call, because nothing of that name is loaded; did you mean in-1?',
    'account alise: its parameters apply to no call, because nothing of that name is loaded; did you mean alice?',
    'rate group zzzzzzzz: its parameters apply to no call, because no account is in a rate group of that name',
  ]);
});
