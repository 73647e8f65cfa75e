import type { CallEvent } from './call-event.ts';
import { CallJournal } from './call-journal.ts';
import { END_OF_STREAM } from './encode-events.ts';
import { startOf } from './flow-number.ts';
import type { LogFolder } from './log-folder.ts';
import { readSegment, type Segment } from './read-segment.ts';
import { readSegmentBytes, SegmentFile } from './segment-file.ts';
import { serverReasonCode } from './server-reasons.ts';

/** A segment is damaged where it cannot come from being cut off. */
export class DamagedSegment extends Error {
  constructor(path: string, at: number) {
    super(
      `${path} is damaged from byte ${at} on: what stands behind may be events. Restore the file, or move it elsewhere; the events before that byte can be read from a copy that ends there`,
    );
  }
}

/** What was found of the process before. */
export interface Recovery {
  /** Segments that were open, now sealed, with what was cut off. */
  readonly sealed: readonly { readonly path: string; readonly events: number; readonly cutBytes: number }[];
  /** Events that have to be written: of calls that were over, and of those that were up, ended at the last sign of life. */
  readonly events: readonly CallEvent[];
  /** Numbers for the next segment and the next start. */
  readonly nextSegment: number;
  readonly nextStart: number;
  /** Lines of the journal that are not as they were written: calls may be missing. */
  readonly damagedLines: number;
}

/**
 * Seals what the process before left open, and finds the calls that were up when it died. Whatever kills this one in the
 * middle, the next one finds the same: a call is lost as long as neither the journal nor a segment has its end.
 *
 * @throws DamagedSegment
 */
export function recoverLog(folder: LogFolder): Recovery {
  const journal = CallJournal.read(folder.journal);
  const missing = new Map(journal?.calls);
  const sealed: { path: string; events: number; cutBytes: number }[] = [];
  const segments = folder.segments();
  let lastStart = journal?.start ?? 0;
  for (const { path, sequence, isOpen } of segments) {
    // Without a journal, the newest segments tell which numbers were given.
    const since = journal?.segment ?? segments.at(-1)?.sequence ?? 0;
    if (!isOpen && sequence < since) continue;
    const bytes = readSegmentBytes(path);
    const segment = readSegment(bytes);
    if (segment.tail === 'damaged') throw new DamagedSegment(path, segment.wholeBytes);
    for (const { flow_no } of segment.events) {
      missing.delete(flow_no);
      lastStart = Math.max(lastStart, startOf(flow_no));
    }
    if (isOpen) sealed.push(seal(path, bytes.length, segment));
  }
  return {
    sealed,
    events: [...missing.values()].map(({ event, isOver }) => (isOver ? event : lost(event, journal?.aliveMs ?? 0))),
    nextSegment: 1 + Math.max(0, journal?.segment ?? 0, ...segments.map(({ sequence }) => sequence)),
    nextStart: 1 + lastStart,
    damagedLines: journal?.damagedLines ?? 0,
  };
}

function lost(event: CallEvent, aliveMs: number): CallEvent {
  const ended_at = Math.max(event.ended_at, aliveMs);
  return { ...event, ended_at, end_direction: 2, end_reason: serverReasonCode.lost_at_restart };
}

/** Cuts off what was being written, and ends the segment; one whose first message is not whole never had an event. */
function seal(path: string, size: number, { wholeBytes, isSealed, events }: Segment) {
  const file = SegmentFile.reopen(path);
  if (wholeBytes === 0) {
    file.discard();
    return { path, events: 0, cutBytes: size };
  }
  file.cut(wholeBytes);
  file.append(END_OF_STREAM);
  return { path: file.seal(), events: events.length, cutBytes: isSealed ? 0 : size - wholeBytes };
}
