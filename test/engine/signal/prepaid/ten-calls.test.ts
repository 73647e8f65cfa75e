/** Ten calls of sipp at once, over real sockets, on an account which can pay for three; a minute takes five seconds. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../../../engine/database.ts';
import { resolveConfiguration } from '../../../../engine/parameters/configuration.ts';
import { CallPricer } from '../../../../engine/signal/prepaid/call-pricer.ts';
import { PrepaidWatch } from '../../../../engine/signal/prepaid/prepaid-watch.ts';
import { signallingConfiguration } from '../../../../engine/signal/signalling-configuration.ts';
import { formatMoney } from '../../../../rating/money.ts';
import { Companion } from '../../../../signalling/companion.ts';
import { EventLog } from '../../../../signalling/events/event-log.ts';
import { readSegment } from '../../../../signalling/events/read-segment.ts';
import { TransportLayer } from '../../../../signalling/transport/transport-layer.ts';
import { KeptSuspensions } from '../../../signalling/authentication/authentication-world.ts';
import { fastClock } from '../../../signalling/fast-clock.ts';
import { freePorts, program, sipp, withoutSipp } from '../../../signalling/peers/companion-process.ts';
import { isHungUp, picksUp } from '../../../signalling/peers/sipp-calls.ts';
import { ok, recv, scenario, sdp, send } from '../../../signalling/peers/sipp-scenario.ts';
import { folder } from '../../reference/folder.ts';

/** Takes 402 as well as an answer; what is answered lasts until it is hung up, with the reason. */
const caller = scenario([
  send('INVITE', { body: sdp }),
  recv(100, { optional: true }),
  '<recv response="402" optional="true" next="refused"><action><ereg regexp="cause=402" search_in="hdr" header="Reason:" check_it="true" assign_to="why"/></action></recv>',
  recv(180, { optional: true }),
  recv(200),
  send('ACK'),
  '<recv request="BYE"><action><ereg regexp="SIP;cause=402;text=.balance and credit are used up" search_in="hdr" header="Reason:" check_it="true" assign_to="why"/></action></recv>',
  ok().replace('<send>', '<send next="end">'),
  // One step: labels are no messages, and the ACK has the branch of the INVITE so many messages before.
  `<label id="refused"/>\n${send('ACK', { within: false })}`,
  '<label id="end"/>\n<Reference variables="why"/>',
]);

test('ten calls at once on a balance for three', { skip: withoutSipp }, async (t) => {
  const { dir, write } = folder(t);
  const [port, gateway, from] = freePorts(3);
  const signalling = {
    softswitch: 'ss1',
    listen: [{ transport: 'udp', address: '127.0.0.1', port }],
    mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.1'], account: 'acme' }],
    routingGateways: [{ name: 'out-1', address: `127.0.0.1:${gateway}` }],
    prepaid: {},
    // In the time of the fast clock, so that the network is as ever: a busy machine answers in time all the same.
    parameters: {
      SS_SIP_RESEND_INTERVAL: '6,12,24,48,48',
      SS_SIP_TIMEOUT_INVITE: 120,
      SS_SIP_TIMEOUT_TRYING: 120,
    },
  };
  const parameters = { SERVER_BILLING_FEE_PRECISTION: 4, SERVER_BILLING_FEE_UNIT: '0.0001' };
  writeFileSync(join(dir, 'ratemill.json'), JSON.stringify({ parameters, signalling }));
  const ratemill = (...words: string[]) => {
    const ran = spawnSync(process.execPath, [program, ...words], { cwd: dir, encoding: 'utf8' });
    assert.equal(ran.status, 0, `${words}: ${ran.stderr}`);
    return ran.stdout;
  };
  write('rates.csv', 'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,49,Germany,0.6,1,1\n');
  write(
    'accounts.csv',
    'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\nacme,Acme,client,retail,1.5,0.5,prevent,UTC\n',
  );
  ratemill('load', 'rates', 'rates.csv');
  ratemill('load', 'accounts', 'accounts.csv');

  const database = join(dir, 'ratemill.duckdb');
  const resolved = () => resolveConfiguration({ db: database, set: [] });
  const configuration = signallingConfiguration(resolved().signalling, join(dir, 'ratemill.json'));
  const clock = fastClock(12);
  const log = EventLog.open({ ...configuration.events, softswitch: 'ss1', clock, onHealth() {}, onRefused() {} });
  const watch = await PrepaidWatch.open({
    database,
    softswitch: 'ss1',
    folder: configuration.events.folder,
    configuration: resolved,
    lost: [],
    tell: () => undefined,
  });
  let companion: Companion | undefined;
  const transport = await TransportLayer.open({
    clock,
    listen: configuration.listen,
    limits: { connections: 10, perSource: 10, idleMs: 1e6, halfMessageMs: 1e6 },
    onMessage: (message, source) => companion?.receive(message, source),
  });
  t.after(async () => {
    await Promise.all([watch.close(), transport.close(), log.close()]);
  });
  companion = new Companion({
    configuration,
    clock,
    log,
    sender: transport,
    budget: watch.budget,
    bindings: { load: () => [], changed: () => undefined },
    suspensions: new KeptSuspensions(),
    warn: () => undefined,
  });

  const answers = sipp(dir, 'callee', scenario([...picksUp, ...isHungUp]), { port: gateway, calls: 3 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const calls = sipp(dir, 'caller', caller, { port: from, target: port, calls: 10 });
  assert.deepEqual(await Promise.all([calls, answers]), ['', '']);
  await companion.drain(0);
  await log.close();

  const segments = readdirSync(configuration.events.folder).filter((name) => name.endsWith('.arrows'));
  const events = segments.flatMap((name) => readSegment(readFileSync(join(configuration.events.folder, name))).events);
  const ends = events.map(({ end_reason, end_direction }) => `${end_reason} ${end_direction}`).sort();
  assert.deepEqual(ends, [...Array.from({ length: 7 }, () => '-11 2'), ...Array.from({ length: 3 }, () => '-4 2')]);
  const pricer = new CallPricer(watch.budget.reading.basis);
  const foretold = events.map((event) => `${event.flow_no} ${formatMoney(pricer.price(event).fee, 6)}`).sort();
  const left = watch.budget.available('acme') as number;
  assert.ok(left >= 0 && left < 10_000, `${left} micros are less than a second costs`);

  ratemill('rate', 'events');
  const { connection, close } = await openDatabase(database, { readOnly: true });
  t.after(close);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  const charged = await rows('SELECT flow_no::VARCHAR, fee::VARCHAR FROM rated_calls');
  assert.deepEqual(charged.map((row) => row.join(' ')).sort(), foretold);
  assert.deepEqual(await rows('SELECT DISTINCT status::VARCHAR FROM rated_calls ORDER BY 1'), [
    ['charged'],
    ['zero_hold'],
  ]);
  const [[lowest, last]] = await rows(
    'SELECT min(least(balance_after, coalesce(lowest, balance_after)))::VARCHAR, arg_max(balance_after, entry_no)::VARCHAR FROM ledger',
  );
  assert.ok(Number(lowest) >= -0.5, `never below the limit: ${lowest}`);
  assert.equal(last, formatMoney(left - 500_000, 6));
});
