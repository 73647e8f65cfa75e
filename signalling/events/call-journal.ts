import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { CallEvent } from './call-event.ts';
import { callEventColumns } from './events.ts';
import { syncFolder } from './segment-file.ts';

/**
 * The calls in progress, as a file of lines, each with a checksum in front: what is written here has survived `kill -9` when
 * `write` returns, and a call that is found here without an end was up when the server died.
 *
 *     <crc32> {"segment":12,"start":9}      whose events: of that segment and those after it; number of this start
 *     <crc32> {"call":{…}}                   a call as its event would be if the server died now; later lines replace it
 *     <crc32> {"over":{…}}                   its event, when it is over
 *     <crc32> {"written":"38654705671"}      its event is in a segment
 *     <crc32> {"alive":1764158400000}        once a second: the server was alive
 */
export interface JournalCall {
  readonly event: CallEvent;
  readonly isOver: boolean;
}

export interface JournalBegin {
  readonly segment: number;
  readonly start: number;
  readonly aliveMs: number;
  readonly calls: Iterable<JournalCall>;
}

export interface JournalContents {
  readonly segment: number;
  readonly start: number;
  readonly calls: ReadonlyMap<bigint, JournalCall>;
  readonly aliveMs: number | undefined;
  /** Lines that are not as they were written, the last one aside, which may have been cut off by a kill. */
  readonly damagedLines: number;
}

type Line =
  | { readonly segment: number; readonly start: number }
  | { readonly call: Readonly<Record<string, unknown>> }
  | { readonly over: Readonly<Record<string, unknown>> }
  | { readonly written: string }
  | { readonly alive: number };

export class CallJournal {
  #descriptor: number;
  #bytes = 0;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * Begins a journal in the place of the one before, with the calls that are up; the old one is there until this is whole.
   *
   * @param aliveMs now: without it, a kill before the next sign of life would end those calls when they were noted
   */
  static begin(path: string, { segment, start, aliveMs, calls }: JournalBegin): CallJournal {
    const fresh = `${path}.new`;
    rmSync(fresh, { force: true });
    const journal = new CallJournal(openSync(fresh, 'wx'));
    try {
      const lines: Line[] = [{ segment, start }, { alive: aliveMs }];
      for (const call of calls) lines.push(lineOf(call));
      journal.#write(lines);
      fsyncSync(journal.#descriptor);
      renameSync(fresh, path);
      syncFolder(dirname(path));
    } catch (error) {
      // This is tried again every second while the disk is full, and must not take the room that is made.
      journal.close();
      rmSync(fresh, { force: true });
      throw error;
    }
    return journal;
  }

  /**
   * Reads a journal; undefined when there is none. Each line stands for itself, so those behind a damaged one are read, too:
   * after a power cut there may be zeros between them.
   */
  static read(path: string): JournalContents | undefined {
    if (!existsSync(path)) return undefined;
    let segment = 0;
    let start = 0;
    let aliveMs: number | undefined;
    const calls = new Map<bigint, JournalCall>();
    const lines = readFileSync(path, 'utf8').split('\n');
    // What follows the last line end: nothing, or a line that was being written.
    lines.pop();
    let damagedLines = 0;
    for (const text of lines) {
      const line = parsed(text);
      if (line === undefined) damagedLines++;
      else if ('segment' in line) ({ segment, start } = line);
      else if ('alive' in line) aliveMs = line.alive;
      else if ('written' in line) calls.delete(BigInt(line.written));
      else {
        const isOver = 'over' in line;
        const event = eventOf(isOver ? line.over : line.call);
        calls.set(event.flow_no, { event, isOver });
      }
    }
    return { segment, start, calls, aliveMs, damagedLines };
  }

  call(call: JournalCall): void {
    this.#write([lineOf(call)]);
  }

  written(flowNos: readonly bigint[]): void {
    this.#write(flowNos.map((flowNo) => ({ written: String(flowNo) })));
  }

  alive(ms: number): void {
    this.#write([{ alive: ms }]);
  }

  /** Size of the file: what is over for long is in it until another begins. */
  get bytes(): number {
    return this.#bytes;
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #write(lines: readonly Line[]): void {
    const bytes = Buffer.from(
      lines
        .map((line) => {
          const text = JSON.stringify(line);
          return `${checksum(text)} ${text}\n`;
        })
        .join(''),
    );
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#bytes + done);
      }
    } catch (error) {
      // What is written next must not stand behind half a line.
      ftruncateSync(this.#descriptor, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
  }
}

function lineOf({ event, isOver }: JournalCall): Line {
  const plain = { ...event, flow_no: String(event.flow_no) };
  return isOver ? { over: plain } : { call: plain };
}

function eventOf(call: Readonly<Record<string, unknown>>): CallEvent {
  const entries = callEventColumns.map(({ name, kind }) => {
    const value = call[name];
    return [name, kind === 'uint64' ? BigInt(value as string) : value];
  });
  return Object.fromEntries(entries) as CallEvent;
}

function parsed(text: string): Line | undefined {
  const json = text.slice(9);
  return text.slice(0, 8) === checksum(json) ? (JSON.parse(json) as Line) : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
