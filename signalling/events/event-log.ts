import type { Clock, Timer } from '../clock.ts';
import type { EventSettings } from '../configuration.ts';
import type { CallEvent } from './call-event.ts';
import { CallJournal, type JournalCall } from './call-journal.ts';
import { END_OF_STREAM, encodeEvents, encodeSchema } from './encode-events.ts';
import { flowNumber } from './flow-number.ts';
import { LogFolder } from './log-folder.ts';
import { type Recovery, recoverLog } from './recover-log.ts';
import { SegmentFile, syncFolder } from './segment-file.ts';

export interface EventLogSettings extends EventSettings {
  readonly softswitch: string;
  readonly clock: Clock;
  /** Told when writing fails, and when it works again. */
  readonly onHealth: (problem: string | undefined) => void;
}

/** What the log has done since it was opened. */
export interface EventLogCounts {
  written: number;
  commits: number;
  segments: number;
}

/**
 * The call events of one softswitch, none lost and none twice: a call in progress stands in the journal, its event in a
 * group of a few milliseconds is appended to a segment, and counts as written when that is on the disk. Only then the
 * journal forgets the call.
 */
export class EventLog {
  readonly recovery: Recovery;
  readonly counts: EventLogCounts = { written: 0, commits: 0, segments: 0 };
  readonly #settings: EventLogSettings;
  readonly #folder: LogFolder;
  readonly #start: number;
  /** Calls in progress by flow number, as the journal has them. */
  readonly #open = new Map<bigint, JournalCall>();
  #journal: CallJournal;
  #segment: SegmentFile | undefined;
  #segmentNo: number;
  #batches = 0;
  /** Of the segment, what is on the disk. */
  #committedBytes = 0;
  #sealAt: number;
  #nextCall = 0;
  /** Events that wait for the next group, and those of the group that is being written. */
  #waiting: CallEvent[] = [];
  #writing: readonly CallEvent[] = [];
  #commit: Timer | undefined;
  #tick: Timer | undefined;
  #problem: string | undefined;
  #idle: (() => void)[] = [];
  #isClosed = false;

  private constructor(settings: EventLogSettings, folder: LogFolder, recovery: Recovery) {
    this.#settings = settings;
    this.#folder = folder;
    this.recovery = recovery;
    this.#segmentNo = recovery.nextSegment;
    // Seconds since 1970 as well, so that numbers are not given again after the journal was lost.
    this.#start = Math.max(recovery.nextStart, Math.floor(settings.clock.now() / 1000));
    this.#sealAt = settings.clock.elapsed() + 1000 * settings.segmentSeconds;
    // Calls of the process before stand in the new journal until their events are written.
    for (const event of recovery.events) this.#open.set(event.flow_no, { event, isOver: true });
    this.#journal = this.#freshJournal();
    this.#waiting = [...recovery.events];
    this.#commitSoon();
    this.#alive();
  }

  /** Opens the log of a softswitch, and makes events of the calls that were up when the process before was killed. */
  static open(settings: EventLogSettings): EventLog {
    const folder = LogFolder.open(settings.folder, settings.softswitch);
    try {
      return new EventLog(settings, folder, recoverLog(folder));
    } catch (error) {
      folder.release();
      throw error;
    }
  }

