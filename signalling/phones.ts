import type { Destination } from './call/destination.ts';
import type { Clock } from './clock.ts';
import type { SignallingConfiguration, Terminal } from './configuration.ts';
import type { SipRequest } from './message/message.ts';
import { keepAlivePlan, keepAliveWarnings, NatKeepAlive } from './nat/keep-alive.ts';
import type { SignallingParameters } from './parameters.ts';
import type { BindingStore } from './registrar/binding.ts';
import { Bindings } from './registrar/bindings.ts';
import { destinationsOf } from './registrar/destinations.ts';
import { register } from './registrar/registrar.ts';
import type { ServerTransaction } from './transaction/server-transaction.ts';
import type { MessageSender } from './transport/transport.ts';

export interface PhonesSettings {
  readonly clock: Clock;
  readonly sender: MessageSender;
  /** Where bindings survive a restart. */
  readonly store: BindingStore;
  /** A line for the operator. */
  readonly warn: (line: string) => void;
}

/** Registered phones: where they are, whether the path to them stays open, and how calls reach them. */
export class Phones {
  readonly bindings: Bindings;
  readonly keepAlive: NatKeepAlive;
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  #terminals: ReadonlyMap<string, Terminal>;
  #parameters: SignallingParameters;

  constructor({ clock, sender, store, warn }: PhonesSettings, configuration: SignallingConfiguration) {
    this.#clock = clock;
    this.#warn = warn;
    this.#terminals = byName(configuration);
    this.#parameters = configuration.parameters;
    this.bindings = new Bindings(clock, store);
    const { devices } = this.bindings;
    this.keepAlive = new NatKeepAlive(
      { clock, devices, send: (payload, peer) => sender.sendKeepAlive(payload, peer), warn },
      keepAlivePlan(this.#parameters),
    );
    for (const line of keepAliveWarnings(this.#parameters)) warn(line);
    this.bindings.restore((terminal) => this.#terminals.has(terminal));
    this.keepAlive.wake();
  }

  /** Terminals and parameters from now on; who is no terminal any more has no bindings. */
  configure(configuration: SignallingConfiguration): void {
    const before = this.#parameters;
    this.#terminals = byName(configuration);
    this.#parameters = configuration.parameters;
    this.bindings.keepOnly((terminal) => this.#terminals.has(terminal));
    if (KEEP_ALIVE_PARAMETERS.every((name) => this.#parameters[name] === before[name])) return;
    for (const line of keepAliveWarnings(this.#parameters)) this.#warn(line);
    this.keepAlive.apply(keepAlivePlan(this.#parameters));
  }

  /** Answers a REGISTER. @param terminal whose credentials it has */
  register(request: SipRequest, transaction: ServerTransaction, terminal: Terminal | undefined): void {
    const { bindings } = this;
    const context = { clock: this.#clock, bindings, parameters: this.#parameters };
    transaction.respond(register({ request, source: transaction.source, toTag: transaction.toTag, terminal }, context));
    this.keepAlive.wake();
  }

  /** Where a number is to be called, in this order; undefined for one that is no terminal. */
  find(number: string): readonly Destination[] | undefined {
    const terminal = this.#terminals.get(number);
    return terminal && destinationsOf(terminal, this.bindings);
  }

  /** Ends what runs by itself; bindings stay where they are kept. */
  stop(): void {
    this.keepAlive.stop();
    this.bindings.stop();
  }
}

function byName({ terminals }: SignallingConfiguration): ReadonlyMap<string, Terminal> {
  return new Map(terminals.map((terminal) => [terminal.name, terminal]));
}

const KEEP_ALIVE_PARAMETERS = [
  'SS_SIP_NAT_KEEP_ALIVE_MESSAGE',
  'SS_SIP_NAT_KEEP_ALIVE_PERIOD',
  'SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL',
  'SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME',
  'SS_ENDPOINT_NAT_EXPIRE',
] as const;
