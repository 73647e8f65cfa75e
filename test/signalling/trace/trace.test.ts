/** What a trace shows, and what it must not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { Ladder } from '../../../signalling/trace/ladder.ts';
import { PcapRecords, pcapHeader } from '../../../signalling/trace/pcap.ts';
import { withoutCredentials } from '../../../signalling/trace/without-credentials.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import type { Traffic } from '../../../signalling/transport/transport-layer.ts';
import { withoutTshark } from '../peers/companion-process.ts';
import { requestOf, sipText } from '../sip-text.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const caller: Peer = { transport: 'udp', address: '192.0.2.9', port: 5060 };
const gateway: Peer = { transport: 'tcp', address: '2001:db8::7', port: 5070 };

const invite = (parts: Parameters<typeof requestOf>[1] = {}) => Buffer.from(writeMessage(requestOf('INVITE', parts)));
const answered = (status: string) =>
  sipText([
    `SIP/2.0 ${status}`,
    'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKa1',
    'From: <sip:4420@192.0.2.9>;tag=caller',
    'To: <sip:49301@192.0.2.1>;tag=callee',
    'Call-ID: call-1',
    'CSeq: 1 INVITE',
  ]);

function traffic(direction: 'in' | 'out', remote: Peer, bytes: Uint8Array, afterMs = 0): Traffic {
  const local: Peer =
    remote.transport === 'udp'
      ? { transport: 'udp', address: '192.0.2.1', port: 5060 }
      : { transport: 'tcp', address: '2001:db8::1', port: 5060 };
  return { direction, timeMs: noon + afterMs, local, remote, bytes };
}

test('a ladder has a column a party, in the order in which they appear, and a line a message', () => {
  const ladder = new Ladder();
  const lines = [
    traffic('in', caller, invite()),
    traffic('out', gateway, invite(), 2),
    traffic('in', gateway, answered('503 Service Unavailable'), 40),
    traffic('out', caller, answered('486 Busy Here'), 41),
  ].flatMap((one) => ladder.lines(one));
  assert.deepEqual(lines, [
    '              udp 192.0.2.9:5060            ratemill',
    '12:00:00.000  |-------- INVITE 49301 ------>|',
    '              udp 192.0.2.9:5060            ratemill                      tcp [2001:db8::7]:5070',
    '12:00:00.002  |                             |-------- INVITE 49301 ------>|',
    '12:00:00.040  |                             |<- 503 Service Unavailable --|',
    '12:00:00.041  |<------ 486 Busy Here -------|                             |',
  ]);
});

test('of a filtered ladder only messages of an address or about a number are shown', () => {
  const shown = (filters: string[]) => {
    const ladder = new Ladder(filters);
    const other = invite({ uri: 'sip:3312@192.0.2.1', to: '<sip:3312@192.0.2.1>', from: '<sip:77@192.0.2.9>;tag=x' });
    return [invite(), other].map((bytes) => ladder.lines(traffic('in', caller, bytes)).length > 0);
  };
  assert.deepEqual(shown(['4930']), [true, false]);
  assert.deepEqual(shown(['77']), [false, true]);
  assert.deepEqual(shown(['192.0.2.9']), [true, true]);
  assert.deepEqual(shown(['192.0.2.8']), [false, false]);
  assert.deepEqual(shown(['4930', '3312']), [true, true]);
  assert.deepEqual(shown(['192']), [false, false], 'not the digits of an address');
});

test('no ladder shows the password of a URI', () => {
  const [, line] = new Ladder().lines(traffic('in', caller, invite({ uri: 'sip:49301:secret@192.0.2.1' })));
  assert.equal(line, '12:00:00.000  |-------- INVITE 49301 ------>|');
});

test('a ladder that would become too wide begins anew', () => {
  const ladder = new Ladder();
  const widths = Array.from({ length: 20 }, (_, nth) => {
    const lines = ladder.lines(traffic('in', { ...caller, port: 6000 + nth }, invite()));
    assert.equal(lines.length, 2, 'the names, and the arrow');
    return lines[1].length;
  });
  assert.equal(Math.max(...widths), Math.max(...widths.slice(0, 6)));
  assert.equal(widths[6], widths[0]);
});

test('what is not a SIP message is left out of a ladder', () => {
  assert.deepEqual(new Ladder().lines(traffic('in', caller, Buffer.from('\r\n\r\n'))), []);
});

test('values of credentials become x, folded lines and all, and no length changes', () => {
  const bytes = invite({
    lines: [
      'Proxy-Authorization: Digest username="acme", response="0123456789abcdef"',
      'authorization : Digest username="acme",\r\n response="fedcba9876543210"',
      'X-Kept: Authorization is a word',
    ],
    body: 'Authorization: is no header here',
  });
  const masked = Buffer.from(withoutCredentials(bytes)).toString('latin1');
  assert.equal(masked.length, bytes.length);
  assert.doesNotMatch(masked, /acme|0123456789abcdef|fedcba9876543210|Digest/);
  assert.match(masked, /X-Kept: Authorization is a word\r\n/);
  assert.match(masked, /Authorization: is no header here$/);
  const plain = invite();
  assert.equal(withoutCredentials(plain), plain, 'one without is handed on as it is');
});

test('passwords in URIs are made unreadable, whatever stands around them, in time linear to the message', () => {
  const shown = (line: string) => {
    const masked = Buffer.from(withoutCredentials(Buffer.from(`INVITE ${line}\r\n\r\nsip:a:b@c`, 'latin1')));
    return masked.toString('latin1').slice(7, -13);
  };
  assert.equal(shown('sip:6001:secret@192.0.2.1:5060 SIP/2.0'), 'sip:6001:xxxxxx@192.0.2.1:5060 SIP/2.0');
  assert.equal(shown('X\r\nFrom: "a" <SIPS:6001:s:e?c@h>;tag=1'), 'X\r\nFrom: "a" <SIPS:6001:xxxxx@h>;tag=1');
  assert.equal(shown('sip:a:b@c, <sip:d:ef@g>'), 'sip:a:x@c, <sip:d:xx@g>');
  for (const plain of ['sip:6001@192.0.2.1:5060', 'sip:192.0.2.1:5060', '<sip:h:5060>;x="a@b"', 'sip sips sip:']) {
    assert.equal(shown(plain), plain);
  }
  const startedMs = performance.now();
  withoutCredentials(Buffer.from('sip:'.repeat(250_000)));
  assert.ok(performance.now() - startedMs < 1000);
});

test('tshark reads a pcap of UDP and TCP, IPv4 and IPv6: times, parties, checksums', {
  skip: withoutTshark,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ratemill-pcap-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const records = new PcapRecords();
  const packets = [
    traffic('in', caller, invite({ lines: ['Authorization: Digest username="acme"'] })),
    traffic('out', gateway, invite(), 2.5),
    traffic('in', gateway, answered('503 Service Unavailable'), 40),
    traffic('out', gateway, invite({ cseq: 2 }), 50),
  ].map((one) => records.record(one));
  const file = join(folder, 'calls.pcap');
  writeFileSync(file, Buffer.concat([pcapHeader(), ...packets]));
  const fields = [
    'frame.time_epoch',
    'ip.src',
    'ipv6.dst',
    'udp.checksum.status',
    'tcp.checksum.status',
    'sip.Method',
    'sip.Status-Code',
  ];
  const checked = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'].flatMap((name) => [
    '-o',
    `${name}:TRUE`,
  ]);
  const read = spawnSync('tshark', [
    '-r',
    file,
    ...checked,
    '-T',
    'fields',
    '-E',
    'separator=|',
    ...fields.flatMap((name) => ['-e', name]),
  ]);
  const seconds = noon / 1000;
  assert.deepEqual(
    read.stdout.toString().trim().split('\n'),
    [
      `${seconds}.000000000|192.0.2.9||1||INVITE|`,
      `${seconds}.002500000||2001:db8::7||1|INVITE|`,
      `${seconds}.040000000||2001:db8::1||1||503`,
      `${seconds}.050000000||2001:db8::7||1|INVITE|`,
    ],
    read.stderr.toString(),
  );
  const faults = spawnSync('tshark', [
    '-r',
    file,
    ...checked,
    '-Y',
    '_ws.malformed || tcp.analysis.flags || ip.checksum.status == 0',
  ]);
  assert.equal(faults.stdout.toString(), '');
  assert.doesNotMatch(Buffer.concat(packets).toString('latin1'), /acme/);
});
