import type { RoutingGateway } from '../configuration.ts';

/** Finds the routing gateways of a called number. */
export class RouteTable {
  readonly #byPrefix = new Map<string, RoutingGateway[]>();
  #longest = 0;

  constructor(gateways: readonly RoutingGateway[]) {
    for (const gateway of gateways) {
      for (const prefix of gateway.prefixes) {
        const served = this.#byPrefix.get(prefix) ?? [];
        served.push(gateway);
        this.#byPrefix.set(prefix, served);
        this.#longest = Math.max(this.#longest, prefix.length);
      }
    }
    // A stable sort: of equal priorities the order of the configuration counts.
    for (const served of this.#byPrefix.values()) served.sort((a, b) => a.priority - b.priority);
  }

  /**
   * Gateways in the order in which they are tried: those of the longest prefix, by priority. Shorter prefixes are no
   * fallback: who wants one names the gateway under the longer prefix as well.
   */
  find(number: string): readonly RoutingGateway[] {
    for (let length = Math.min(number.length, this.#longest); length >= 0; length--) {
      const served = this.#byPrefix.get(number.slice(0, length));
      if (served !== undefined) return served;
    }
    return [];
  }
}
