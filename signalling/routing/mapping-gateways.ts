import { isIPv4, isIPv6 } from 'node:net';
import type { MappingGateway } from '../configuration.ts';

/** An address or network: the address as a number, and how many of its bits count. */
export interface Network {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly bits: number;
}

/** Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`; undefined when the text is neither an address nor a network. */
export function parseNetwork(text: string): Network | undefined {
  const [written, length, ...rest] = text.split('/');
  const found = rest.length === 0 ? parseAddress(written) : undefined;
  if (found === undefined) return undefined;
  const most = BITS[found.family];
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits < 0 || bits > most ? undefined : { ...found, bits };
}

/** Finds the mapping gateway of a source address: of several networks the smallest counts, of equal ones the first. */
export class MappingGateways {
  /** By family and bits that count, longest first, the gateways by these bits of the address. */
  readonly #tables: {
    readonly family: 4 | 6;
    readonly bits: number;
    readonly gateways: Map<bigint, MappingGateway>;
  }[] = [];

  /** @param gateways their addresses are valid (`parseNetwork`) */
  constructor(gateways: readonly MappingGateway[]) {
    for (const gateway of gateways) {
      for (const text of gateway.addresses) {
        const network = parseNetwork(text);
        if (network === undefined) throw new TypeError(`${text} is no address or network`);
        const table = this.#tableOf(network);
        const key = keyOf(network, network.bits);
        if (!table.has(key)) table.set(key, gateway);
      }
    }
    this.#tables.sort((a, b) => b.bits - a.bits);
  }

  /** One look for each length of network there is, however many there are. */
  find(address: string): MappingGateway | undefined {
    const source = parseAddress(address);
    if (source === undefined) return undefined;
    for (const { family, bits, gateways } of this.#tables) {
      const found = family === source.family ? gateways.get(keyOf(source, bits)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #tableOf({ family, bits }: Network): Map<bigint, MappingGateway> {
    const known = this.#tables.find((table) => table.family === family && table.bits === bits);
    if (known !== undefined) return known.gateways;
    const gateways = new Map<bigint, MappingGateway>();
    this.#tables.push({ family, bits, gateways });
    return gateways;
  }
}

const BITS = { 4: 32, 6: 128 } as const;

function keyOf({ family, address }: Pick<Network, 'family' | 'address'>, bits: number): bigint {
  return address >> BigInt(BITS[family] - bits);
}

/** An address in any spelling; an IPv4 address mapped into IPv6 is that IPv4 address. */
function parseAddress(text: string): Pick<Network, 'family' | 'address'> | undefined {
  if (isIPv4(text)) return { family: 4, address: joined(text.split('.').map(Number), 8) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const [a, b, c, d] = dotted.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head, tail] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? [] : new Array(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
  const address = joined(groups, 16);
  const isMapped = address >> 32n === 0xffffn;
  return isMapped ? { family: 4, address: address & 0xffffffffn } : { family: 6, address };
}

function joined(parts: readonly number[], bits: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) | BigInt(part), 0n);
}
