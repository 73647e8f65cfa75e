/** Flow numbers of a page share all but their last 16 bits. */
const PAGE_BITS = 65_536;
const WORDS = PAGE_BITS / 32;
/** A page of up to so many numbers is a sorted list of their last 16 bits; a fuller one a bitmap of 8 KiB. */
const LARGEST_LIST = 1024;

/** The numbers of a page: a sorted list, or one bit each. */
interface Page {
  list: Uint16Array | undefined;
  count: number;
  bits: Uint32Array | undefined;
}

/**
 * A set of 64-bit flow numbers, by softswitch. Switches number their calls one after the other, so a set of millions
 * takes about a bit a call; numbers scattered over 64 bits take more, but stay in lists.
 */
export class FlowNumbers {
  readonly #pages = new Map<string | number, Page>();
  #lastKey: string | number = -1;
  #lastPage: Page | undefined;

  /** Adds a number; false when it is there already. @param low @param high its two words */
  add(softswitch: number, low: number, high: number): boolean {
    const page = this.#page(softswitch, low, high) ?? this.#newPage(softswitch, low, high);
    const last = low & 0xffff;
    if (page.bits !== undefined) {
      const bit = 1 << (last & 31);
      if ((page.bits[last >> 5] & bit) !== 0) return false;
      page.bits[last >> 5] |= bit;
      page.count++;
      return true;
    }
    return addToList(page, last);
  }

  has(softswitch: number, low: number, high: number): boolean {
    const page = this.#page(softswitch, low, high);
    if (page === undefined) return false;
    const last = low & 0xffff;
    if (page.bits !== undefined) return (page.bits[last >> 5] & (1 << (last & 31))) !== 0;
    const list = page.list as Uint16Array;
    const at = lowerBound(list, page.count, last);
    return at < page.count && list[at] === last;
  }

  get size(): number {
    let size = 0;
    for (const { count } of this.#pages.values()) size += count;
    return size;
  }

  /** The pages of the set: softswitch, the upper 48 bits of the numbers, and their last 16 bits as bytes. */
  *pages(): Generator<{ softswitch: number; page: number; bytes: Uint8Array }> {
    for (const [key, { list, bits, count }] of this.#pages) {
      const values = bits ?? (list as Uint16Array).subarray(0, count);
      yield { ...splitKey(key), bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
    }
  }

  /** Adds the numbers of a page that `pages` gave. */
  addPage(softswitch: number, page: number, bytes: Uint8Array): void {
    const low = (page % 65_536) * PAGE_BITS;
    const high = Math.floor(page / 65_536);
    // A copy of its own: what DuckDB hands over may be a piece of a larger buffer.
    const copy = Uint8Array.from(bytes);
    if (bytes.length === WORDS * 4) {
      const bits = new Uint32Array(copy.buffer);
      for (let last = 0; last < PAGE_BITS; last++) {
        if ((bits[last >> 5] & (1 << (last & 31))) !== 0) this.add(softswitch, low + last, high);
      }
    } else {
      for (const last of new Uint16Array(copy.buffer)) this.add(softswitch, low + last, high);
    }
  }

  #page(softswitch: number, low: number, high: number): Page | undefined {
    const key = keyOf(softswitch, low, high);
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastPage = this.#pages.get(key);
    }
    return this.#lastPage;
  }

  #newPage(softswitch: number, low: number, high: number): Page {
    const page: Page = { list: new Uint16Array(8), count: 0, bits: undefined };
    this.#pages.set(keyOf(softswitch, low, high), page);
    this.#lastPage = page;
    return page;
  }
}

/** A number for the numbers of every real switch, a string for those whose upper bits are in use. */
function keyOf(softswitch: number, low: number, high: number): number | string {
  return high < 65_536 && softswitch < 32
    ? (softswitch * 65_536 + high) * 65_536 + (low >>> 16)
    : `${softswitch} ${high * 65_536 + (low >>> 16)}`;
}

function splitKey(key: number | string): { softswitch: number; page: number } {
  if (typeof key === 'number') return { softswitch: Math.floor(key / 2 ** 32), page: key % 2 ** 32 };
  const [softswitch, page] = key.split(' ').map(Number);
  return { softswitch, page };
}

function addToList(page: Page, last: number): boolean {
  const { count } = page;
  let list = page.list as Uint16Array;
  const at = count === 0 || list[count - 1] < last ? count : lowerBound(list, count, last);
  if (at < count && list[at] === last) return false;
  if (count === LARGEST_LIST) {
    page.bits = new Uint32Array(WORDS);
    for (const value of list) page.bits[value >> 5] |= 1 << (value & 31);
    page.bits[last >> 5] |= 1 << (last & 31);
    page.list = undefined;
  } else {
    if (count === list.length) {
      const larger = new Uint16Array(count * 2);
      larger.set(list);
      page.list = larger;
      list = larger;
    }
    list.copyWithin(at + 1, at, count);
    list[at] = last;
  }
  page.count++;
  return true;
}

function lowerBound(list: Uint16Array, count: number, value: number): number {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
