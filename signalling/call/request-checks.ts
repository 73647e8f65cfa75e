import { answerTo } from '../message/answer.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { optionTags } from '../message/option-tags.ts';
import { uriScheme } from '../message/uri.ts';
import { wholeNumber } from '../message/whole-number.ts';

/** What we do, as Allow says it. */
export const allowedMethods = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'UPDATE',
  'INFO',
  'REGISTER',
  'PUBLISH',
] as const;
/** Extensions we understand, as Supported says it. */
export const supportedOptions = ['timer'] as const;
/** Bodies we pass on, as Accept says it: session descriptions, alone or as a part. */
export const acceptedBodies = ['application/sdp', 'multipart/mixed'] as const;

/**
 * The answer to a request that cannot be worked on whoever sent it, in the order in which RFC 3261 checks (8.2); undefined
 * when nothing speaks against it. ACK is never answered, and CANCEL needs no extension (8.2.2.3).
 */
export function refusalOf(request: SipRequest): SipResponse | undefined {
  const { method } = request;
  if (method === 'ACK' || method === 'CANCEL') return undefined;
  return methodRefusal(request) ?? targetRefusal(request) ?? extensionRefusal(request) ?? bodyRefusal(request);
}

/** Header fields that say what we can do, of an answer to OPTIONS (RFC 3261, 11.2). */
export function withCapabilities(answer: SipResponse): SipResponse {
  answer.headers.append('Allow', ALLOW);
  answer.headers.append('Accept', ACCEPT);
  answer.headers.append('Supported', supportedOptions.join(', '));
  return answer;
}

export const ALLOW = allowedMethods.join(', ');
const ACCEPT = acceptedBodies.join(', ');

/** A method that is known but not offered here gets 405, any other 501 (RFC 3261, 8.2.1 and 21.5.2). */
function methodRefusal(request: SipRequest): SipResponse | undefined {
  const { method } = request;
  if ((allowedMethods as readonly string[]).includes(method)) return undefined;
  const answer = answerTo(request, METHODS_OF_OTHERS.has(method) ? 405 : 501);
  answer.headers.append('Allow', ALLOW);
  return answer;
}

/** RFC 3261, 8.2.2.1: schemes; 16.3 and 8.1.1.6: hops. */
function targetRefusal(request: SipRequest): SipResponse | undefined {
  if (!SCHEMES.has(uriScheme(request.uri) ?? '')) return answerTo(request, 416);
  const hops = request.headers.first('Max-Forwards');
  // A call is handed on, so it needs a hop; OPTIONS reaches us.
  const isUsedUp = hops !== undefined && wholeNumber(hops, 255) === 0;
  return isUsedUp && request.method === 'INVITE' ? answerTo(request, 483) : undefined;
}

/** RFC 3261, 8.2.2.3. */
function extensionRefusal(request: SipRequest): SipResponse | undefined {
  const unknown = [...optionTags(request.headers, 'Require')].filter((tag) => {
    return !(supportedOptions as readonly string[]).includes(tag);
  });
  if (unknown.length === 0) return undefined;
  const answer = answerTo(request, 420);
  answer.headers.append('Unsupported', unknown.join(', '));
  return answer;
}

/** RFC 3261, 8.2.3. The body of INFO is between the parties, whatever it is. */
function bodyRefusal(request: SipRequest): SipResponse | undefined {
  const { method, headers, body } = request;
  if (body.length === 0 || (method !== 'INVITE' && method !== 'UPDATE')) return undefined;
  const encodings = headers.list('Content-Encoding').filter((name) => name.toLowerCase() !== 'identity');
  if (encodings.length > 0) {
    const answer = answerTo(request, 415);
    answer.headers.append('Accept-Encoding', 'identity');
    return answer;
  }
  const type = (headers.first('Content-Type') ?? '').split(';')[0].trim().toLowerCase();
  if ((acceptedBodies as readonly string[]).includes(type)) return undefined;
  const answer = answerTo(request, 415);
  answer.headers.append('Accept', ACCEPT);
  return answer;
}

const SCHEMES = new Set(['sip', 'sips', 'tel']);
const METHODS_OF_OTHERS = new Set(['SUBSCRIBE', 'NOTIFY', 'MESSAGE', 'REFER', 'PRACK']);
