import { serverReasonCode } from '../events/server-reasons.ts';
import { draw, mix, pick, WORDS } from './random.ts';
import { ILLEGAL, type TrafficBatch } from './traffic-batch.ts';
import { writeCallees, writeCallers, writeCallIds } from './traffic-numbers.ts';
import { callOutcomes } from './traffic-outcomes.ts';
import type { TrafficPlan } from './traffic-plan.ts';
import { drawTimes } from './traffic-times.ts';

export { type TrafficBatch, trafficBatch } from './traffic-batch.ts';
export { planTraffic, type TrafficOptions, type TrafficReference, trafficDefaults } from './traffic-plan.ts';

/**
 * Fills a batch with the rows `firstRow` … `firstRow + rows` of what one softswitch writes, in the order it writes them:
 * as calls end. A row depends on plan, softswitch and its number only, so the cut into batches and files is free.
 *
 * @param softswitch position in `plan.softswitches`
 */
export function fillTraffic(
  plan: TrafficPlan,
  softswitch: number,
  firstRow: number,
  rows: number,
  batch: TrafficBatch,
): void {
  const { seed } = plan.softswitches[softswitch];
  batch.events.rows = rows;
  batch.events.softswitch.fill(softswitch, 0, rows);
  numberEvents(plan, seed, firstRow, batch);
  drawPayers(plan, seed, batch);
  drawOutcomes(plan, seed, batch);
  drawTimes(plan, softswitch, batch);
  writeCallIds(plan, softswitch, batch);
  writeCallers(seed, plan, batch);
  writeCallees(seed, plan, batch);
}

/** How far back, in events, a repeat may reach: a switch that resends what was not confirmed. */
const REPEAT_REACH = 1000;

/** Every so many rows one repeats an event of shortly before, whole or with another end; the numbers go on else. */
function numberEvents(plan: TrafficPlan, seed: number, firstRow: number, batch: TrafficBatch): void {
  const { serial, conflict, events } = batch;
  const { repeatShare, conflictShare } = plan.options;
  const share = repeatShare + conflictShare;
  const conflictsAmongRepeats = share > 0 ? conflictShare / share : 0;
  const stream = mix(seed ^ 0x01);
  const flowNo = events.flow_no;
  let repeats = Math.floor(firstRow * share);
  for (let i = 0; i < events.rows; i++) {
    const row = firstRow + i;
    const repeatsAfter = Math.floor((row + 1) * share);
    let number = row - repeats;
    conflict[i] = 0;
    if (repeatsAfter > repeats && number > 0) {
      number -= 1 + (draw(row, stream) % Math.min(number, REPEAT_REACH));
      if (Math.floor((repeats + 1) * conflictsAmongRepeats) > Math.floor(repeats * conflictsAmongRepeats)) {
        conflict[i] = 1;
      }
    }
    repeats = repeatsAfter;
    serial[i] = number;
    const flow = plan.firstFlowNo + number;
    flowNo[2 * i] = flow;
    flowNo[2 * i + 1] = Math.floor(flow / WORDS);
  }
}

function drawPayers(plan: TrafficPlan, seed: number, { serial, payer, events }: TrafficBatch): void {
  const { accounts, callerGateway, billingMode, phoneIps, scannerIps } = plan;
  const { rows, account, caller_gateway, caller_ip, billing_mode } = events;
  const illegalBelow = plan.options.illegalShare * WORDS;
  const legalStream = mix(seed ^ 0x11);
  const payerStream = mix(seed ^ 0x12);
  const addressStream = mix(seed ^ 0x13);
  for (let i = 0; i < rows; i++) {
    const address = draw(serial[i], addressStream);
    if (draw(serial[i], legalStream) < illegalBelow) {
      payer[i] = -1;
      account[i] = -1;
      caller_gateway[i] = -1;
      // A few scanners make most of the noise.
      const scanner = (((address >>> 16) * (address & 0xffff)) / WORDS) * scannerIps.count;
      caller_ip[i] = scannerIps.first + Math.floor(scanner);
      billing_mode[i] = -1;
    } else {
      const who = pick(accounts, draw(serial[i], payerStream));
      const gateway = callerGateway[who];
      payer[i] = who;
      account[i] = who;
      caller_gateway[i] = gateway;
      // The address of a mapping gateway stands at its own position; a phone of an account has one of eight.
      caller_ip[i] = gateway >= 0 ? gateway : phoneIps.first + (mix(8 * who + (address & 7)) % phoneIps.count);
      billing_mode[i] = billingMode[who];
    }
  }
}

const REASON = Int32Array.from([...callOutcomes.map(({ reason }) => reason), serverReasonCode.unauthorised_source]);
const DIRECTION = Uint8Array.from([...callOutcomes.map(({ direction }) => direction), 2]);
const SEVERAL = Uint8Array.from(callOutcomes, ({ tried }) => (tried === 'several' ? 1 : 0));
const NONE = Uint8Array.from(callOutcomes, ({ tried }) => (tried === 'none' ? 1 : 0));

function drawOutcomes(plan: TrafficPlan, seed: number, { serial, payer, outcome, events }: TrafficBatch): void {
  const { outcomes, routing } = plan;
  const { rows, end_direction, end_reason, attempts, callee_gateway, callee_ip } = events;
  const outcomeStream = mix(seed ^ 0x21);
  const triedStream = mix(seed ^ 0x22);
  const gatewayStream = mix(seed ^ 0x23);
  for (let i = 0; i < rows; i++) {
    const how = payer[i] < 0 ? ILLEGAL : pick(outcomes, draw(serial[i], outcomeStream));
    outcome[i] = how;
    end_reason[i] = REASON[how];
    end_direction[i] = DIRECTION[how];
    if (how === ILLEGAL || NONE[how] === 1) {
      attempts[i] = 0;
      callee_gateway[i] = -1;
      callee_ip[i] = -1;
    } else {
      const word = draw(serial[i], triedStream);
      const again = SEVERAL[how] === 1 ? 1 + (word & 1) : 0;
      attempts[i] = 1 + Math.min(again + (word >>> 28 === 0 ? 1 : 0) + (word >>> 24 === 1 ? 1 : 0), 3);
      // The gateway named is the last one tried.
      const gateway = (pick(routing, draw(serial[i], gatewayStream)) + attempts[i] - 1) % routing.size;
      callee_gateway[i] = gateway;
      callee_ip[i] = gateway;
    }
  }
}
