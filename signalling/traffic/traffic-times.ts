import { serverReasonCode } from '../events/server-reasons.ts';
import { draw, mix, quantile, WORDS } from './random.ts';
import { freshEvents, ILLEGAL, type TrafficBatch } from './traffic-batch.ts';
import { callOutcomes } from './traffic-outcomes.ts';
import { SHORT_TALK_SHARE, type TrafficPlan } from './traffic-plan.ts';

const NEVER_RINGS = 0;
const RINGS_A_MOMENT = 1;
const RINGS_AS_USUAL = 2;
const RINGS_OUT = 3;
const ringCode = { none: NEVER_RINGS, moment: RINGS_A_MOMENT, usual: RINGS_AS_USUAL, timeout: RINGS_OUT };

/** By outcome; the last one is the illegal call. */
const RING = Uint8Array.from([...callOutcomes.map(({ ring }) => ringCode[ring]), NEVER_RINGS]);
const ANSWERED = Uint8Array.from([...callOutcomes.map(({ kind }) => (kind === 'failed' ? 0 : 1)), 0]);

/** The default of SS_SIP_TIMEOUT_RINGING. */
const RINGING_LIMIT_MS = 120_000;

/**
 * The times of each call, backwards from its end: the rhythm gives when calls end, which is when events are written, and
 * the call began so much earlier as it took to connect, ring and talk.
 */
export function drawTimes(plan: TrafficPlan, softswitch: number, batch: TrafficBatch): void {
  const { rhythm, delayMs, ringMs, options } = plan;
  const { seed, rows: allRows } = plan.softswitches[softswitch];
  const { serial, outcome, conflict } = batch;
  const { rows, start_at, ringing_at, answered_at, ended_at, end_direction, end_reason } = batch.events;
  const perEvent = (rhythm.length - 1) / freshEvents(plan, allRows);
  const last = rhythm.length - 2;
  const capMs = options.capSeconds * 1000;
  const malformedBelow = options.malformedShare * WORDS;
  const endStream = mix(seed ^ 0x31);
  const delayStream = mix(seed ^ 0x32);
  const ringStream = mix(seed ^ 0x33);
  const kindStream = mix(seed ^ 0x34);
  const talkStream = mix(seed ^ 0x35);
  const faultStream = mix(seed ^ 0x36);
  const shortBelow = SHORT_TALK_SHARE * WORDS;
  for (let i = 0; i < rows; i++) {
    const number = serial[i];
    const how = outcome[i];
    const place = (number + draw(number, endStream) / WORDS) * perEvent;
    const cell = Math.min(Math.floor(place), last);
    let ended = Math.floor(rhythm[cell] + (rhythm[cell + 1] - rhythm[cell]) * (place - cell));
    const delay = how === ILLEGAL ? 0 : Math.floor(quantile(delayMs, draw(number, delayStream)));
    const ring = ringTime(RING[how], ringMs, draw(number, ringStream));
    let talk = 0;
    if (ANSWERED[how] === 1) {
      const table = draw(number, kindStream) < shortBelow ? plan.shortTalkMs : plan.longTalkMs;
      talk = Math.floor(quantile(table, draw(number, talkStream)));
      if (talk >= capMs) {
        talk = capMs;
        end_direction[i] = 2;
        end_reason[i] = serverReasonCode.duration_cap;
      }
    }
    const start = ended - talk - ring - delay;
    const answered = start + delay + ring;
    if (conflict[i] === 1) ended += 1000 + (draw(number, faultStream) % 30_000);
    start_at[i] = start;
    ringing_at[i] = ring > 0 ? start + delay : Number.NaN;
    answered_at[i] = ANSWERED[how] === 1 ? answered : Number.NaN;
    ended_at[i] = ended;
    if (ANSWERED[how] === 1 && draw(number, faultStream) < malformedBelow) ended_at[i] = answered - 1;
  }
}

function ringTime(ring: number, ringMs: Float64Array, word: number): number {
  if (ring === NEVER_RINGS) return 0;
  if (ring === RINGS_OUT) return RINGING_LIMIT_MS;
  const usual = Math.floor(quantile(ringMs, word));
  return ring === RINGS_A_MOMENT ? 1 + (usual >> 3) : usual;
}
