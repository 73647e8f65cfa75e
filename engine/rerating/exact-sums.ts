/** Below it, no sum of doubles that are whole numbers loses a unit. */
const EXACT = 2 ** 52;

/**
 * Sums of whole numbers by place, exact whatever their size: what is added goes to `values`, doubles, as long as all that
 * was admitted since they were last emptied stays below 2^52 in absolute value; then they are carried over to BigInts.
 */
export class ExactSums {
  values = new Float64Array(1024);
  readonly #carried = new Map<number, bigint>();
  #admitted = 0;

  /** Makes room for places below `places`, and for additions of no more than `amount` altogether. */
  admit(places: number, amount: number): void {
    if (places > this.values.length) {
      const longer = new Float64Array(Math.max(2 * this.values.length, places));
      longer.set(this.values);
      this.values = longer;
    }
    if (this.#admitted + amount >= EXACT) this.#carry();
    this.#admitted += amount;
  }

  /** For amounts that doubles do not hold. */
  addBig(place: number, value: bigint): void {
    this.#carried.set(place, (this.#carried.get(place) ?? 0n) + value);
  }

  get(place: number): bigint {
    return (this.#carried.get(place) ?? 0n) + BigInt(this.values[place] ?? 0);
  }

  /** All places below it may have a sum. */
  get length(): number {
    return Math.max(this.values.length, ...[...this.#carried.keys()].map((place) => place + 1));
  }

  #carry(): void {
    this.values.forEach((value, place) => {
      if (value !== 0) this.addBig(place, BigInt(value));
    });
    this.values.fill(0);
    this.#admitted = 0;
  }
}
