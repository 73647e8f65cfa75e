import type { Clock } from '../clock.ts';
import type { RoutingGateway } from '../configuration.ts';
import { answerTo } from '../message/answer.ts';
import { isToken, trimSpace } from '../message/byte-string.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { randomToken } from '../message/random-token.ts';
import { cappedNumber } from '../message/whole-number.ts';
import type { SignallingParameters } from '../parameters.ts';
import { parseNetwork } from '../routing/mapping-gateways.ts';
import type { Peer } from '../transport/transport.ts';
import { pidfBasic } from './pidf-basic.ts';

/** What a gateway has published of itself; unknown when it has not, or that has expired. */
export type PublishedState = 'open' | 'closed' | 'unknown';

interface Publication {
  readonly tag: string;
  readonly state: 'open' | 'closed';
  /** By the clock that never steps. */
  readonly endsAt: number;
}

/**
 * States which routing gateways report by PUBLISH (RFC 3903). A gateway has one state: the last it has published counts, and
 * takes the place of the one before, so there are not more of them than gateways.
 */
export class GatewayPublications {
  readonly #clock: Clock;
  #gateways = new Map<string, RoutingGateway[]>();
  readonly #publications = new Map<string, Publication>();

  constructor(clock: Clock, gateways: readonly RoutingGateway[]) {
    this.#clock = clock;
    this.follow(gateways);
  }

  /** Takes other gateways; states of those that stay, at their address, stay. */
  follow(gateways: readonly RoutingGateway[]): void {
    this.#gateways = new Map();
    for (const gateway of gateways) {
      const address = addressKey(gateway.host);
      const there = this.#gateways.get(address);
      if (there === undefined) this.#gateways.set(address, [gateway]);
      else there.push(gateway);
    }
    const keys = new Set(gateways.map(keyOf));
    for (const key of this.#publications.keys()) if (!keys.has(key)) this.#publications.delete(key);
  }

  stateOf(gateway: RoutingGateway): PublishedState {
    return this.#publicationOf(keyOf(gateway))?.state ?? 'unknown';
  }

  /** Works on a PUBLISH, in the order of RFC 3903, 6; changes nothing unless the answer is 200. */
  answer(
    request: SipRequest,
    { source, toTag }: { readonly source: Peer; readonly toTag: string },
    { SS_SIP_PUBLISH_EXPIRE: usualSeconds }: Pick<SignallingParameters, 'SS_SIP_PUBLISH_EXPIRE'>,
  ): SipResponse {
    const { headers, body } = request;
    const refuse = (status: number, name?: string, value = '') => {
      const answer = answerTo(request, status, undefined, { toTag });
      if (name !== undefined) answer.headers.append(name, value);
      return answer;
    };
    const keys = this.#gatewaysAt(source).map(keyOf);
    if (keys.length === 0) return refuse(403);
    if (kindOf(headers.first('Event')) !== EVENT) return refuse(489, 'Allow-Events', EVENT);
    const [tag, ...more] = headers.all('SIP-If-Match');
    if (more.length > 0 || (tag !== undefined && !isToken(tag))) return refuse(400);
    const known = keys.map((key) => this.#publicationOf(key)).find((one) => one !== undefined && one.tag === tag);
    if (tag !== undefined && known === undefined) return refuse(412);
    const seconds = cappedNumber(headers.first('Expires') ?? '', MOST_SECONDS) ?? usualSeconds;
    if (seconds > 0 && seconds < LEAST_SECONDS) return refuse(423, 'Min-Expires', String(LEAST_SECONDS));
    let state = known?.state;
    if (body.length > 0) {
      if (headers.list('Content-Encoding').some((name) => name.toLowerCase() !== 'identity')) {
        return refuse(415, 'Accept-Encoding', 'identity');
      }
      if (kindOf(headers.first('Content-Type')) !== PIDF) return refuse(415, 'Accept', PIDF);
      state = pidfBasic(body);
    }
    // The first of a gateway has a body (RFC 3903, 4.1), one that refreshes or removes needs none.
    if (state === undefined) return refuse(400);
    const publication: Publication = { tag: randomToken(), state, endsAt: this.#clock.elapsed() + 1000 * seconds };
    for (const key of keys) {
      if (seconds === 0) this.#publications.delete(key);
      else this.#publications.set(key, publication);
    }
    const answer = answerTo(request, 200, undefined, { toTag });
    answer.headers.append('Expires', String(seconds));
    answer.headers.append('SIP-ETag', publication.tag);
    return answer;
  }

  #publicationOf(key: string): Publication | undefined {
    const publication = this.#publications.get(key);
    if (publication === undefined || publication.endsAt > this.#clock.elapsed()) return publication;
    this.#publications.delete(key);
    return undefined;
  }

  /** Those at the address and port a request comes from, or else at the address: over TCP, it comes from any port. */
  #gatewaysAt({ address, port }: Peer): readonly RoutingGateway[] {
    const there = this.#gateways.get(addressKey(address)) ?? [];
    const exactly = there.filter((gateway) => gateway.port === port);
    return exactly.length > 0 ? exactly : there;
  }
}

/** A gateway of the same name at another address is another. */
function keyOf({ name, host, port }: RoutingGateway): string {
  return `${name} ${host}:${port}`;
}

/** The same for all spellings of an address; a name stands for itself, and no request comes from it. */
function addressKey(host: string): string {
  const found = parseNetwork(host);
  return found === undefined ? host : `${found.family} ${found.address}`;
}

/** Of an Event its package, of a Content-Type the type; parameters do not count here. */
function kindOf(value: string | undefined): string {
  return trimSpace((value ?? '').split(';')[0]).toLowerCase();
}

const EVENT = 'presence';
const PIDF = 'application/pidf+xml';
/** Limits of the parameter. */
const LEAST_SECONDS = 30;
const MOST_SECONDS = 7200;
