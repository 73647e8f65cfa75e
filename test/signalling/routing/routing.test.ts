import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappingGateway, RoutingGateway } from '../../../signalling/configuration.ts';
import { MappingGateways, parseNetwork } from '../../../signalling/routing/mapping-gateways.ts';
import { rewriteNumber, rewriteProblem } from '../../../signalling/routing/rewrite-number.ts';
import { RouteTable } from '../../../signalling/routing/route-table.ts';

const mapping = (name: string, ...addresses: string[]) => ({ name, addresses }) as unknown as MappingGateway;
const routing = (name: string, priority: number, ...prefixes: string[]) =>
  ({ name, priority, prefixes }) as unknown as RoutingGateway;

test('the mapping gateway is that of the address, or of the smallest network it is in', () => {
  const gateways = new MappingGateways([
    mapping('wide', '192.0.2.0/24', '2001:db8::/32'),
    mapping('narrow', '192.0.2.64/26'),
    mapping('one', '192.0.2.65'),
  ]);
  const found = ['192.0.2.1', '192.0.2.70', '192.0.2.65', '2001:db8::7', '198.51.100.1'].map(
    (address) => gateways.find(address)?.name,
  );
  assert.deepEqual(found, ['wide', 'narrow', 'one', 'wide', undefined]);
  assert.equal(parseNetwork('192.0.2.0/33'), undefined);
  assert.equal(parseNetwork('host.example'), undefined);
});

test('addresses are found in any spelling, and among 20,000 networks at once', (t) => {
  const gateways = new MappingGateways([
    mapping('six', '2001:DB8:0::1'),
    mapping('mapped', '::ffff:192.0.2.1'),
    ...Array.from({ length: 20_000 }, (_, nth) => mapping(`n${nth}`, `10.${nth >> 8}.${nth & 255}.0/24`)),
  ]);
  assert.deepEqual(
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', '192.0.2.1', '::ffff:192.0.2.1', '10.1.2.3', '2001:db8::2'].map(
      (address) => gateways.find(address)?.name,
    ),
    ['six', 'six', 'mapped', 'mapped', 'n258', undefined],
  );
  const started = performance.now();
  for (let look = 0; look < 1000; look++) gateways.find('203.0.113.9');
  t.diagnostic(`${(performance.now() - started).toFixed(1)} µs a source that is unknown`);
});

test('200,000 prefixes make a table', () => {
  const prefixes = Array.from({ length: 200_000 }, (_, nth) => String(100_000 + nth));
  assert.equal(new RouteTable([{ ...routing('many', 1), prefixes }]).find('2500001')[0].name, 'many');
});

test('routing gateways are those of the longest prefix, by priority, then as they are written', () => {
  const table = new RouteTable([
    routing('all', 1, ''),
    routing('b', 2, '49'),
    routing('a', 2, '49', '4930'),
    routing('first', 1, '49'),
  ]);
  const names = (number: string) => table.find(number).map(({ name }) => name);
  assert.deepEqual(names('4989'), ['first', 'b', 'a']);
  assert.deepEqual(names('49301'), ['a']);
  assert.deepEqual(names('33'), ['all']);
  assert.deepEqual(new RouteTable([routing('x', 1, '49')]).find('33'), []);
});

test('numbers are rewritten by the longest rule that matches', () => {
  const rules = [
    { from: '00*', to: '*' },
    { from: '0*', to: '49*' },
    { from: '0??', to: '1$$' },
  ];
  assert.deepEqual(
    ['004930', '030123', '089', '1'].map((number) => rewriteNumber(rules, number)),
    ['4930', '4930123', '189', '1'],
  );
});

test('a rule that adds digits, and one that takes them away again, give the number back', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{0,20}$/), fc.stringMatching(/^\d{1,5}$/), (number, prefix) => {
      const added = rewriteNumber([{ from: '*', to: `${prefix}*` }], number);
      assert.equal(added, prefix + number);
      assert.equal(rewriteNumber([{ from: `${prefix}*`, to: '*' }], added), number);
    }),
  );
});

test('rules that make no sense are told', () => {
  assert.equal(rewriteProblem({ from: '00*', to: '*' }), undefined);
  assert.match(rewriteProblem({ from: '0*1', to: '' }) as string, /one \* at the end/);
  assert.match(rewriteProblem({ from: '00', to: '*' }) as string, /no \* for/);
  assert.match(rewriteProblem({ from: '0?', to: '$$$' }) as string, /place 3/);
});
