import type { Clock } from '../clock.ts';
import { parseNetwork } from '../routing/mapping-gateways.ts';

/** Somebody who may not try a password for a while. */
export interface Suspension {
  /** Name of the terminal, which need not be there; `*` for whatever name. */
  readonly terminal: string;
  /** An address, the first 64 bits of an IPv6 address (`2001:db8:1:2::/64`), or a network. */
  readonly address: string;
  /** Milliseconds since 1970 UTC. */
  readonly untilMs: number;
}

/** Where suspensions outlive the process. */
export interface SuspensionStore {
  /** Those that were noted, later ones in place of earlier ones. */
  load(): readonly Suspension[];
  /** `untilMs` 0: it was lifted. */
  note(suspension: Suspension): void;
  /** From now on there are these, and no others. */
  replace(suspensions: readonly Suspension[]): void;
}

/** Any terminal. */
export const ANY = '*';

/**
 * Who is suspended, by terminal and address. No suspension ends before its time to make room for another: when the table is
 * full, the network of the next one is shut out as a whole, and of networks there are so few that they all have a place.
 */
export class Suspensions {
  readonly #clock: Clock;
  readonly #store: SuspensionStore;
  readonly #most: number;
  /** By `terminal address`, the end on the clock that never steps. */
  readonly #ends = new Map<string, number>();
  /** Notes since the store was written anew. */
  #notes = 0;

  /** @param most suspensions of terminals and of addresses at a time */
  constructor(clock: Clock, store: SuspensionStore, most: number) {
    this.#clock = clock;
    this.#store = store;
    this.#most = most;
    for (const { terminal, address, untilMs } of store.load()) {
      const leftMs = Math.min(untilMs - clock.now(), LONGEST_MS);
      if (leftMs > 0) this.#ends.set(`${terminal} ${address}`, clock.elapsed() + leftMs);
    }
    this.#rewrite();
  }

  /** Those in force. */
  get size(): number {
    this.#sweep();
    return this.#ends.size;
  }

  /** @param address as `sourceKey` gives it; its end counts as free */
  has(terminal: string, address: string): boolean {
    if (this.#ends.size === 0) return false;
    return (
      this.#isActive(`${terminal} ${address}`) ||
      this.#isActive(`${ANY} ${address}`) ||
      this.#isActive(`${ANY} ${networkOf(address)}`)
    );
  }

  add(terminal: string, address: string, forMs: number): void {
    if (this.#ends.size >= this.#most) this.#sweep();
    const isFull = this.#ends.size >= this.#most;
    const [name, place] = isFull ? [ANY, networkOf(address)] : [terminal, address];
    this.#ends.set(`${name} ${place}`, this.#clock.elapsed() + forMs);
    this.#note({ terminal: name, address: place, untilMs: Math.round(this.#clock.now() + forMs) });
  }

  /** Those in force, the one that ends first before the others. */
  list(): Suspension[] {
    this.#sweep();
    const [now, elapsed] = [this.#clock.now(), this.#clock.elapsed()];
    return [...this.#ends]
      .map(([key, endMs]) => {
        const space = key.lastIndexOf(' ');
        const untilMs = Math.round(now + endMs - elapsed);
        return { terminal: key.slice(0, space), address: key.slice(space + 1), untilMs };
      })
      .sort((a, b) => a.untilMs - b.untilMs);
  }

  /** Ends suspensions before their time: that of a terminal at an address, or with `*` all of the address. @returns those */
  lift(terminal: string, address: string): Suspension[] {
    const place = sourceKey(address);
    const lifted = this.list().filter(
      (one) => (terminal === ANY || one.terminal === terminal) && [place, address].includes(one.address),
    );
    for (const one of lifted) {
      this.#ends.delete(`${one.terminal} ${one.address}`);
      this.#note({ ...one, untilMs: 0 });
    }
    return lifted;
  }

  #isActive(key: string): boolean {
    const endMs = this.#ends.get(key);
    return endMs !== undefined && endMs > this.#clock.elapsed();
  }

  #sweep(): void {
    for (const [key, endMs] of this.#ends) if (endMs <= this.#clock.elapsed()) this.#ends.delete(key);
  }

  #note(suspension: Suspension): void {
    this.#store.note(suspension);
    this.#notes++;
    if (this.#notes > Math.max(SHORT_STORE, 2 * this.#ends.size)) this.#rewrite();
  }

  #rewrite(): void {
    this.#notes = 0;
    this.#store.replace(this.list());
  }
}

/** The address by which somebody is counted: of IPv6 the half he did not choose himself. */
export function sourceKey(address: string): string {
  if (!address.includes(':')) return address;
  return upTo(address, 64) ?? address;
}

/** Of IPv4 there are 65,536 networks; of IPv6 one is what a provider has. */
function networkOf(address: string): string {
  const plain = address.split('/')[0];
  return upTo(plain, plain.includes(':') ? 32 : 16) ?? address;
}

/** `192.0.0.0/16`; undefined when it is no address. */
function upTo(text: string, bits: number): string | undefined {
  const found = parseNetwork(text);
  if (found === undefined) return undefined;
  if (found.family === 4) {
    const first = Number(found.address >> 16n);
    return bits === 16 ? `${first >> 8}.${first & 255}.0.0/16` : text;
  }
  const groups = Array.from({ length: bits / 16 }, (_, nth) =>
    ((found.address >> BigInt(112 - 16 * nth)) & 0xffffn).toString(16),
  );
  return `${groups.join(':')}::/${bits}`;
}

/** The longest that `SS_AUTHENTICATION_FAILED_SUSPEND` allows: a clock that was set back keeps nobody out for years. */
const LONGEST_MS = 3_600_000;
/** Notes that are not worth writing the store anew. */
const SHORT_STORE = 10_000;