  /** A number no other call of this softswitch has or will have. */
  nextFlowNo(): bigint {
    return flowNumber(this.#start, this.#nextCall++);
  }

  /** What is wrong while events cannot be written; new calls are to be refused then. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Calls in progress, and events that are not written yet. */
  get pending(): number {
    return this.#open.size;
  }

  /** Notes a call in progress as its event would be if the process died now. What is noted survives `kill -9`. */
  note(event: CallEvent): void {
    this.#keep({ event, isOver: false });
  }

  /** The event of a call that is over; written with the next group. */
  end(event: CallEvent): void {
    this.#keep({ event, isOver: true });
    this.#waiting.push(event);
    this.#commitSoon();
  }

  /** Resolved when all events that were given are written. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 && this.#writing.length === 0) return;
    this.#commitSoon();
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** Writes what is left, seals the segment and leaves the folder. Calls in progress stay in the journal. */
  async close(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
    this.#tick?.cancel();
    this.#commit?.cancel();
    this.#seal();
    if (this.#open.size === 0) this.#beginJournal();
    this.#journal.close();
    this.#folder.release();
  }

  #keep(call: JournalCall): void {
    this.#open.set(call.event.flow_no, call);
    this.#guarded(() => this.#journal.call(call));
  }

  #commitSoon(): void {
    if (this.#commit !== undefined || this.#writing.length > 0) return;
    this.#commit = this.#settings.clock.after(this.#settings.commitMs, () => {
      this.#commit = undefined;
      this.#writeGroup();
    });
  }

  #writeGroup(): void {
    if (this.#waiting.length === 0 || this.#writing.length > 0) return;
    const group = this.#waiting.slice(0, MOST_EVENTS);
    try {
      const segment = this.#segment ?? this.#newSegment();
      segment.append(encodeEvents(group, this.#batches));
      this.#batches++;
    } catch (error) {
      this.#failed(error as Error);
      return;
    }
    this.#writing = group;
    this.#waiting = this.#waiting.slice(group.length);
    if (this.#settings.durable) (this.#segment as SegmentFile).sync((error) => this.#synced(error));
    else this.#written();
  }

  #synced(error: Error | null): void {
    if (error === null) {
      this.#written();
      return;
    }
    // The kernel may have dropped what it could not write, and would not say so again: the segment is of no use any more.
    this.#waiting = [...this.#writing, ...this.#waiting];
    this.#writing = [];
    this.#abandon();
    this.#failed(error);
  }

  #written(): void {
    const group = this.#writing;
    this.#writing = [];
    this.counts.written += group.length;
    this.counts.commits++;
    this.#committedBytes = this.#segment?.bytes ?? 0;
    for (const { flow_no } of group) this.#open.delete(flow_no);
    this.#recovered();
    this.#guarded(() => this.#journal.written(group.map(({ flow_no }) => flow_no)));
    if (this.#isFull()) this.#guarded(() => this.#seal());
    else if (this.#journal.bytes > LONGEST_JOURNAL) this.#guarded(() => this.#beginJournal());
    if (this.#waiting.length > 0) this.#commitSoon();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  #newSegment(): SegmentFile {
    const { softswitch, clock, segmentSeconds } = this.#settings;
    const file = SegmentFile.create(this.#folder.segmentPath(this.#segmentNo, clock.now()));
    try {
      file.append(encodeSchema(softswitch, this.#segmentNo));
      // Without its name on the disk, what is synced into the file would be gone after a power cut.
      syncFolder(this.#folder.path);
    } catch (error) {
      file.discard();
      throw error;
    }
    this.#segmentNo++;
    this.#committedBytes = file.bytes;
    this.#segment = file;
    this.#batches = 0;
    this.#sealAt = clock.elapsed() + 1000 * segmentSeconds;
    return file;
  }

  #isFull(): boolean {
    const { clock, segmentBytes } = this.#settings;
    return this.#segment !== undefined && (this.#segment.bytes >= segmentBytes || clock.elapsed() >= this.#sealAt);
  }

  /** The journal begins anew with each segment, so that it stays short. */
  #seal(): void {
    const segment = this.#segment;
    if (segment === undefined || this.#writing.length > 0) return;
    this.#segment = undefined;
    segment.seal(END_OF_STREAM);
    this.counts.segments++;
    this.#beginJournal();
  }

  #beginJournal(): void {
    const before = this.#journal;
    this.#journal = this.#freshJournal();
    before.close();
  }

  #freshJournal(): CallJournal {
    return CallJournal.begin(this.#folder.journal, {
      segment: this.#segment === undefined ? this.#segmentNo : this.#segmentNo - 1,
      start: this.#start,
      aliveMs: Math.round(this.#settings.clock.now()),
      calls: this.#open.values(),
    });
  }

  #abandon(): void {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment === undefined) return;
    // Its last group will stand in the next segment: here it must not.
    this.#guarded(() => segment.cut(this.#committedBytes));
    segment.close();
  }

  /** Once a second: a sign of life, another try to write, and segments that are old enough sealed. */
  #alive(): void {
    this.#tick = this.#settings.clock.after(1000, () => {
      if (this.#isClosed) return;
      this.#alive();
      this.#guarded(() => this.#journal.alive(Math.round(this.#settings.clock.now())));
      if (this.#waiting.length > 0) this.#commitSoon();
      else if (this.#problem !== undefined) this.#recovered();
      else if (this.#isFull()) this.#guarded(() => this.#seal());
    });
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #failed({ message }: Error): void {
    const isNew = this.#problem === undefined;
    this.#problem = message;
    if (isNew) this.#settings.onHealth(message);
  }

  /** It can be written again: what the journal missed meanwhile is in a new one. */
  #recovered(): void {
    if (this.#problem === undefined) return;
    try {
      this.#beginJournal();
    } catch {
      return;
    }
    this.#problem = undefined;
    this.#settings.onHealth(undefined);
  }
}

/** Bytes of a journal until another is begun. */
const LONGEST_JOURNAL = 64 * 1024 * 1024;
/** Events of one group: one more is written right after. */
const MOST_EVENTS = 5000;
