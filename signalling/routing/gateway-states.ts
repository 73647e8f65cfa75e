import type { RoutingGateway } from '../configuration.ts';

/** What is known of a routing gateway since the start. */
export interface GatewayState {
  readonly name: string;
  /** Calls it has now, ringing ones among them. */
  calls: number;
  attempts: number;
  answered: number;
  /** Whether it responded when it was last asked; true as long as it was not asked. */
  isUp: boolean;
}

/** Counts what gateways have, for their capacity and for the operator. */
export class GatewayStates {
  readonly #states = new Map<string, GatewayState>();

  of(name: string): GatewayState {
    let state = this.#states.get(name);
    if (state === undefined) {
      state = { name, calls: 0, attempts: 0, answered: 0, isUp: true };
      this.#states.set(name, state);
    }
    return state;
  }

  hasRoom(gateway: RoutingGateway): boolean {
    return gateway.capacity === null || this.of(gateway.name).calls < gateway.capacity;
  }

  taken(name: string): void {
    const state = this.of(name);
    state.calls++;
    state.attempts++;
  }

  left(name: string, responded: boolean, answered: boolean): void {
    const state = this.of(name);
    state.calls--;
    state.isUp = responded;
    if (answered) state.answered++;
  }
}
