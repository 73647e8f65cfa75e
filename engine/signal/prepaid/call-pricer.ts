import { CallCost } from '../../../rating/call-cost.ts';
import { type CallBatch, ratedColumns, textColumn } from '../../../rating/columns.ts';
import { wordsToMicros } from '../../../rating/money.ts';
import type { Parties } from '../../../rating/parties.ts';
import { rateBatch } from '../../../rating/rate-batch.ts';
import { type StatusName, statuses } from '../../../rating/status.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import type { RatingBasis } from '../../rating-basis.ts';
import { resolveParties } from '../../read-tariff.ts';

/** What a run would make of a call, before it looks at balances. */
export interface PricedEvent {
  readonly status: StatusName;
  /** Micros. */
  readonly fee: number;
  /** Of a call of any length at that rate; undefined for one that is not priced by a rate. */
  readonly cost: CallCost | undefined;
}

/** Prices events one by one, by the path of the batch: each is a batch of one row. */
export class CallPricer {
  readonly #basis: RatingBasis;
  readonly #out = ratedColumns(1);
  readonly #warnings = { gatewayWithoutRates: 0, noVendorRate: 0 };
  #parties: Parties | undefined;
  #known = -1;

  constructor(basis: RatingBasis) {
    this.#basis = basis;
  }

  price(event: CallEvent): PricedEvent {
    const { compiled, sets } = this.#basis;
    const out = this.#out;
    const batch = this.#batchOf(event);
    const [{ set }] = sets.split(batch);
    rateBatch(batch, set.pricing, compiled, this.#currentParties(), out, this.#warnings);
    const { name: status } = statuses[out.status[0]];
    const [term] = out.clientTerm;
    const isCharged = status === 'charged';
    return {
      status,
      fee: isCharged ? wordsToMicros(out.fee, 0) : 0,
      cost: isCharged && term >= 0 ? new CallCost(set.pricing, term) : undefined,
    };
  }

  #currentParties(): Parties {
    const { names, tariff } = this.#basis;
    const known = names.account.count + names.gateway.count;
    if (this.#parties === undefined || known !== this.#known) {
      this.#parties = resolveParties(tariff, names.account, names.gateway);
      this.#known = names.account.count + names.gateway.count;
    }
    return this.#parties;
  }

  #batchOf(event: CallEvent): CallBatch {
    const { names } = this.#basis;
    const id = (kind: 'softswitch' | 'account' | 'gateway', name: string | null) =>
      Int32Array.of(name === null ? 0 : names[kind].idOf(name));
    const time = (ms: number | null) => Float64Array.of(ms ?? Number.NaN);
    const nobody = Int32Array.of(0);
    return {
      rows: 1,
      fault: Uint8Array.of(0),
      flowNo: Uint32Array.of(Number(event.flow_no & 0xffff_ffffn), Number(event.flow_no >> 32n)),
      softswitch: id('softswitch', event.softswitch),
      sipCallId: textColumn([event.sip_call_id]),
      callerE164: textColumn([event.caller_e164]),
      calleeE164: textColumn([event.callee_e164]),
      calleeToGatewayE164: textColumn([event.callee_to_gateway_e164]),
      callerGateway: id('gateway', event.caller_gateway),
      calleeGateway: id('gateway', event.callee_gateway),
      // Prices do not depend on addresses, of which there may be any number.
      callerIp: nobody,
      calleeIp: nobody,
      account: id('account', event.account),
      startMs: time(event.start_at),
      ringingMs: time(event.ringing_at),
      answeredMs: time(event.answered_at),
      endedMs: time(event.ended_at),
      endDirection: Uint8Array.of(event.end_direction),
      endReason: Int32Array.of(event.end_reason),
      billingMode: Int8Array.of(event.billing_mode),
      attempts: Uint8Array.of(event.attempts),
    };
  }
}
