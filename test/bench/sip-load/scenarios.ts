/** Scenarios of sipp for load: a call that is answered at once and hung up by its caller. */

const SDP = `v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio 6000 RTP/AVP 0`;

const request = (
  method: string,
  cseq: number,
  to: string,
  body = '',
) => `${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:442071@[local_ip]:[local_port]>;tag=c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>${to}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
${body === '' ? '' : 'Content-Type: application/sdp\n'}Content-Length: [len]

${body}`;

const answer = (status: string, tag: string, body = '') => `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${tag}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:callee@[local_ip]:[local_port]>
${body === '' ? '' : 'Content-Type: application/sdp\n'}Content-Length: [len]

${body}`;

const send = (text: string, attributes = '') => `<send${attributes}><![CDATA[\n${text}\n]]></send>`;
const scenario = (steps: readonly string[]) =>
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="load">\n${steps.join('\n')}\n</scenario>\n`;

/** @param hold seconds a call is up */
export const caller = (hold: number): string =>
  scenario([
    send(request('INVITE', 1, '', SDP), ' retrans="500" start_rtd="1"'),
    '<recv response="100" optional="true"/>',
    '<recv response="180" optional="true"/>',
    '<recv response="200" rtd="1"/>',
    send(request('ACK', 1, '[peer_tag_param]')),
    `<pause milliseconds="${1000 * hold}"/>`,
    send(request('BYE', 2, '[peer_tag_param]'), ' retrans="500"'),
    '<recv response="200"/>',
  ]);

export const callee: string = scenario([
  '<recv request="INVITE"/>',
  send(answer('180 Ringing', ';tag=e[call_number]')),
  send(answer('200 OK', ';tag=e[call_number]', SDP), ' retrans="500"'),
  '<recv request="ACK"/>',
  '<recv request="BYE"/>',
  send(answer('200 OK', '')),
]);
