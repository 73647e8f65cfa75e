import { cseq } from '../message/cseq.ts';
import type { SipMessage } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { parseMessage } from '../message/parse-message.ts';
import { parseUri } from '../message/uri.ts';
import { peerText } from '../transport/transport.ts';
import type { Traffic } from '../transport/transport-layer.ts';

/** Characters between two parties. */
const WIDTH = 30;
const TIME_WIDTH = 14;
/** So many parties stand beside each other; with one more the ladder begins anew, or a flood would widen it without end. */
const MOST_PARTIES = 6;

/**
 * Messages as a ladder diagram that is drawn as they come: a column a party, the first that is heard of on the left, this
 * server beside it, the others after it in the order in which they appear. Nothing of a message is shown but its kind and the
 * numbers it is about.
 */
export class Ladder {
  readonly #filters: readonly string[];
  readonly #parties: string[] = [];

  /** @param filters addresses, or digits of numbers: of several one has to fit; none for all messages */
  constructor(filters: readonly string[] = []) {
    this.#filters = filters;
  }

  /** The lines of a message: its arrow, and before it the names of the parties when there is a new one. */
  lines({ direction, timeMs, remote, bytes }: Traffic): string[] {
    const message = parseMessage(bytes);
    if (message.kind === 'fault' || !this.#isAsked(message, remote.address)) return [];
    const party = peerText(remote);
    const isNew = !this.#parties.includes(party);
    if (isNew && this.#parties.length === MOST_PARTIES) this.#parties.length = 0;
    if (isNew) this.#parties.push(party);
    const place = this.#parties.indexOf(party);
    const column = place === 0 ? 0 : place + 1;
    const arrow = this.#arrow(direction === 'in' ? [column, US] : [US, column], labelOf(message));
    const time = new Date(timeMs).toISOString().slice(11, 23).padEnd(TIME_WIDTH);
    return isNew ? [this.#names(), `${time}${arrow}`] : [`${time}${arrow}`];
  }

  #isAsked(message: SipMessage, address: string): boolean {
    if (this.#filters.length === 0 || this.#filters.includes(address)) return true;
    const named = ['From', 'To'].map((name) => nameAddress(message.headers.first(name) ?? '')?.uri ?? '');
    const numbers = [...named, message.kind === 'request' ? message.uri : ''].map(numberOf);
    return this.#filters.some((filter) => numbers.some((number) => number.includes(filter)));
  }

  #names(): string {
    const [first, ...others] = this.#parties;
    const line = [first, 'ratemill', ...others].map((name) => name.padEnd(WIDTH)).join('');
    return `${' '.repeat(TIME_WIDTH)}${line}`.trimEnd();
  }

  #arrow([from, to]: readonly [number, number], label: string): string {
    const columns = this.#parties.length + 1;
    const line = new Array<string>((columns - 1) * WIDTH + 1).fill(' ');
    for (let column = 0; column < columns; column++) line[column * WIDTH] = '|';
    const [left, right] = [Math.min(from, to) * WIDTH, Math.max(from, to) * WIDTH];
    for (let at = left + 1; at < right; at++) line[at] = '-';
    line[from < to ? right - 1 : left + 1] = from < to ? '>' : '<';
    const shown = ` ${label.slice(0, WIDTH - 6)} `;
    const start = left + Math.floor((right - left - shown.length) / 2) + 1;
    for (const [nth, character] of [...shown].entries()) line[start + nth] = character;
    return line.join('');
  }
}

/** Column of this server. */
const US = 1;

/** The user of a URI, without its password; of a tel URI the number. */
function numberOf(uri: string): string {
  return parseUri(uri)?.user ?? /^tel:([^;]*)/i.exec(uri)?.[1] ?? '';
}

function labelOf(message: SipMessage): string {
  if (message.kind === 'request') {
    return message.method === 'INVITE' ? `INVITE ${numberOf(message.uri)}` : message.method;
  }
  const method = cseq(message.headers.first('CSeq') ?? '')?.method;
  return method === 'INVITE' ? `${message.status} ${message.reason}` : `${message.status} (${method})`;
}
