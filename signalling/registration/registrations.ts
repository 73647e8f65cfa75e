import type { CallContext } from '../call/leg.ts';
import type { RoutingGateway, SignallingConfiguration } from '../configuration.ts';
import { type RegisteringGateway, Registration, type RegistrationStatus } from './registration.ts';

/** Our registrations at all gateways that want one. */
export class Registrations {
  readonly #context: CallContext;
  readonly #tell: (line: string) => void;
  /** By what they were made from: one whose gateway is configured otherwise is another one. */
  readonly #registrations = new Map<string, Registration>();
  /** Those that are taken back. */
  readonly #leaving = new Set<Registration>();
  #whenLeft: (() => void) | undefined;

  constructor(context: CallContext, tell: (line: string) => void) {
    this.#context = context;
    this.#tell = tell;
  }

  get status(): RegistrationStatus[] {
    return [...this.#registrations.values()].map(({ status }) => status);
  }

  /** Registers where the configuration says so; what it says no more is taken back. */
  apply({ routingGateways, parameters }: Pick<SignallingConfiguration, 'routingGateways' | 'parameters'>): void {
    const wanted = new Map(
      routingGateways.filter(isRegistering).map((gateway) => {
        const { name, host, port, transport, registration } = gateway;
        const own = PARAMETERS.map((parameter) => parameters[parameter]);
        return [JSON.stringify([name, host, port, transport, registration, own]), gateway];
      }),
    );
    for (const [key, registration] of this.#registrations) if (!wanted.has(key)) this.#leave(key, registration);
    for (const [key, gateway] of wanted) {
      if (this.#registrations.has(key)) continue;
      const registration = new Registration({ context: this.#context, gateway, parameters, tell: this.#tell });
      this.#registrations.set(key, registration);
      registration.start();
    }
  }

  /** Takes all of them back. @param patienceMs how long gateways may take to answer */
  async stop(patienceMs: number): Promise<void> {
    for (const [key, registration] of this.#registrations) this.#leave(key, registration);
    if (this.#leaving.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#context.clock.after(patienceMs, resolve);
      this.#whenLeft = () => {
        timer.cancel();
        resolve();
      };
    });
    for (const registration of this.#leaving) registration.abandon();
  }

  #leave(key: string, registration: Registration): void {
    this.#registrations.delete(key);
    this.#leaving.add(registration);
    registration.stop(() => {
      this.#leaving.delete(registration);
      if (this.#leaving.size === 0) this.#whenLeft?.();
    });
  }
}

function isRegistering(gateway: RoutingGateway): gateway is RoutingGateway & RegisteringGateway {
  return gateway.registration !== null;
}

const PARAMETERS = [
  'SS_SIP_USER_AGENT_EXPIRE',
  'SS_SIP_USER_AGENT_RETRY_DELAY',
  'SS_SIP_USER_AGENT_SEND_UNREGISTER',
  'SS_SIP_AUTHENTICATION_RETRY',
] as const;
