import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutingGateway } from '../../../signalling/configuration.ts';
import { GatewayPublications } from '../../../signalling/publication/gateway-publications.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { requestOf } from '../sip-text.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { pidf } from './pidf.ts';

const gateway = (name: string, host: string, port = 5060) => ({ name, host, port }) as RoutingGateway;
const peer = (address: string, port = 5060): Peer => ({ transport: 'udp', address, port });
const out1 = gateway('out-1', '198.51.100.1');
const parameters = { SS_SIP_PUBLISH_EXPIRE: 300 };
const EVENT = 'Event: presence';
const TYPE = 'Content-Type: application/pidf+xml';

/** A list of publications, and what is asked of it, from the first gateway unless another is named. */
function world(gateways: readonly RoutingGateway[] = [out1]) {
  const clock = new VirtualClock();
  const publications = new GatewayPublications(clock, gateways);
  const publish = (lines: readonly string[], body = '', source = peer('198.51.100.1')) => {
    const { status, headers } = publications.answer(
      requestOf('PUBLISH', { lines, body }),
      { source, toTag: 'here' },
      parameters,
    );
    assert.match(headers.first('To') as string, /;tag=here$/);
    const has = ['Expires', 'Min-Expires', 'Allow-Events', 'Accept', 'Accept-Encoding']
      .map((name) => [name, headers.first(name)])
      .filter(([, value]) => value !== undefined);
    return { status, tag: headers.first('SIP-ETag') ?? '', has: Object.fromEntries(has) };
  };
  const says = (basic: string, ...lines: string[]) => publish([EVENT, TYPE, ...lines], pidf(basic));
  return { clock, publications, publish, says, state: (of = out1) => publications.stateOf(of) };
}

test('a state is published, refreshed, changed and removed, each time under another tag', () => {
  const { says, publish, state } = world();
  assert.equal(state(), 'unknown');
  const first = says('closed');
  assert.deepEqual([first.status, first.has, state()], [200, { Expires: '300' }, 'closed']);
  const refreshed = publish([EVENT, `SIP-If-Match: ${first.tag}`, 'Expires: 60']);
  assert.deepEqual([refreshed.status, refreshed.has, state()], [200, { Expires: '60' }, 'closed']);
  assert.deepEqual(publish([EVENT, `SIP-If-Match: ${first.tag}`]).status, 412);
  const changed = says('open', `SIP-If-Match: ${refreshed.tag}`);
  assert.deepEqual([changed.status, state()], [200, 'open']);
  const removed = publish([EVENT, `SIP-If-Match: ${changed.tag}`, 'Expires: 0']);
  assert.deepEqual([removed.status, removed.has, state()], [200, { Expires: '0' }, 'unknown']);
  assert.equal(publish([EVENT, `SIP-If-Match: ${removed.tag}`]).status, 412);
  assert.equal(new Set([first, refreshed, changed, removed].map(({ tag }) => tag)).size, 4);
});

test('a state expires to the second, from the last refresh on, and steps of the clock do not count', () => {
  const { clock, says, publish, state } = world();
  const { tag } = says('closed', 'Expires: 30');
  clock.step(1e9);
  clock.advance(29_999);
  assert.equal(state(), 'closed');
  assert.equal(publish([EVENT, `SIP-If-Match: ${tag}`]).status, 200);
  clock.advance(299_999);
  assert.equal(state(), 'closed');
  clock.advance(1);
  assert.equal(state(), 'unknown');
  const late = says('closed', 'Expires: 30');
  clock.advance(30_000);
  assert.equal(publish([EVENT, `SIP-If-Match: ${late.tag}`]).status, 412);
});

test('Expires: too short is refused, too long is cut, malformed is taken for none', () => {
  const { says, state } = world();
  const brief = ['1', '29'].map((seconds) => says('closed', `Expires: ${seconds}`));
  for (const { status, has } of brief) assert.deepEqual([status, has], [423, { 'Min-Expires': '30' }]);
  assert.equal(state(), 'unknown');
  const given = ['30', '7200', '7201', '99999999999999999999', '-1', 'soon'];
  assert.deepEqual(
    given.map((seconds) => says('closed', `Expires: ${seconds}`).has.Expires),
    ['30', '7200', '7200', '7200', '300', '300'],
  );
});

test('what is no publication is refused with what would be one, and changes nothing', () => {
  const { publish, says, state } = world();
  says('closed');
  const refused = (lines: readonly string[], body = pidf('open')) => {
    const { status, has } = publish(lines, body);
    return [status, has];
  };
  const allowed = { 'Allow-Events': 'presence' };
  assert.deepEqual(refused([TYPE]), [489, allowed]);
  assert.deepEqual(refused(['Event: dialog', TYPE]), [489, allowed]);
  assert.deepEqual(refused([EVENT]), [415, { Accept: 'application/pidf+xml' }]);
  assert.deepEqual(refused([EVENT, 'Content-Type: text/xml']), [415, { Accept: 'application/pidf+xml' }]);
  assert.deepEqual(refused([EVENT, TYPE, 'Content-Encoding: gzip']), [415, { 'Accept-Encoding': 'identity' }]);
  assert.deepEqual(refused([EVENT, TYPE], '<presence/>'), [400, {}]);
  assert.deepEqual(refused([EVENT, TYPE], ''), [400, {}]);
  assert.deepEqual(refused([EVENT, TYPE, 'SIP-If-Match: nothing-known']), [412, {}]);
  assert.deepEqual(refused([EVENT, TYPE, 'SIP-If-Match: a', 'SIP-If-Match: b']), [400, {}]);
  assert.deepEqual(refused([EVENT, TYPE, 'SIP-If-Match: "a"']), [400, {}]);
  assert.equal(state(), 'closed');
  assert.equal(publish(['o: Presence;id=1', 'c: APPLICATION/PIDF+XML;charset=UTF-8'], pidf('open')).status, 200);
  assert.equal(state(), 'open');
});

test('only a routing gateway publishes, and of itself: by address and port, or else all at the address', () => {
  const second = gateway('out-2', '198.51.100.1', 5070);
  const six = gateway('out-6', '2001:DB8::0:1');
  const named = gateway('named', 'gateway.example');
  const { publish, state } = world([out1, second, six, named]);
  const closes = (source: Peer) => publish([EVENT, TYPE], pidf('closed'), source).status;
  const states = () => [out1, second, six, named].map((one) => state(one));
  assert.equal(closes(peer('198.51.100.2')), 403);
  assert.equal(closes(peer('::ffff:198.51.100.1', 5070)), 200);
  assert.deepEqual(states(), ['unknown', 'closed', 'unknown', 'unknown']);
  assert.equal(closes(peer('198.51.100.1', 40_000)), 200);
  assert.equal(closes(peer('2001:db8::1')), 200);
  assert.deepEqual(states(), ['closed', 'closed', 'closed', 'unknown']);
});

test('with another configuration states of gateways that are still there stay; of one at another address nothing is known', () => {
  const second = gateway('out-2', '198.51.100.1');
  const { publications, says, state } = world([out1, second]);
  const { tag } = says('closed');
  publications.follow([gateway('out-1', '198.51.100.1'), gateway('out-2', '198.51.100.9')]);
  assert.equal(state(), 'closed');
  assert.equal(state(gateway('out-2', '198.51.100.9')), 'unknown');
  publications.follow([]);
  publications.follow([out1]);
  assert.equal(state(), 'unknown');
  assert.equal(says('open', `SIP-If-Match: ${tag}`).status, 412);
});
