import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReference, type ReferenceKind } from '../../datasets/reference.ts';
import { kinds } from '../../engine/reference/kinds.ts';
import { readTable } from '../../engine/reference/read-table.ts';

const options = { prefixes: 2000, accounts: 200, gateways: 30, seed: 1, changeMs: Date.UTC(2026, 2, 2, 12) };

test('what is made loads without a mistake', () => {
  const made = makeReference(options);
  const rows = (Object.keys(made) as ReferenceKind[]).map((kind) => {
    const { table, mistakes } = readTable(made[kind], kinds[kind].columns);
    assert.deepEqual(mistakes, [], kind);
    return [kind, table.rows];
  });
  const { rates, ...parties } = Object.fromEntries(rows);
  assert.ok(rates > 10_000);
  assert.deepEqual(parties, { accounts: 205, gateways: 30 });
});

test('gateways and accounts point at what is there', () => {
  const made = makeReference(options);
  const accounts = lines(made.accounts);
  const kindOf = new Map(accounts.map(([account, , kind]) => [account, kind]));
  const groups = new Set(lines(made.rates).map(([group]) => group));
  for (const [account, , , group] of accounts) assert.ok(groups.has(group), `${account} ${group}`);
  const gateways = lines(made.gateways);
  for (const [gateway, direction, account] of gateways) {
    assert.equal(kindOf.get(account), direction === 'mapping' ? 'client' : 'vendor', gateway);
  }
  assert.equal(gateways.filter(([, direction]) => direction === 'mapping').length, 20);
  assert.equal(new Set(gateways.map(([, , , address]) => address)).size, 30);
});

test('the same seed gives the same bytes, another one others', () => {
  assert.deepEqual(makeReference(options), makeReference(options));
  assert.notDeepEqual(makeReference({ ...options, seed: 2 }).rates, makeReference(options).rates);
});

test('a thousand gateways have addresses of their own', () => {
  const addresses = lines(makeReference({ ...options, gateways: 1000 }).gateways).map(([, , , address]) => address);
  assert.equal(new Set(addresses).size, 1000);
});

function lines(csv: Buffer): string[][] {
  return csv
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}
