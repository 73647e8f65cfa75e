import { isIPv6 } from 'node:net';
import type { Peer } from '../transport/transport.ts';
import type { Traffic } from '../transport/transport-layer.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Beginning of a pcap file of raw IP packets (LINKTYPE_RAW), times in microseconds. */
export function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(MOST_BYTES, 16);
  header.writeUInt32LE(LINKTYPE_RAW, 20);
  return header;
}

/**
 * Makes packets of messages as they passed the socket: what was cut into several on the wire stands here as one, and one of
 * TCP, whose handshake is not seen, goes on where the message before ended.
 */
export class PcapRecords {
  /** Next sequence number of each direction of a TCP connection. */
  readonly #sequences = new Map<string, number>();

  record({ direction, timeMs, local, remote, bytes }: Traffic): Buffer {
    const [from, to] = direction === 'out' ? [local, remote] : [remote, local];
    const payload = withoutCredentials(bytes);
    const packet = ipPacket(from, to, this.#segment(from, to, payload));
    const header = Buffer.alloc(16);
    const micros = Math.round(1000 * timeMs);
    header.writeUInt32LE(Math.floor(micros / 1_000_000), 0);
    header.writeUInt32LE(micros % 1_000_000, 4);
    header.writeUInt32LE(packet.length, 8);
    header.writeUInt32LE(packet.length, 12);
    return Buffer.concat([header, packet]);
  }

  #segment(from: Peer, to: Peer, payload: Uint8Array): Buffer {
    if (from.transport === 'udp') {
      const header = Buffer.alloc(8);
      header.writeUInt16BE(from.port, 0);
      header.writeUInt16BE(to.port, 2);
      header.writeUInt16BE((8 + payload.length) & 0xffff, 4);
      return withChecksum(from, to, Buffer.concat([header, payload]), UDP, 6);
    }
    const way = `${from.address} ${from.port} ${to.address} ${to.port}`;
    const back = `${to.address} ${to.port} ${from.address} ${from.port}`;
    const sequence = this.#sequences.get(way) ?? 1;
    this.#sequences.set(way, (sequence + payload.length) >>> 0);
    const header = Buffer.alloc(20);
    header.writeUInt16BE(from.port, 0);
    header.writeUInt16BE(to.port, 2);
    header.writeUInt32BE(sequence, 4);
    header.writeUInt32BE(this.#sequences.get(back) ?? 1, 8);
    header.writeUInt16BE((5 << 12) | PSH_ACK, 12);
    header.writeUInt16BE(65_535, 14);
    return withChecksum(from, to, Buffer.concat([header, payload]), TCP, 16);
  }
}

function ipPacket(from: Peer, to: Peer, segment: Buffer): Buffer {
  const protocol = from.transport === 'udp' ? UDP : TCP;
  if (isIPv6(from.address)) {
    const header = Buffer.alloc(40);
    header.writeUInt32BE(0x60000000, 0);
    header.writeUInt16BE(segment.length & 0xffff, 4);
    header.writeUInt8(protocol, 6);
    header.writeUInt8(64, 7);
    return Buffer.concat([header.subarray(0, 8), addressBytes(from.address), addressBytes(to.address), segment]);
  }
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE((20 + segment.length) & 0xffff, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  header.set(addressBytes(from.address), 12);
  header.set(addressBytes(to.address), 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, segment]);
}

function withChecksum(from: Peer, to: Peer, segment: Buffer, protocol: number, at: number): Buffer {
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(segment.length, 0);
  pseudo.writeUInt32BE(protocol, 4);
  const sum = checksum(Buffer.concat([addressBytes(from.address), addressBytes(to.address), pseudo, segment]));
  // 0 would say that there is none.
  segment.writeUInt16BE(sum === 0 ? 0xffff : sum, at);
  return segment;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head, tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? [] : new Array(8 - head.length - tail.length).fill('0');
  const bytes = Buffer.alloc(16);
  for (const [nth, group] of [...head, ...zeros, ...(tail ?? [])].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * nth);
  }
  return bytes;
}

const LINKTYPE_RAW = 101;
const MOST_BYTES = 262_144;
const UDP = 17;
const TCP = 6;
const PSH_ACK = 0x18;
