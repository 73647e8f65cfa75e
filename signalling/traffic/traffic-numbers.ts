import { draw, mix, WORDS } from './random.ts';
import type { TrafficBatch } from './traffic-batch.ts';
import type { TrafficPlan } from './traffic-plan.ts';

const ZERO = 0x30;
const PLUS = 0x2b;
const AT = 0x40;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

/** One in so many texts of the nullable columns is null. */
const NULL_EVERY = 128;

/** Call-IDs: twenty hexadecimal digits and the softswitch. */
export function writeCallIds(plan: TrafficPlan, softswitch: number, { serial, events }: TrafficBatch): void {
  const { name, seed } = plan.softswitches[softswitch];
  const { bytes, offsets, missing } = events.sip_call_id;
  const host = Buffer.from(name, 'latin1');
  const streams = [mix(seed ^ 0x41), mix(seed ^ 0x42), mix(seed ^ 0x43)];
  const [high, middle, low] = streams;
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    const first = draw(serial[i], high);
    missing[i] = first % NULL_EVERY === 0 ? 1 : 0;
    if (missing[i] === 0) {
      at = writeHex(bytes, at, first, 8);
      at = writeHex(bytes, at, draw(serial[i], middle), 8);
      at = writeHex(bytes, at, draw(serial[i], low), 4);
      bytes[at++] = AT;
      for (let b = 0; b < host.length; b++) bytes[at++] = host[b];
    }
    offsets[i + 1] = at;
  }
}

/** Calling numbers: accounts have 400 callers each, at home somewhere; scanners show a short number. */
export function writeCallers(seed: number, plan: TrafficPlan, { serial, payer, events }: TrafficBatch): void {
  const { callerDigits } = plan;
  const { bytes, offsets } = events.caller_e164;
  const stream = mix(seed ^ 0x51);
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    const who = payer[i];
    const word = draw(serial[i], stream);
    if (who < 0) {
      at = writeDigits(bytes, at, word, 4);
    } else {
      for (let d = 5 * who; d < 5 * who + 5; d++) bytes[at++] = callerDigits[d];
      at = writeDigits(bytes, at, mix(400 * who + (word % 400)), 7);
    }
    offsets[i + 1] = at;
  }
  writeCallerAccess(events, payer, serial, mix(seed ^ 0x52));
}

/** The number as received: with a plus sign from every other account. */
function writeCallerAccess(
  events: TrafficBatch['events'],
  payer: Int32Array,
  serial: Float64Array,
  stream: number,
): void {
  const { bytes: source, offsets: ends } = events.caller_e164;
  const { bytes, offsets, missing } = events.caller_access_e164;
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    missing[i] = draw(serial[i], stream) % NULL_EVERY === 0 ? 1 : 0;
    if (missing[i] === 0) {
      if (writesPlus(payer[i])) bytes[at++] = PLUS;
      for (let b = ends[i]; b < ends[i + 1]; b++) bytes[at++] = source[b];
    }
    offsets[i + 1] = at;
  }
}

/** Called numbers: a start drawn by weight (a prefix of the deck, a service, nothing known) and random digits. */
export function writeCallees(seed: number, plan: TrafficPlan, batch: TrafficBatch): void {
  const { serial, events } = batch;
  const { starts, bytes: startBytes, offsets: startOffsets, tailDigits } = plan.numbers;
  const routePrefix = Buffer.from(plan.options.routePrefix, 'latin1');
  const { bytes, offsets } = events.callee_e164;
  const startStream = mix(seed ^ 0x61);
  const digitStream = mix(seed ^ 0x62);
  const { size, own, other } = starts;
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    // `pick`, written out: this is the largest of the tables and the hottest of the loops.
    const place = draw(serial[i], startStream) * (size / WORDS);
    const cell = place | 0;
    const start = place - cell < own[cell] ? cell : other[cell];
    for (let b = 0; b < routePrefix.length; b++) bytes[at++] = routePrefix[b];
    for (let b = startOffsets[start]; b < startOffsets[start + 1]; b++) bytes[at++] = startBytes[b];
    at = writeDigits(bytes, at, draw(serial[i], digitStream), tailDigits[start]);
    offsets[i + 1] = at;
  }
  writeCalleeAccess(batch, routePrefix.length, mix(seed ^ 0x63));
  writeCalleeToGateway(events, routePrefix.length, plan.technicalPrefix);
}

/** The number as received: with a plus sign in place of the gateway prefix from every other account. */
function writeCalleeAccess({ events, payer, serial }: TrafficBatch, stripped: number, stream: number): void {
  const { bytes: source, offsets: ends } = events.callee_e164;
  const { bytes, offsets, missing } = events.callee_access_e164;
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    missing[i] = draw(serial[i], stream) % NULL_EVERY === 0 ? 1 : 0;
    if (missing[i] === 0) {
      const plus = writesPlus(payer[i]);
      if (plus) bytes[at++] = PLUS;
      for (let b = ends[i] + (plus ? stripped : 0); b < ends[i + 1]; b++) bytes[at++] = source[b];
    }
    offsets[i + 1] = at;
  }
}

/** The number as sent: what the gateway wants before it, and the billing number. Null when no gateway was tried. */
function writeCalleeToGateway(
  events: TrafficBatch['events'],
  stripped: number,
  technicalPrefix: readonly Uint8Array[],
): void {
  const { bytes: source, offsets: ends } = events.callee_e164;
  const { bytes, offsets, missing } = events.callee_to_gateway_e164;
  const gateways = events.callee_gateway;
  let at = 0;
  offsets[0] = 0;
  for (let i = 0; i < events.rows; i++) {
    const gateway = gateways[i];
    missing[i] = gateway < 0 ? 1 : 0;
    if (gateway >= 0) {
      const technical = technicalPrefix[gateway];
      for (let b = 0; b < technical.length; b++) bytes[at++] = technical[b];
      for (let b = ends[i] + stripped; b < ends[i + 1]; b++) bytes[at++] = source[b];
    }
    offsets[i + 1] = at;
  }
}

function writesPlus(payer: number): boolean {
  return payer >= 0 && (payer & 1) === 1;
}

function writeHex(bytes: Uint8Array, at: number, word: number, digits: number): number {
  for (let d = 0; d < digits; d++) bytes[at + d] = HEX[(word >>> (4 * d)) & 15];
  return at + digits;
}

function writeDigits(bytes: Uint8Array, at: number, word: number, digits: number): number {
  let rest = word;
  for (let d = 0; d < digits; d++) {
    // A word is good for nine digits; longer tails go on with another one.
    if (d === 9) rest = mix(word);
    const next = Math.floor(rest / 10);
    bytes[at + d] = ZERO + (rest - 10 * next);
    rest = next;
  }
  return at + digits;
}
