/** The kinds of names calls refer to by number; each has ids 1, 2, 3 … of its own. */
export const nameKinds = ['softswitch', 'account', 'gateway', 'ip'] as const;
export type NameKind = (typeof nameKinds)[number];

/**
 * Names by number, for the columns of calls which have few values. Ids count from 1; 0 is null.
 * Looking a name up by its bytes makes no string unless the name is new.
 */
export class Names {
  readonly #texts: string[] = [];
  #hashes = new Uint32Array(1024);
  #ids = new Int32Array(1024);
  #bytes = Buffer.alloc(1 << 14);
  #ends: number[] = [0];
  readonly #known: number;

  /** @param known the names of earlier runs, in the order of their ids */
  constructor(known: readonly string[] = []) {
    for (const name of known) this.idOf(name);
    this.#known = known.length;
  }

  get count(): number {
    return this.#texts.length;
  }

  /** Names found since the start, with their ids. */
  get added(): { id: number; name: string }[] {
    return this.#texts.slice(this.#known).map((name, place) => ({ id: this.#known + place + 1, name }));
  }

  /** The name of an id of 1 or more. */
  nameOf(id: number): string {
    return this.#texts[id - 1];
  }

  idOf(name: string): number {
    const bytes = Buffer.from(name);
    return this.idOfBytes(bytes, 0, bytes.length);
  }

  /** The id of the name `bytes[start … end)`, UTF-8, which is given one when it is new. */
  idOfBytes(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    hash >>>= 0;
    const mask = this.#ids.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let id = this.#ids[slot]; id !== 0; id = this.#ids[slot]) {
      if (this.#hashes[slot] === hash && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, start, end, hash);
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#ends[id - 1];
    if (this.#ends[id] - from !== end - start) return false;
    for (let at = 0; at < end - start; at++) {
      if (this.#bytes[from + at] !== bytes[start + at]) return false;
    }
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const from = this.#ends.at(-1) as number;
    const length = end - start;
    if (from + length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(Math.max(this.#bytes.length, length))]);
    }
    this.#bytes.set(bytes.subarray(start, end), from);
    this.#ends.push(from + length);
    this.#texts.push(this.#bytes.toString('utf8', from, from + length));
    if (this.#texts.length * 2 > this.#ids.length) this.#grow();
    this.#place(this.#texts.length, hash);
    return this.#texts.length;
  }

  #grow(): void {
    const { hashes, ids } = { hashes: this.#hashes, ids: this.#ids };
    this.#hashes = new Uint32Array(ids.length * 2);
    this.#ids = new Int32Array(ids.length * 2);
    for (let slot = 0; slot < ids.length; slot++) {
      if (ids[slot] !== 0) this.#place(ids[slot], hashes[slot]);
    }
  }

  #place(id: number, hash: number): void {
    const mask = this.#ids.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#ids[slot] !== 0) slot = (slot + 1) & mask;
    this.#ids[slot] = id;
    this.#hashes[slot] = hash;
  }
}
