import type { Clock, Timer } from '../clock.ts';
import type { EventSettings } from '../configuration.ts';
import type { CallEvent } from './call-event.ts';
import { CallJournal, type JournalCall } from './call-journal.ts';
import { END_OF_STREAM, encodeEvents, encodeSchema } from './encode-events.ts';
import { eventFault } from './event-fault.ts';
import { flowNumber } from './flow-number.ts';
import { LogFolder } from './log-folder.ts';
import { type Recovery, recoverLog } from './recover-log.ts';
import { SegmentFile, syncFolder } from './segment-file.ts';

export interface EventLogSettings extends EventSettings {
  readonly softswitch: string;
  readonly clock: Clock;
  /** Told when writing fails, and when it works again. */
  readonly onHealth: (problem: string | undefined) => void;
  /** Told of an event that cannot be written whatever the disk does, with all its values: it holds up no other. */
  readonly onRefused: (problem: string) => void;
}

/** What the log has done since it was opened. */
export interface EventLogCounts {
  written: number;
  commits: number;
  segments: number;
}

/** What was not written into a segment when the log was closed. */
export interface Unwritten {
  /** Events that the journal has: the next start writes them. */
  readonly inJournal: number;
  /**
   * Calls as they are now, which not even the journal has. Of those it has as they were before, the next start makes events
   * that are lost at restart.
   */
  readonly unsaved: readonly CallEvent[];
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
  /** Those of them that the journal has not as they are now. */
  readonly #unnoted = new Set<bigint>();
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
    this.#waiting = recovery.events.filter((event) => this.#isSound(event));
    for (const event of this.#waiting) this.#open.set(event.flow_no, { event, isOver: true });
    this.#journal = this.#freshJournal();
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
    if (eventFault(event) === undefined) this.#keep({ event, isOver: false });
  }

  /** The event of a call that is over; written with the next group. */
  end(event: CallEvent): void {
    if (!this.#isSound(event)) {
      if (this.#open.has(event.flow_no)) this.#forget([event]);
      return;
    }
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

  /**
   * Writes what is left, seals the segment and leaves the folder. Calls in progress stay in the journal.
   *
   * @param patienceMs how long it is tried while events cannot be written
   */
  async close(patienceMs = CLOSE_MS): Promise<Unwritten> {
    await this.#flushWithin(patienceMs);
    this.#isClosed = true;
    this.#tick?.cancel();
    this.#commit?.cancel();
    this.#guarded(() => this.#seal());
    if (this.#open.size === 0 || this.#unnoted.size > 0) this.#guarded(() => this.#beginJournal());
    this.#journal.close();
    this.#folder.release();
    const unwritten = [...this.#writing, ...this.#waiting];
    return {
      inJournal: unwritten.filter(({ flow_no }) => !this.#unnoted.has(flow_no)).length,
      unsaved: [...this.#unnoted].map((flowNo) => (this.#open.get(flowNo) as JournalCall).event),
    };
  }

  async #flushWithin(ms: number): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#settings.clock.after(ms, resolve);
    });
    await Promise.race([this.flush(), late]);
    timer?.cancel();
  }

  #isSound(event: CallEvent): boolean {
    const fault = eventFault(event);
    if (fault !== undefined) this.#settings.onRefused(fault);
    return fault === undefined;
  }

  #keep(call: JournalCall): void {
    const { flow_no } = call.event;
    this.#open.set(flow_no, call);
    this.#unnoted.add(flow_no);
    this.#guarded(() => {
      this.#journal.call(call);
      this.#unnoted.delete(flow_no);
    });
  }

  /** Nothing is to be written of these calls any more. */
  #forget(events: readonly CallEvent[]): void {
    for (const { flow_no } of events) {
      this.#open.delete(flow_no);
      this.#unnoted.delete(flow_no);
    }
    this.#guarded(() => this.#journal.written(events.map(({ flow_no }) => flow_no)));
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
    if (this.#isClosed) return;
    if (error === null) {
      this.#written();
      return;
    }
    // The kernel may have dropped what it could not write, and would not say so again: the segment is of no use any more.
    this.#waiting = [...this.#writing, ...this.#waiting];
    this.#writing = [];
    this.#failed(
      new Error(`${error.message}; ${this.#segment?.path} takes no more events and is sealed at the next start`),
    );
    this.#abandon();
  }

  #written(): void {
    const group = this.#writing;
    this.#writing = [];
    this.counts.written += group.length;
    this.counts.commits++;
    this.#committedBytes = this.#segment?.bytes ?? 0;
    this.#forget(group);
    this.#recovered();
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
    // On a full disk the segment stays as it is, and is sealed when there is room.
    segment.append(END_OF_STREAM);
    this.#segment = undefined;
    segment.seal();
    this.counts.segments++;
    this.#beginJournal();
  }

  #beginJournal(): void {
    const before = this.#journal;
    this.#journal = this.#freshJournal();
    this.#unnoted.clear();
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
/** How long a log that is closed tries to write what is left. */
const CLOSE_MS = 3000;
/** Events of one group: one more is written right after. */
const MOST_EVENTS = 5000;
