/** A companion that runs, told by signals and asked by `ratemill signal status`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { pidf } from '../publication/pidf.ts';
import { rawUdp } from '../raw-peer.ts';
import { requestOf } from '../sip-text.ts';
import { CompanionProcess, freePorts, program, sipp, withoutSipp } from './companion-process.ts';
import { established, hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { ok, pause, recv, scenario, sdp, send } from './sipp-scenario.ts';

const callee = scenario([...picksUp, ...isHungUp]);
const invite = send('INVITE', { body: sdp });
const unroutable = [invite, recv(100, { optional: true }), recv(404), send('ACK', { within: false })];

test('SIGHUP: calls from then on are under the configuration as it is then, those that are up go on; one with a mistake is left', {
  skip: withoutSipp,
}, async (t) => {
  const [gateway, first, second, third] = freePorts(4);
  const companion = await CompanionProcess.start(t, [gateway]);
  const { folder, port: target } = companion;
  const file = join(folder, 'ratemill.json');
  const configuration = JSON.parse(readFileSync(file, 'utf8'));
  const answers = sipp(folder, 'callee', callee, { port: gateway });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const long = [...established, pause(5000), ...hangUp];
  const isUp = sipp(folder, 'long', scenario(long), { port: first, target });
  // Both legs are acknowledged.
  for (let waited = 0; companion.trace.split(' ACK ').length < 3; waited += 20) {
    assert.ok(waited < 5000, companion.trace);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(companion.status().calls.up, 1);

  configuration.signalling.routingGateways[0].prefixes = ['44'];
  configuration.signalling.parameters = { SS_SIP_NO_TIMER_REINVITE_INTERVAL: 900 };
  writeFileSync(file, JSON.stringify(configuration));
  await companion.told(
    'SIGHUP',
    /warning: SS_SIP_NO_TIMER_REINVITE_INTERVAL 900 s.* 1\.5 times .*configuration read again/s,
  );
  assert.equal(await sipp(folder, 'second', scenario(unroutable), { port: second, target }), '');

  const mistaken = structuredClone(configuration);
  mistaken.signalling.routingGateways[0].address = 'nonsense address';
  writeFileSync(file, JSON.stringify(mistaken));
  await companion.told('SIGHUP', /the configuration stays as it is: .*nonsense address/s);
  writeFileSync(file, JSON.stringify(configuration));
  assert.equal(await sipp(folder, 'third', scenario(unroutable), { port: third, target }), '');

  assert.deepEqual(await Promise.all([isUp, answers]), ['', '']);
  const { calls } = companion.status();
  assert.deepEqual([calls.up, calls.seen, calls.answered], [0, 3, 1]);
  const events = await companion.stop();
  const ends = events.map(({ end_reason, attempts }) => `${end_reason} after ${attempts}`);
  assert.deepEqual(ends.sort(), ['-6 after 0', '-6 after 0', '200 after 1'], '-6: no route');
});

test('status shows what a gateway has published of itself, also after SIGHUP', async (t) => {
  const [port] = freePorts(1);
  const companion = await CompanionProcess.start(t, [port, ...freePorts(1)]);
  const gateway = await rawUdp(t, companion.port, '127.0.0.1', { port });
  const body = pidf('closed');
  const lines = ['Event: presence', 'Content-Type: application/pidf+xml'];
  gateway.send(
    writeMessage(requestOf('PUBLISH', { via: `SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKp`, lines, body })),
  );
  await gateway.next(/^SIP\/2\.0 200 /);
  await companion.told('SIGHUP', /configuration read again/);
  const { gateways } = companion.status() as { gateways: { name: string; published: string }[] };
  assert.deepEqual(
    gateways.map(({ name, published }) => `${name} ${published}`),
    ['out-1 closed', 'out-2 unknown'],
  );
  const asked = spawnSync(process.execPath, [program, 'signal', 'status'], { cwd: companion.folder });
  assert.match(asked.stdout.toString(), /^out-1 .* up +closed +0 /m);
});

test('SIGTERM: calls that are up go on until their grace is over, then both sides get a BYE; no new call', {
  skip: withoutSipp,
}, async (t) => {
  const [gateway, first, second] = freePorts(3);
  const companion = await CompanionProcess.start(t, [gateway]);
  const { folder, port: target } = companion;
  const answers = sipp(folder, 'callee', callee, { port: gateway });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const isUp = sipp(folder, 'up', scenario([...established, recv('BYE'), ok()]), { port: first, target });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stopped = companion.stop();
  const refused = [invite, recv(100, { optional: true }), recv(503), send('ACK', { within: false })];
  assert.equal(await sipp(folder, 'late', scenario(refused), { port: second, target }), '');
  assert.deepEqual(await Promise.all([isUp, answers]), ['', '']);
  const up = (await stopped).find(({ answered_at }) => answered_at !== null);
  assert.equal(up?.end_direction, 2, 'ended by the server');
});

test('a filter or a file that cannot be is refused before anything runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'companion-'));
  const signalling = {
    softswitch: 'ss1',
    listen: [{ transport: 'udp', address: '127.0.0.1', port: freePorts(1)[0] }],
    mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.1'], account: 'acme' }],
    routingGateways: [{ name: 'out-1', address: '127.0.0.1:5080' }],
  };
  writeFileSync(join(folder, 'ratemill.json'), JSON.stringify({ signalling }));
  const run = (...words: string[]) => spawnSync(process.execPath, [program, 'signal', ...words], { cwd: folder });
  const filter = run('--trace', 'berlin');
  assert.deepEqual(
    [filter.status, /--trace berlin: is neither an address nor digits/.test(`${filter.stderr}`)],
    [2, true],
  );
  const file = run('--pcap', 'nowhere/calls.pcap');
  assert.deepEqual([file.status, /nowhere\/calls\.pcap cannot be made: ENOENT/.test(`${file.stderr}`)], [1, true]);
  assert.deepEqual(readdirSync(folder), ['ratemill.json']);
  rmSync(folder, { recursive: true });
});
