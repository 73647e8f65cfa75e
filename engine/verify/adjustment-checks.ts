import { overdraftCause } from '../rerating/impact.ts';
import type { Check } from './checks.ts';

const OVER = 'SELECT count(*) FROM fee_adjustments';

const CALL = 'softswitch_id, flow_no';
const sameCall = (a: string, b: string) => `${a}.softswitch_id = ${b}.softswitch_id AND ${a}.flow_no = ${b}.flow_no`;

/** The undos, with the run each of them took back. */
const UNDOS = "SELECT run_id, try_cast(value AS INTEGER) AS undone FROM run_changes WHERE cause = 'undo'";

/** Whether a row of a call may be gone because rows of its run were pruned. */
const pruned = (runId: string) => `${runId} IN (SELECT run_id FROM pruned_calls)`;

/** That what re-ratings changed of fees is told to the last call, stands with the calls, and is in the ledger. */
export const adjustmentChecks: readonly Check[] = [
  {
    name: 'run changes',
    meaning:
      'each re-rating and undo says what it changed; an undo is of one earlier re-rating, of which no row is current',
    over: 'SELECT count(*) FROM runs',
    violations: `
      SELECT r.run_id, r.kind, r.cause, r.value, u.undone, of.kind AS kind_of_undone
      FROM (SELECT run_id, kind, cause, value, from_at, until_at FROM runs FULL JOIN run_changes USING (run_id)) r
      LEFT JOIN (${UNDOS}) u ON u.run_id = r.run_id AND r.cause = 'undo' LEFT JOIN runs of ON of.run_id = u.undone
      WHERE (coalesce(r.kind, '') IN ('rerate', 'undo')) <> (r.cause IS NOT NULL)
        OR (coalesce(r.kind, '') = 'undo') <> (coalesce(r.cause, '') = 'undo') OR r.until_at <= r.from_at
        OR (r.cause = 'undo' AND (of.kind IS DISTINCT FROM 'rerate' OR u.undone >= r.run_id
          OR (SELECT count(*) FROM (${UNDOS}) twice WHERE twice.undone = u.undone) > 1
          OR u.undone IN (SELECT run_id FROM calls UNION SELECT run_id FROM waiting_calls UNION SELECT superseded_by FROM superseded)))`,
  },
  {
    name: 'adjustments',
    meaning:
      'old fee + delta = new fee; each cause is one of its run, comes once a call, and begins where another ended',
    over: OVER,
    violations: `
      SELECT a.run_id, ${CALL}, a.cause, old_fee, new_fee, delta FROM fee_adjustments a
      LEFT JOIN (
        SELECT run_id, cause FROM run_changes WHERE cause <> 'undo'
        UNION SELECT run_id, '${overdraftCause}' FROM runs WHERE kind = 'rerate'
        UNION SELECT run_id, 'undo of run ' || undone FROM (${UNDOS})
      ) c ON c.run_id = a.run_id AND c.cause = a.cause
      WHERE c.cause IS NULL OR delta = 0 OR delta <> new_fee - old_fee
      UNION ALL
      SELECT run_id, ${CALL}, string_agg(cause, ', '), NULL, NULL, sum(delta) FROM fee_adjustments
      GROUP BY run_id, ${CALL} HAVING count(*) > 1 AND (count(DISTINCT cause) < count(*)
        OR len(list_filter(list(old_fee), lambda fee: NOT list_contains(list(new_fee), fee))) > 1)`,
  },
  {
    name: 'adjusted calls',
    meaning:
      'each adjustment is of a call that its run replaced or an undo brought back, and of the account that pays it',
    over: OVER,
    violations: `
      SELECT a.*, runs.kind, o.account_id AS account_before, n.account_id AS account_now FROM fee_adjustments a
      LEFT JOIN runs ON runs.run_id = a.run_id LEFT JOIN (${UNDOS}) u ON u.run_id = a.run_id
      LEFT JOIN kept_calls o ON o.run_id = a.old_run AND ${sameCall('o', 'a')}
      LEFT JOIN kept_calls n ON n.run_id = a.new_run AND ${sameCall('n', 'a')}
      WHERE CASE runs.kind
          WHEN 'rerate' THEN a.new_run <> a.run_id OR (o.run_id IS NULL AND NOT ${pruned('a.old_run')})
          WHEN 'undo' THEN a.old_run IS DISTINCT FROM u.undone OR (n.run_id IS NULL AND NOT ${pruned('a.new_run')})
          ELSE true
        END OR coalesce(o.account_id, n.account_id, a.account_id) IS DISTINCT FROM a.account_id`,
  },
  {
    name: 'adjustments of calls',
    meaning: 'each call a re-rating replaced: its adjustments add up to its new fee - its old fee',
    over: "SELECT count(*) FROM superseded JOIN runs ON runs.run_id = superseded_by WHERE kind = 'rerate'",
    violations: `
      SELECT o.superseded_by AS run_id, o.softswitch_id, o.flow_no, o.fee AS old_fee, n.fee AS new_fee, f.delta
      FROM superseded o JOIN runs r ON r.run_id = o.superseded_by AND r.kind = 'rerate'
      LEFT JOIN kept_calls n ON n.run_id = o.superseded_by AND ${sameCall('n', 'o')}
      LEFT JOIN (
        SELECT run_id, ${CALL}, sum(delta) AS delta FROM fee_adjustments GROUP BY ALL
      ) f ON f.run_id = o.superseded_by AND ${sameCall('f', 'o')}
      WHERE coalesce(n.fee, 0) - o.fee <> coalesce(f.delta, 0)`,
  },
  {
    name: 'undone adjustments',
    meaning: 'each call and account of a re-rating that was undone: what it was adjusted by = what the undo took back',
    over: OVER,
    violations: `
      SELECT undone, ${CALL}, account_id, sum(delta) AS not_taken_back FROM (
        SELECT u.undone, a.* FROM fee_adjustments a JOIN (${UNDOS}) u ON u.run_id = a.run_id
        UNION ALL SELECT a.run_id, a.* FROM fee_adjustments a WHERE a.run_id IN (SELECT undone FROM (${UNDOS}))
      ) GROUP BY undone, ${CALL}, account_id HAVING sum(delta) <> 0`,
  },
  {
    name: 'ledger adjustments',
    meaning: 'each account and run: adjusted in the ledger = what its calls were adjusted by',
    over: OVER,
    violations: `
      SELECT run_id, account, adjusted, delta FROM (
        SELECT run_id, account, -sum(amount) AS adjusted FROM ledger WHERE kind = 'adjustment' GROUP BY run_id, account
      ) FULL JOIN (
        SELECT run_id, name AS account, sum(delta) AS delta FROM fee_adjustments
        LEFT JOIN call_names ON kind = 'account' AND id = account_id GROUP BY run_id, name
      ) USING (run_id, account)
      WHERE coalesce(adjusted, 0) <> coalesce(delta, 0)`,
  },
];
