import type { Check } from './checks.ts';

/** That what prunes removed is what they left sums of, and nothing else is missing. */
export const pruneChecks: readonly Check[] = [
  {
    name: 'prunes',
    meaning: 'each prune: rows removed from calls, superseded and rejected_events = the sums it left',
    over: 'SELECT count(*) FROM prunes',
    violations: `
      SELECT prune_id, p.calls, s.calls AS calls_left, superseded, superseded_left, rejected, rejected_left
      FROM prunes p FULL JOIN (
        SELECT prune_id, coalesce(sum(calls) FILTER (NOT is_rejected AND superseded_by IS NULL), 0) AS calls,
          coalesce(sum(calls) FILTER (superseded_by IS NOT NULL), 0) AS superseded_left,
          coalesce(sum(calls) FILTER (is_rejected), 0) AS rejected_left
        FROM (SELECT *, status IN ('rejected', 'duplicate') AS is_rejected FROM pruned_calls) GROUP BY prune_id
      ) s USING (prune_id)
      WHERE p.calls IS DISTINCT FROM s.calls OR superseded IS DISTINCT FROM superseded_left
        OR rejected IS DISTINCT FROM rejected_left`,
  },
  {
    name: 'pruned calls',
    meaning: 'sums of pruned calls are of runs and accounts there are, of one call or more, and no amount is below 0',
    over: 'SELECT count(*) FROM pruned_calls',
    violations: `
      SELECT p.* FROM pruned_calls p LEFT JOIN runs USING (run_id)
      WHERE runs.run_id IS NULL OR calls < 1 OR hold_seconds < 0 OR fee_seconds < 0 OR p.fee < 0 OR shortfall < 0
        OR p.vendor_fee < 0 OR superseded_by <= run_id
        OR account_id NOT BETWEEN 1 AND (SELECT count(*) FROM call_names WHERE kind = 'account')`,
  },
];
