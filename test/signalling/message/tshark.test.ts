import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answerTo } from '../../../signalling/message/answer.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { samples } from './sample-messages.ts';

const there = ['tshark', 'text2pcap'].every((name) => spawnSync(name, ['--version']).status === 0);
const skip = there ? false : 'tshark and text2pcap are not there';

test('tshark reads what is written as we mean it, and has nothing to remark', { skip }, () => {
  const requests = samples.map((bytes) => parseMessage(bytes)).filter((message) => message.kind === 'request');
  const written = requests.flatMap((request) => [
    writeMessage(request),
    writeMessage(answerTo(request, 200, undefined, { toTag: 'b1' })),
  ]);
  assert.equal(written.length, 4);
  const folder = mkdtempSync(join(tmpdir(), 'ratemill-tshark-'));
  try {
    assert.deepEqual(dissected(folder, written), [
      ['INVITE', '', '2', 'as6f2e71b0', '', '102', '234', ''],
      ['', '200', '2', 'as6f2e71b0', 'b1', '102', '0', ''],
      ['REGISTER', '', '1', 'a73kszlfl', '', '2147483647', '0', ''],
      ['', '200', '1', 'a73kszlfl', 'b1', '2147483647', '0', ''],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Method, status, number of Via lines, tags, number of CSeq, Content-Length, and what tshark remarks, a row a message. */
function dissected(folder: string, messages: readonly Buffer[]): string[][] {
  const hex = messages.map((bytes) => `0000 ${bytes.toString('hex').replace(/../g, '$& ')}\n`).join('\n');
  writeFileSync(join(folder, 'hex'), hex);
  const [from, to] = [join(folder, 'hex'), join(folder, 'pcap')];
  execFileSync('text2pcap', ['-q', '-u', '5060,5060', from, to], { stdio: 'pipe' });
  const fields = [
    'sip.Method',
    'sip.Status-Code',
    'sip.Via',
    'sip.from.tag',
    'sip.to.tag',
    'sip.CSeq.seq',
    'sip.Content-Length',
  ];
  const options = [...fields, '_ws.expert.message'].flatMap((field) => ['-e', field]);
  const rows = execFileSync(
    'tshark',
    ['-r', to, '-T', 'fields', '-E', 'separator=|', '-E', 'aggregator=^', ...options],
    { stdio: 'pipe' },
  );
  return rows
    .toString()
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|').map((cell, at) => (at === 2 ? String(cell.split('^').length) : cell)));
}
