import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loading, mistakesOf } from './folder.ts';

const header = 'gateway,direction,account,address';

test('a gateway may map and route; an account that is not loaded yet is a warning', async (t) => {
  const { load, rows } = await loading(t);
  const report = await load('gateways', `${header}\ngw,mapping,c1,192.0.2.1:5060\ngw,routing,v1,\ng2,routing,v1,\n`);
  assert.deepEqual(report.warnings, [
    'line 2: account c1 is not loaded yet: ratemill load accounts FILE',
    'line 3: account v1 is not loaded yet: ratemill load accounts FILE',
  ]);
  assert.deepEqual(await rows('FROM gateways'), [
    ['gw', 'mapping', 'c1', '192.0.2.1:5060', '1'],
    ['gw', 'routing', 'v1', null, '1'],
    ['g2', 'routing', 'v1', null, '1'],
  ]);
});

test('a reload changes the row of its gateway and direction', async (t) => {
  const { load, rows } = await loading(t);
  await load('gateways', `${header}\ngw,mapping,c1,192.0.2.1\ngw,routing,v1,\n`);
  const report = await load('gateways', `${header}\ngw,mapping,c2,[2001:db8::1]:5060\n`);
  assert.deepEqual([report.added, report.changed], [0, 1]);
  assert.deepEqual(await rows('SELECT direction, account, address, load_id FROM gateways ORDER BY 1'), [
    ['mapping', 'c2', '[2001:db8::1]:5060', '2'],
    ['routing', 'v1', null, '1'],
  ]);
});

test('bad values and duplicates are listed', async (t) => {
  const { load } = await loading(t);
  assert.deepEqual(
    mistakesOf(await load('gateways', `${header}\ngw,in,,sip.example.net\ngw,mapping,c1,\ngw,mapping,c2,\n`)),
    [
      'gateways.csv:2: direction "in": expected mapping or routing',
      'gateways.csv:2: account "": expected a name',
      'gateways.csv:2: address "sip.example.net": expected an IPv4 or IPv6 address, such as 192.0.2.1, 192.0.2.1:5060 or [2001:db8::1]:5060',
      'gateways.csv:4: gateway, direction "gw, mapping": expected a row that is not there yet; line 3 has the same gateway, direction',
    ],
  );
});
