import assert from 'node:assert/strict';
import type { SipMessage, SipRequest, SipResponse } from '../../signalling/message/message.ts';
import { parseMessage } from '../../signalling/message/parse-message.ts';

/** A message from its lines and body; an empty Content-Length is put in. */
export function sipText(lines: readonly string[], body = ''): Buffer {
  return Buffer.from(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

export function parsed(bytes: Uint8Array): SipMessage {
  const message = parseMessage(bytes);
  if (message.kind === 'fault') assert.fail(`${message.problem}: ${Buffer.from(bytes).toString('latin1')}`);
  return message;
}

export interface RequestParts {
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly callId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cseq?: number;
  readonly lines?: readonly string[];
  readonly body?: string;
}

/** A request as a peer at 192.0.2.9 sends it. */
export function requestOf(method: string, parts: RequestParts = {}): SipRequest {
  const { uri = 'sip:49301@192.0.2.1', branch = 'z9hG4bKa1', callId = 'call-1', cseq = 1, lines = [], body } = parts;
  const message = parsed(
    sipText(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}`}`,
        'Max-Forwards: 70',
        `From: ${parts.from ?? '<sip:4420@192.0.2.9>;tag=caller'}`,
        `To: ${parts.to ?? '<sip:49301@192.0.2.1>'}`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        ...lines,
      ],
      body,
    ),
  );
  assert.equal(message.kind, 'request');
  return message as SipRequest;
}

/** What a peer answers to a request that was sent to it. */
export function answerOf(
  request: SipMessage,
  status: number,
  { toTag = 'callee', lines = [] as readonly string[], body = '' } = {},
): SipResponse {
  const { headers } = request;
  const to = headers.first('To') as string;
  const message = parsed(
    sipText(
      [
        `SIP/2.0 ${status} Whatever`,
        ...headers.all('Via').map((value) => `Via: ${value}`),
        ...headers.all('Record-Route').map((value) => `Record-Route: ${value}`),
        `From: ${headers.first('From')}`,
        `To: ${status === 100 || to.includes('tag=') ? to : `${to};tag=${toTag}`}`,
        `Call-ID: ${headers.first('Call-ID')}`,
        `CSeq: ${headers.first('CSeq')}`,
        ...lines,
      ],
      body,
    ),
  );
  return message as SipResponse;
}
