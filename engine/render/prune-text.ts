import type { PruneReport } from '../reports/prune-report.ts';
import { counted, grouped } from './amounts.ts';

/** A prune as people read it. */
export function pruneText(report: PruneReport): string {
  const { removed, waitingKept, database, elapsedSeconds, pruneId } = report;
  const lines = [pruneLine(report)];
  const none = removed.calls + removed.superseded + removed.rejected === 0;
  if (!none) lines.push('runs, ledger, statements and flow numbers keep what they say of them (table pruned_calls)');
  if (waitingKept > 0) {
    lines.push(
      `${counted(waitingKept, 'call')} of that age ${waitingKept === 1 ? 'is' : 'are'} kept: waiting in unrated_calls`,
    );
  }
  if (pruneId !== null && database !== null) {
    const { before, after } = database;
    lines.push(
      `database: ${grouped(before.bytes)} bytes before, ${grouped(after.bytes)} after, ` +
        `${grouped(after.freeBytes)} of them free for reuse; ${elapsedSeconds.toFixed(1)} s`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** A prune in a line. */
export function pruneLine({ pruneId, dryRun, before, removed }: PruneReport): string {
  const { calls, superseded, rejected } = removed;
  if (calls + superseded + rejected === 0)
    return `nothing to prune: no detail is kept of calls that ended before ${before}`;
  const what = `${counted(calls, 'call')}, ${grouped(superseded)} superseded, ${grouped(rejected)} rejected, before ${before}`;
  return dryRun ? `would remove ${what}; nothing was changed (--dry-run)` : `prune ${pruneId}: removed ${what}`;
}
