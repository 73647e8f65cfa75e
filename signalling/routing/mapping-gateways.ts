import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { MappingGateway } from '../configuration.ts';

/** An address or network; undefined when the text is neither. */
export function parseNetwork(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address, length, ...rest] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined || rest.length > 0) return undefined;
  const most = family === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits < 0 || bits > most ? undefined : { address, bits, family };
}

interface Network {
  readonly bits: number;
  readonly addresses: BlockList;
  readonly gateway: MappingGateway;
}

/** Finds the mapping gateway of a source address: of several networks the smallest counts, of equal ones the first. */
export class MappingGateways {
  readonly #exact = new Map<string, MappingGateway>();
  readonly #networks: readonly Network[];

  /** @param gateways their addresses are valid (`parseNetwork`) */
  constructor(gateways: readonly MappingGateway[]) {
    const networks: Network[] = [];
    for (const gateway of gateways) {
      for (const text of gateway.addresses) {
        const network = parseNetwork(text);
        if (network === undefined) throw new TypeError(`${text} is no address or network`);
        const { address, bits, family } = network;
        if (bits === (family === 'ipv4' ? 32 : 128)) {
          if (!this.#exact.has(address)) this.#exact.set(address, gateway);
          continue;
        }
        const addresses = new BlockList();
        addresses.addSubnet(address, bits, family);
        networks.push({ bits, addresses, gateway });
      }
    }
    this.#networks = networks.sort((a, b) => b.bits - a.bits);
  }

  find(address: string): MappingGateway | undefined {
    const exact = this.#exact.get(address);
    if (exact !== undefined) return exact;
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    return this.#networks.find(({ addresses }) => addresses.check(address, family))?.gateway;
  }
}
