import type { DatabaseSize, OldRows, PruneResult } from '../prune.ts';

/** What is told of a prune. Times are ISO 8601. */
export interface PruneReport {
  /** Null when nothing was removed. */
  readonly pruneId: number | null;
  readonly dryRun: boolean;
  readonly before: string;
  readonly removed: Omit<OldRows, 'waiting'>;
  /** Calls of that age that wait for a rate or an account. */
  readonly waitingKept: number;
  /** Null for a dry run. */
  readonly database: { readonly before: DatabaseSize; readonly after: DatabaseSize } | null;
  readonly elapsedSeconds: number;
}

/** @param beforeMs the time that calls ended before */
export function reportPrune(
  beforeMs: number,
  { pruneId, old, sizeBefore, sizeAfter, elapsedMs }: PruneResult,
): PruneReport {
  return {
    ...common(beforeMs, old),
    pruneId: pruneId ?? null,
    dryRun: false,
    database: { before: sizeBefore, after: sizeAfter },
    elapsedSeconds: elapsedMs / 1000,
  };
}

/** Of what would be removed. */
export function reportDryRun(beforeMs: number, old: OldRows, elapsedMs: number): PruneReport {
  return { ...common(beforeMs, old), pruneId: null, dryRun: true, database: null, elapsedSeconds: elapsedMs / 1000 };
}

function common(beforeMs: number, { waiting, ...removed }: OldRows) {
  return { before: new Date(beforeMs).toISOString(), removed, waitingKept: waiting };
}
