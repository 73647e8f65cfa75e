import type { Peer } from '../transport/transport.ts';

/** Where a terminal can be reached (RFC 3261, 10), as far as its registration said and the network showed. */
export interface Binding {
  /** Name of the terminal. */
  readonly terminal: string;
  /** URI of its Contact, as registered. */
  readonly contact: string;
  /** Where requests for it go: what the Contact says, or where the registration came from. */
  readonly peer: Peer;
  /** Where the registration came from. */
  readonly source: Peer;
  /** The Contact names another host than the one the registration came from. */
  readonly isBehindNat: boolean;
  readonly callId: string;
  readonly sequence: number;
  /** Milliseconds of `Clock.elapsed`. */
  readonly expiresAt: number;
}

/** A binding as it is kept over a restart: in the time of day, as nothing else is the same then. */
export interface StoredBinding extends Omit<Binding, 'terminal' | 'expiresAt'> {
  /** Milliseconds since 1970 UTC. */
  readonly expiresAtMs: number;
}

/** All bindings a terminal has, or has had, in the order of their registration. */
export interface StoredTerminal {
  readonly terminal: string;
  readonly bindings: readonly StoredBinding[];
}

/** Where bindings survive a restart. */
export interface BindingStore {
  /**
   * What the process before left; what cannot be read is left out.
   *
   * @param all gives what there is at any later moment, for a store that is written anew
   */
  load(all: () => Iterable<StoredTerminal>): readonly StoredTerminal[];
  /** What a terminal has now, in the place of what it had. */
  changed(stored: StoredTerminal): void;
}

/** One text for each address and port, by what what comes from there is found. */
export function peerKey({ transport, address, port }: Peer): string {
  return `${transport} ${address} ${port}`;
}
