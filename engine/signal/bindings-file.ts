import { readFileSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../signalling/clock.ts';
import type { BindingStore, StoredTerminal } from '../../signalling/registrar/binding.ts';
import { counted } from '../render/amounts.ts';

/**
 * Bindings as a file of lines, each with a checksum in front; of the lines of a terminal the last one counts:
 *
 *     <crc32> {"terminal":"1001","bindings":[…]}
 *
 * What changed within a second is appended together, and once the file is twice what it needs to be it is written anew and
 * takes the place of the one before as a whole. A kill loses a second of changes, which phones make good by themselves.
 * Nothing waits for the disk: writing goes on beside the calls.
 */
export class BindingsFile implements BindingStore {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #tell: (line: string) => void;
  #all: () => Iterable<StoredTerminal> = () => [];
  #changed: StoredTerminal[] = [];
  #file: FileHandle | undefined;
  #bytes = 0;
  #bytesWhenNew = 0;
  #isWaiting = false;
  #problem: string | undefined;
  /** Writes follow one another. */
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, clock: Clock, tell: (line: string) => void) {
    this.#path = path;
    this.#clock = clock;
    this.#tell = tell;
  }

  load(all: () => Iterable<StoredTerminal>): readonly StoredTerminal[] {
    this.#all = all;
    const found = new Map<string, StoredTerminal>();
    let damaged = 0;
    for (const line of this.#read().split('\n')) {
      if (line === '') continue;
      const stored = readLine(line);
      if (stored === undefined) damaged++;
      else found.set(stored.terminal, stored);
    }
    if (damaged > 0) {
      this.#tell(
        `${counted(damaged, 'line')} of ${this.#path} cannot be read: those phones are back when they register`,
      );
    }
    return [...found.values()];
  }

  changed(stored: StoredTerminal): void {
    this.#changed.push(stored);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#clock.after(GATHER_MS, () => this.#write());
  }

  /** Writes what has changed since. */
  async close(): Promise<void> {
    this.#write();
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  #read(): string {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#tell(`registrations of the process before cannot be read: ${message}`);
      return '';
    }
  }

  #write(): void {
    this.#isWaiting = false;
    this.#writing = this.#writing
      .then(() => this.#append())
      .then(
        () => this.#isWell(undefined),
        // What was written in part is left behind with the file it is in.
        ({ message }: Error) => this.#isWell(message),
      );
  }

  async #append(): Promise<void> {
    if (this.#file === undefined || this.#bytes > 2 * this.#bytesWhenNew + LEAST_BYTES) await this.#writeAnew();
    while (this.#changed.length > 0) {
      const text = this.#changed.splice(0, LINES_AT_ONCE).map(lineOf).join('');
      await this.#file?.appendFile(text);
      this.#bytes += Buffer.byteLength(text);
    }
  }

  /** What changes meanwhile is appended afterwards, and counts. */
  async #writeAnew(): Promise<void> {
    const fresh = await open(`${this.#path}.new`, 'w');
    try {
      let bytes = 0;
      let lines: string[] = [];
      const put = async () => {
        const text = lines.join('');
        lines = [];
        await fresh.appendFile(text);
        bytes += Buffer.byteLength(text);
      };
      for (const stored of this.#all()) if (lines.push(lineOf(stored)) === LINES_AT_ONCE) await put();
      await put();
      await rename(`${this.#path}.new`, this.#path);
      await this.#file?.close();
      this.#file = fresh;
      this.#bytes = bytes;
      this.#bytesWhenNew = bytes;
    } catch (error) {
      await fresh.close();
      throw error;
    }
  }

  #isWell(problem: string | undefined): void {
    if (problem !== undefined && this.#problem === undefined) {
      this.#tell(`registrations cannot be written, a restart would forget them: ${problem}`);
    } else if (problem === undefined && this.#problem !== undefined) {
      this.#tell('registrations are written again');
    }
    this.#problem = problem;
    if (problem === undefined) return;
    // The next write makes a whole file.
    this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    this.#changed = [];
  }
}

function lineOf(stored: StoredTerminal): string {
  const text = JSON.stringify(stored);
  return `${checksum(text)} ${text}\n`;
}

function readLine(line: string): StoredTerminal | undefined {
  const text = line.slice(CHECKSUM_DIGITS + 1);
  return line.slice(0, CHECKSUM_DIGITS) === checksum(text) ? (JSON.parse(text) as StoredTerminal) : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

const CHECKSUM_DIGITS = 8;
const GATHER_MS = 1000;
/** Below, a file is not worth writing anew. */
const LEAST_BYTES = 1_048_576;
/** Between two pieces calls have their turn. */
const LINES_AT_ONCE = 500;
