import type { Clock } from '../clock.ts';
import type { Terminal } from '../configuration.ts';
import { answerTo } from '../message/answer.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { sameUri } from '../message/same-uri.ts';
import { parseUri, type Uri, unescapeUri } from '../message/uri.ts';
import type { Peer } from '../transport/transport.ts';
import type { Binding } from './binding.ts';
import type { Bindings } from './bindings.ts';
import {
  type ExpiryParameters,
  MIN_EXPIRES_SECONDS,
  type RegisterWish,
  readRegister,
  sequenceOf,
} from './read-register.ts';

/** A REGISTER. */
export interface RegisterRequest {
  readonly request: SipRequest;
  /** Where it came from. */
  readonly source: Peer;
  /** For To of its answer. */
  readonly toTag: string;
  /** Whose credentials it has; undefined when there are no terminals at all. */
  readonly terminal: Terminal | undefined;
}

export interface RegistrarContext {
  readonly clock: Clock;
  readonly bindings: Bindings;
  readonly parameters: ExpiryParameters;
}

/** Most bindings of a terminal; one more is refused until others are over or taken back. */
export const MOST_BINDINGS = 10;

/** Does what a REGISTER asks for: all of it or nothing. @returns the answer (RFC 3261, 10.3) */
export function register(register: RegisterRequest, context: RegistrarContext): SipResponse {
  const { request, source, toTag, terminal } = register;
  const refusal = (status: number, reason?: string) => answerTo(request, status, reason, { toTag });
  // A terminal registers itself and nobody else (10.3, 4 and 5).
  if (terminal === undefined || addressOfRecord(request) !== terminal.name) return refusal(403);
  const wish = readRegister(request, source, context.parameters);
  if (wish.kind === 'fault') {
    const answer = refusal(wish.status, wish.reason);
    if (wish.status === 423) answer.headers.append('Min-Expires', String(MIN_EXPIRES_SECONDS));
    return answer;
  }
  if (wish.kind !== 'fetch') {
    const changed = changedBindings(terminal.name, wish, register, context);
    if ('status' in changed) return refusal(changed.status, changed.reason);
    context.bindings.replace(terminal.name, changed);
  }
  return listing(register, terminal.name, context);
}

/** The bindings a request leaves, or why it changes nothing (10.3, 6 and 7). */
function changedBindings(
  terminal: string,
  wish: ChangingWish,
  { request, source }: RegisterRequest,
  { bindings, clock }: RegistrarContext,
): readonly Binding[] | Refusal {
  const before = bindings.of(terminal);
  const callId = request.headers.first('Call-ID') as string;
  const sequence = sequenceOf(request);
  const isStale = (binding: Binding) => binding.callId === callId && sequence <= binding.sequence;
  if (wish.kind === 'removeAll') return before.some(isStale) ? STALE : [];
  const fresh: { readonly uri: Uri; readonly binding: Binding | undefined }[] = [];
  for (const { text, uri, peer, isBehindNat, seconds } of wish.contacts) {
    const known = before.find(({ contact }) => sameUri(parseUri(contact) as Uri, uri));
    if (known !== undefined && isStale(known)) return STALE;
    const expiresAt = clock.elapsed() + 1000 * seconds;
    const binding = { terminal, contact: text, peer, source, isBehindNat, callId, sequence, expiresAt };
    fresh.push({ uri, binding: seconds === 0 ? undefined : binding });
  }
  const isNamed = (contact: string, from: number) => {
    const uri = parseUri(contact) as Uri;
    return fresh.some((other, place) => place >= from && sameUri(other.uri, uri));
  };
  const kept = before.filter(({ contact }) => !isNamed(contact, 0));
  // Of Contacts that are the same the last one counts.
  const added = fresh.flatMap(({ binding }, place) => {
    return binding === undefined || isNamed(binding.contact, place + 1) ? [] : [binding];
  });
  return kept.length + added.length > MOST_BINDINGS ? TOO_MANY : [...kept, ...added];
}

/** 200 with all bindings there are (10.3, 8). */
function listing(
  { request, toTag }: RegisterRequest,
  terminal: string,
  { bindings, clock }: RegistrarContext,
): SipResponse {
  const answer = answerTo(request, 200, undefined, { toTag });
  for (const { contact, expiresAt } of bindings.of(terminal)) {
    const seconds = Math.ceil((expiresAt - clock.elapsed()) / 1000);
    answer.headers.append('Contact', `<${contact}>;expires=${seconds}`);
  }
  answer.headers.append('Date', new Date(clock.now()).toUTCString());
  return answer;
}

type ChangingWish = Exclude<RegisterWish, { readonly kind: 'fetch' | 'fault' }>;

interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** A request that overtook another one must not undo it (10.3, 6 and 7). */
const STALE: Refusal = { status: 500, reason: 'CSeq is not higher than that of the registration' };
const TOO_MANY: Refusal = { status: 403, reason: `More than ${MOST_BINDINGS} bindings` };

/** Whose bindings are meant: the user part of To (10.2). */
function addressOfRecord({ headers }: SipRequest): string {
  return unescapeUri(parseUri(nameAddress(headers.first('To') ?? '')?.uri ?? '')?.user ?? '');
}
