import type { CallCost } from '../../../rating/call-cost.ts';
import { OnlineBalance } from '../../../rating/online-balance.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import type { CallBudget, CallGrant, CallRefusal } from '../../../signalling/prepaid/call-budget.ts';
import { CallPricer } from './call-pricer.ts';
import type { PrepaidReading } from './read-prepaid.ts';

/**
 * What `prevent` accounts can pay, as of the last reading of the database and what calls have come to since. A call holds
 * the reservation of the batch when it begins; when that is nearly used up, as much again, or what is left. Other accounts
 * are not looked at.
 */
export class PrepaidBudget implements CallBudget {
  /** Calls that were refused since the start. */
  refused = 0;
  readonly #balances = new Map<string, OnlineBalance>();
  #pricer: CallPricer;
  #reading: PrepaidReading;

  constructor(reading: PrepaidReading) {
    this.#reading = reading;
    this.#pricer = new CallPricer(reading.basis);
    this.restate(reading);
  }

  get reading(): PrepaidReading {
    return this.#reading;
  }

  /** Accounts that are looked at. */
  get watched(): ReadonlySet<string> {
    return new Set(this.#balances.keys());
  }

  /** Calls that were charged here, and that no run has rated yet. */
  get unrated(): bigint[] {
    return [...this.#balances.values()].flatMap(({ unrated }) => [...unrated]);
  }

  /** Micros that further calls of an account may hold; undefined when nobody looks at it. */
  available(account: string): number | undefined {
    return this.#balances.get(account)?.available;
  }

  /** Takes what the database says now. Calls that are up keep what they hold. */
  restate(reading: PrepaidReading): void {
    if (reading.basis !== this.#reading.basis) this.#pricer = new CallPricer(reading.basis);
    this.#reading = reading;
    for (const account of this.#balances.keys()) if (!reading.accounts.has(account)) this.#balances.delete(account);
    for (const [account, money] of reading.accounts) {
      const known = this.#balances.get(account);
      if (known === undefined) this.#balances.set(account, new OnlineBalance(money));
      else known.restate(money, reading.isRated);
    }
    for (const event of reading.unread) {
      this.#balances.get(event.account ?? '')?.charge(event.flow_no, this.#pricer.price(event).fee);
    }
  }

  admit(call: CallEvent): CallGrant | CallRefusal | undefined {
    const balance = this.#balances.get(call.account ?? '');
    if (balance === undefined) return undefined;
    balance.advance(call.ended_at);
    const { status, cost } = this.#pricer.price(longCall(call, call.ended_at));
    if (cost === undefined) return UNCHARGED.has(status) ? undefined : this.#refuse('the call has no price');
    if (!balance.hold(call.flow_no, cost.reserve)) return this.#refuse('balance and credit do not allow the call');
    return {
      answered: (event) => this.#answered(balance, event),
      extend: (event) => this.#extend(balance, event),
      ended: (event) => {
        balance.settle(event.flow_no, this.#pricer.price(event).fee);
      },
    };
  }

  #refuse(refused: string): CallRefusal {
    this.refused++;
    return { refused };
  }

  /** Rates go by the time of the answer: what was set aside before may be too little now. */
  #answered(balance: OnlineBalance, event: CallEvent): number {
    const cost = this.#costOf(event);
    if (cost === undefined) return 0;
    const more = cost.reserve - balance.held(event.flow_no);
    if (more > 0 && !balance.hold(event.flow_no, more)) return 0;
    return 1000 * cost.longest(balance.held(event.flow_no));
  }

  #extend(balance: OnlineBalance, event: CallEvent): number {
    balance.advance(event.ended_at);
    const cost = this.#costOf(event);
    if (cost === undefined) return 0;
    const { flow_no: call } = event;
    const now = cost.longest(balance.held(call));
    const asked = cost.longest(balance.held(call) + Math.max(0, balance.available));
    const longer = Math.min(now + cost.advanceSeconds, asked);
    if (longer > now) balance.hold(call, cost.feeOf(longer) - balance.held(call));
    return 1000 * cost.longest(balance.held(call));
  }

  #costOf(event: CallEvent): CallCost | undefined {
    return this.#pricer.price(longCall(event, event.answered_at ?? event.ended_at)).cost;
  }
}

/** What costs nothing however long it lasts, as the batch has it. */
const UNCHARGED: ReadonlySet<string> = new Set(['no_cdr', 'illegal', 'suppressed_illegal', 'toll_free']);

/** Longer than any free time may be. */
const LONG_MS = 2 * 86_400_000;

/** A call as it would be rated if it were answered then and went on, whoever hangs up. */
function longCall(call: CallEvent, answeredMs: number): CallEvent {
  return { ...call, answered_at: answeredMs, ended_at: answeredMs + LONG_MS, end_direction: 0 };
}
