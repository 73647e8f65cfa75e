/** Messages as carriers send them, made up; the corpus of mutations and of the bench. */

/** An INVITE of 1.1 kB, as a gateway sends it. */
export const invite = message(
  'INVITE sip:4915112345678@192.0.2.10:5060;user=phone SIP/2.0',
  [
    'Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK0f3a9c2d7e;rport',
    'Via: SIP/2.0/UDP 10.11.12.13:5062;received=203.0.113.7;branch=z9hG4bK-524287-1---8d5f4c9a',
    'Max-Forwards: 68',
    'Record-Route: <sip:198.51.100.20;lr;ftag=as6f2e>',
    'From: "Nora Lindqvist" <sip:442071234567@198.51.100.20>;tag=as6f2e71b0',
    'To: <sip:4915112345678@192.0.2.10;user=phone>',
    'Contact: <sip:442071234567@198.51.100.20:5060;transport=udp>',
    'Call-ID: 7b1d0f3e5a9c4e21@198.51.100.20',
    'CSeq: 102 INVITE',
    'User-Agent: Gateway 4.2.1',
    'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, PRACK, UPDATE',
    'Supported: replaces, timer, 100rel',
    'Session-Expires: 1800;refresher=uac',
    'Min-SE: 90',
    'P-Asserted-Identity: "Nora Lindqvist" <sip:442071234567@198.51.100.20>',
    'Content-Type: application/sdp',
  ],
  [
    'v=0',
    'o=root 1821 1821 IN IP4 198.51.100.21',
    's=call',
    'c=IN IP4 198.51.100.21',
    't=0 0',
    'm=audio 16384 RTP/AVP 8 0 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'a=ptime:20',
    'a=sendrecv',
  ],
);

/** Messages of all kinds: folded, compact, with lists, quotes, credentials, IPv6. */
export const samples: readonly Buffer[] = [
  invite,
  message('SIP/2.0 407 Proxy Authentication Required', [
    'v: SIP/2.0/UDP 198.51.100.20;branch=z9hG4bK0f3a9c2d7e;received=198.51.100.20;rport=5060',
    'f: <sip:442071234567@198.51.100.20>;tag=as6f2e71b0',
    't: <sip:4915112345678@192.0.2.10>;tag=1',
    'i: 7b1d0f3e5a9c4e21@198.51.100.20',
    'CSeq: 102 INVITE',
    'Proxy-Authenticate: Digest realm="carrier \\"one\\"", nonce="84a4cc6f3082121f32b42a2187831a9e", algorithm=MD5, qop="auth,auth-int"',
  ]),
  message('REGISTER sips:registrar.example.com:5061 SIP/2.0', [
    'Via: SIP/2.0/TLS [2001:db8::9:1]:5061;branch=z9hG4bKnashds7, SIP / 2.0 / TCP host.example.com ; branch = z9hG4bK1',
    'From: Bob <sips:bob@example.com>;tag=a73kszlfl',
    'To: Bob <sips:bob@example.com>',
    'Call-ID: 1j9FpLxk3uxtm8tn@example.com',
    'CSeq: 2147483647 REGISTER',
    'Contact: "Mr. Watson, \\"T\\"" <sips:w;x=1@[2001:db8::1]:5061;transport=tcp?Subject=a%20b&Priority=urgent>;q=0.7;expires=3600,',
    ' <tel:+1-201-555-0123;phone-context=+1>;q=0.1',
    'Authorization: Digest username="bob", realm="example.com", nonce="ea9c8e88df84f1cec4341ae6cbe5a359", uri="sips:example.com",',
    '\tresponse="dfe56131d1958046689d83306477ecc", nc=00000001, cnonce="0a4f113b", qop=auth',
    'Route: <sip:p1.example.com;lr>,<sip:p2.example.com;lr>',
    'Require: path , outbound',
    'Max-Forwards: 70',
  ]),
];

/** A message with its lines ended by CR LF and its Content-Length. */
export function message(startLine: string, headers: readonly string[], body: readonly string[] = []): Buffer {
  const text = body.map((line) => `${line}\r\n`).join('');
  const lines = [startLine, ...headers, `Content-Length: ${Buffer.byteLength(text, 'latin1')}`];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`, 'latin1');
}
