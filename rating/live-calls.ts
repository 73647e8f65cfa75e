import type { Micros } from './balance.ts';

/** A call that has a price, as overdraft prevention looks at it. Times are milliseconds, amounts micros. */
export interface PricedCall {
  readonly answeredMs: number;
  readonly endedMs: number;
  readonly flowNo: bigint;
  /** Place of its softswitch in the order of their names: flow numbers are unique only within one. */
  readonly softswitch: number;
  readonly fee: Micros;
  /** What is reserved for it while it lasts. */
  readonly reserve: Micros;
}

/** The calls of an account that are up, given back in the order in which they end: a binary heap. */
export class LiveCalls<C extends PricedCall> {
  readonly #heap: C[] = [];

  /** When the next one ends, Infinity when none is up. */
  get nextEndMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0].endedMs;
  }

  add(call: C): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!endsBefore(call, heap[parent])) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = call;
  }

  /** Takes the call that ends next; there must be one. */
  takeNext(): C {
    const heap = this.#heap;
    const next = heap[0];
    const last = heap.pop() as C;
    const { length } = heap;
    if (length === 0) return next;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && endsBefore(heap[child + 1], heap[child])) child++;
      if (!endsBefore(heap[child], last)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
    return next;
  }
}

function endsBefore(a: PricedCall, b: PricedCall): boolean {
  if (a.endedMs !== b.endedMs) return a.endedMs < b.endedMs;
  return a.flowNo !== b.flowNo ? a.flowNo < b.flowNo : a.softswitch < b.softswitch;
}
