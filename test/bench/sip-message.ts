/**
 * node sip-message.ts: INVITEs of 1.1 kB parsed and written a second on one core, beside decoding the same bytes as
 * Latin-1, which no parser can do without. Medians of rounds with lowest and highest.
 */
import assert from 'node:assert/strict';
import { cseq } from '../../signalling/message/cseq.ts';
import type { SipMessage } from '../../signalling/message/message.ts';
import { nameAddress } from '../../signalling/message/name-address.ts';
import { parseMessage } from '../../signalling/message/parse-message.ts';
import { via } from '../../signalling/message/via.ts';
import { writeMessage } from '../../signalling/message/write-message.ts';
import { invite } from '../signalling/message/sample-messages.ts';
import { spread } from './measure.ts';

const ROUNDS = 15;
const PER_ROUND = 40_000;

/** Each message in bytes of its own, as a socket gives them; a new text each time. */
const datagrams = Array.from({ length: 512 }, (_, at) => {
  return Buffer.from(invite.toString('latin1').replaceAll('7b1d0f3e5a9c4e21', String(at).padStart(16, '0')), 'latin1');
});
const parsed = datagrams.map((bytes) => understood(bytes));

const figures = {
  'latin-1 text of the same bytes': rate((at) => datagrams[at].toString('latin1').length),
  'copy of the same bytes': rate((at) => Buffer.from(datagrams[at]).length),
  parsed: rate((at) => understood(datagrams[at]).body.length),
  'parsed, six header fields decoded': rate((at) => decoded(understood(datagrams[at]))),
  written: rate((at) => writeMessage(parsed[at]).length),
  'parsed and written': rate((at) => writeMessage(understood(datagrams[at])).length),
};
process.stdout.write(`INVITE of ${invite.length} bytes, one core, thousands a second\n\n`);
for (const [what, rates] of Object.entries(figures)) process.stdout.write(`${what.padEnd(36)} ${spread(rates, 0)}\n`);

function understood(bytes: Buffer): SipMessage {
  const message = parseMessage(bytes);
  assert.ok(message.kind !== 'fault');
  return message;
}

function decoded({ headers }: SipMessage): number {
  const value = (name: string) => headers.first(name) as string;
  return (
    (via(headers.list('Via')[0])?.branch?.length ?? 0) +
    (nameAddress(value('From'))?.uri.length ?? 0) +
    (nameAddress(value('To'))?.uri.length ?? 0) +
    value('Call-ID').length +
    (cseq(value('CSeq'))?.number ?? 0) +
    (nameAddress(headers.list('Contact')[0])?.uri.length ?? 0)
  );
}

/** Thousands of calls of `work` a second, a figure a round; the first rounds warm up. */
function rate(work: (at: number) => number): number[] {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS + 5; round++) {
    let sum = 0;
    const started = performance.now();
    for (let call = 0; call < PER_ROUND; call++) sum += work(call & 511);
    if (round >= 5) rates.push(PER_ROUND / (performance.now() - started));
    assert.ok(sum > 0);
  }
  return rates;
}
