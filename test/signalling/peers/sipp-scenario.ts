/** Scenarios of sipp, put together from steps: sipp itself checks that messages come in this order and no others. */

const SDP = `v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio 6000 RTP/AVP 0`;

export type Step = string;

/** A request of the caller. Within the call To has the tag of the answer. */
export function send(
  method: string,
  { body = '', lines = '', cseq = 1, within = method !== 'INVITE' && method !== 'CANCEL' } = {},
): Step {
  const branch = method === 'CANCEL' || (method === 'ACK' && !within) ? '[branch-of-INVITE]' : '[branch]';
  const to = within ? '[peer_tag_param]' : '';
  return sending(
    `${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}
From: <sip:442071[call_number]@[local_ip]:[local_port]>;tag=caller[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>${to}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${lines}`,
    body,
    method === 'ACK' ? '' : ' retrans="500"',
  );
}

/** An answer to the last request that came. */
export function answer(status: string, { body = '', lines = '' } = {}): Step {
  const isFinal = !status.startsWith('1');
  return sending(
    `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=callee[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>
${lines}`,
    body,
    isFinal && body !== '' ? ' retrans="500"' : '',
  );
}

/** 200 to a request within the call, whose To has the tag already. */
export function ok(lines = '', body = ''): Step {
  return sending(
    `SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${lines}`,
    body,
    '',
  );
}

/** A request of the callee within the call. */
export function sendBack(method: string, { cseq = 1, body = '', lines = '' } = {}): Step {
  return sending(
    `${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: [$to];tag=callee[call_number]
To: [$from]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${lines}`,
    body,
    method === 'ACK' ? '' : ' retrans="500"',
  );
}

/**
 * The INVITE that comes to the callee, as `recvInvite`, of whose text sipp finds what it is to have and nothing else.
 *
 * @param has extended regular expressions of POSIX, over the text of the message, as those of `lacks`
 */
export function recvInviteWith(has: readonly string[], lacks: readonly string[]): Step {
  const check = (regexp: string, how: string) =>
    `<ereg regexp="${escapeXml(regexp)}" search_in="msg" ${how}="true" assign_to="found"/>`;
  const checks = [...has.map((one) => check(one, 'check_it')), ...lacks.map((one) => check(one, 'check_it_inverse'))];
  return recvInvite().replace('</action>', `${checks.join('\n')}\n</action>`);
}

/** The INVITE that comes to the callee; From and To are kept for requests of his own. */
export function recvInvite(): Step {
  return `<recv request="INVITE" rrs="true"><action>
<ereg regexp="[^;]*" search_in="hdr" header="To:" assign_to="to"/>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
</action></recv>`;
}

export function recv(what: number | string, { optional = false } = {}): Step {
  const kind = typeof what === 'number' ? `response="${what}"` : `request="${what}"`;
  return `<recv ${kind}${optional ? ' optional="true"' : ''}${what === 200 ? ' rrs="true"' : ''}/>`;
}

export function pause(ms: number): Step {
  return `<pause milliseconds="${ms}"/>`;
}

export const sdp = SDP;

/** @param named whether the scenario names From and To of its INVITE, as callees do */
export function scenario(steps: readonly Step[]): string {
  const named = steps.some((step) => step.includes('assign_to="to"'));
  const uses = steps.some((step) => step.includes('[$to]'));
  const checks = steps.some((step) => step.includes('assign_to="found"')) ? ['found'] : [];
  const unused = named && !uses ? ['to', 'from', ...checks] : checks;
  const reference = unused.length > 0 ? `<Reference variables="${unused.join(',')}"/>` : '';
  let invite = 0;
  const placed = steps.map((step, place) => {
    if (step.includes('\nINVITE ')) invite = place;
    // sipp counts back, from step to step.
    return step.replace('[branch-of-INVITE]', `[branch-${place - invite}]`);
  });
  return `<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="test">\n${placed.join('\n')}\n${reference}</scenario>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function sending(head: string, body: string, attributes: string): Step {
  const type = body === '' ? '' : 'Content-Type: application/sdp\n';
  const lines = head
    .split('\n')
    .filter((line) => line !== '')
    .join('\n');
  return `<send${attributes}><![CDATA[\n${lines}\n${type}Content-Length: [len]\n\n${body}\n]]></send>`;
}
