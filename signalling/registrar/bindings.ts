import type { Clock, Timer } from '../clock.ts';
import type { Device } from '../nat/keep-alive.ts';
import { type Binding, type BindingStore, peerKey, type StoredTerminal } from './binding.ts';

/** An address registrations came from, and the bindings they made. */
interface Source extends Device {
  bindings: readonly Binding[];
}

/** All bindings there are: by terminal, by the address they came from, and by the second in which they end. */
export class Bindings {
  readonly #clock: Clock;
  readonly #store: BindingStore;
  /** In the order of their registration. */
  readonly #byTerminal = new Map<string, readonly Binding[]>();
  readonly #bySource = new Map<string, Source>();
  readonly #behindNat = new Set<Source>();
  readonly #ending = new Map<number, Set<Binding>>();
  #count = 0;
  #sweep: Timer | undefined;

  constructor(clock: Clock, store: BindingStore) {
    this.#clock = clock;
    this.#store = store;
  }

  /** Addresses behind NAT, for heartbeats over UDP. */
  get devices(): ReadonlySet<Device> {
    return this.#behindNat;
  }

  get counts(): { readonly terminals: number; readonly bindings: number; readonly behindNat: number } {
    return { terminals: this.#byTerminal.size, bindings: this.#count, behindNat: this.#behindNat.size };
  }

  /** Bindings of a terminal that are not over, in the order of their registration. */
  of(terminal: string): readonly Binding[] {
    const now = this.#clock.elapsed();
    return (this.#byTerminal.get(terminal) ?? []).filter(({ expiresAt }) => expiresAt > now);
  }

  /** Gives a terminal these bindings in the place of those it has. */
  replace(terminal: string, bindings: readonly Binding[]): void {
    this.#place(terminal, bindings);
    this.#store.changed(this.#stored(terminal, bindings));
  }

  /** Takes over what was stored, of those terminals that are known; what is over by now stays behind. */
  restore(isKnown: (terminal: string) => boolean): void {
    const [now, elapsed] = [this.#clock.now(), this.#clock.elapsed()];
    for (const { terminal, bindings } of this.#store.load(() => this.#all())) {
      if (!isKnown(terminal)) continue;
      const left = bindings.map(({ expiresAtMs, ...stored }): Binding => {
        return { ...stored, terminal, expiresAt: elapsed + Math.min(expiresAtMs - now, LONGEST_MS) };
      });
      this.#place(
        terminal,
        left.filter(({ expiresAt }) => expiresAt > elapsed),
      );
    }
  }

  /** Forgets terminals that are known no more. */
  keepOnly(isKnown: (terminal: string) => boolean): void {
    for (const terminal of [...this.#byTerminal.keys()]) if (!isKnown(terminal)) this.replace(terminal, []);
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
  }

  #place(terminal: string, bindings: readonly Binding[]): void {
    const before = this.#byTerminal.get(terminal) ?? [];
    // In this order, so that a device which registers again keeps its place in the round of heartbeats.
    for (const binding of bindings) if (!before.includes(binding)) this.#keep(binding);
    for (const binding of before) if (!bindings.includes(binding)) this.#forget(binding);
    if (bindings.length === 0) this.#byTerminal.delete(terminal);
    else this.#byTerminal.set(terminal, bindings);
  }

  #keep(binding: Binding): void {
    this.#count++;
    const key = peerKey(binding.source);
    const source: Source = this.#bySource.get(key) ?? { peer: binding.source, bindings: [] };
    source.bindings = [...source.bindings, binding];
    this.#bySource.set(key, source);
    this.#markNat(source);
    const second = secondOf(binding);
    const ending = this.#ending.get(second) ?? new Set();
    ending.add(binding);
    this.#ending.set(second, ending);
    this.#sweepLater();
  }

  #forget(binding: Binding): void {
    this.#count--;
    const key = peerKey(binding.source);
    const source = this.#bySource.get(key);
    if (source !== undefined) {
      source.bindings = source.bindings.filter((other) => other !== binding);
      if (source.bindings.length === 0) this.#bySource.delete(key);
      this.#markNat(source);
    }
    const second = secondOf(binding);
    const ending = this.#ending.get(second);
    ending?.delete(binding);
    if (ending?.size === 0) this.#ending.delete(second);
  }

  #markNat(source: Source): void {
    const needsHeartbeat = source.peer.transport === 'udp' && source.bindings.some(({ isBehindNat }) => isBehindNat);
    if (needsHeartbeat) this.#behindNat.add(source);
    else this.#behindNat.delete(source);
  }

  #sweepLater(): void {
    this.#sweep ??= this.#clock.after(1000, () => {
      this.#sweep = undefined;
      this.#removeEnded();
      if (this.#count > 0) this.#sweepLater();
    });
  }

  #removeEnded(): void {
    const now = this.#clock.elapsed() / 1000;
    const over = [...this.#ending].filter(([second]) => second <= now);
    for (const [, ending] of over) for (const { terminal } of [...ending]) this.replace(terminal, this.of(terminal));
  }

  *#all(): Iterable<StoredTerminal> {
    for (const [terminal, bindings] of this.#byTerminal) yield this.#stored(terminal, bindings);
  }

  #stored(terminal: string, bindings: readonly Binding[]): StoredTerminal {
    const offset = this.#clock.now() - this.#clock.elapsed();
    return {
      terminal,
      bindings: bindings.map(({ terminal: _, expiresAt, ...binding }) => {
        return { ...binding, expiresAtMs: Math.round(expiresAt + offset) };
      }),
    };
  }
}

/** The whole second at which it is over for certain. */
function secondOf({ expiresAt }: Binding): number {
  return Math.ceil(expiresAt / 1000);
}

/** No registration is longer, so no step of the clock makes one so: the upper limit of `SS_ENDPOINT_EXPIRE`. */
const LONGEST_MS = 86_400_000;
