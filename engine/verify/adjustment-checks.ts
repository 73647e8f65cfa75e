import type { Check } from './checks.ts';

/** That what re-ratings changed of fees is what stands with their calls, and in the ledger. */
export const adjustmentChecks: readonly Check[] = [
  {
    name: 'ledger adjustments',
    meaning: 'each account and run: adjusted in the ledger = what its calls were adjusted by',
    over: 'SELECT count(*) FROM fee_adjustments',
    violations: `
      SELECT run_id, account, adjusted, delta FROM (
        SELECT run_id, account, -sum(amount) AS adjusted FROM ledger WHERE kind = 'adjustment' GROUP BY run_id, account
      ) FULL JOIN (
        SELECT run_id, name AS account, sum(delta) AS delta FROM fee_adjustments
        LEFT JOIN call_names ON kind = 'account' AND id = account_id GROUP BY run_id, name
      ) USING (run_id, account)
      WHERE coalesce(adjusted, 0) <> coalesce(delta, 0)`,
  },
  {
    name: 'adjustments of calls',
    meaning: 'each call a re-rating replaced: its adjustments add up to its new fee - its old fee',
    over: "SELECT count(*) FROM superseded JOIN runs ON runs.run_id = superseded_by WHERE kind = 'rerate'",
    violations: `
      SELECT o.superseded_by AS run_id, o.softswitch_id, o.flow_no, o.fee AS old_fee, n.fee AS new_fee, f.delta
      FROM superseded o JOIN runs r ON r.run_id = o.superseded_by AND r.kind = 'rerate'
      LEFT JOIN kept_calls n ON n.run_id = o.superseded_by AND n.softswitch_id = o.softswitch_id AND n.flow_no = o.flow_no
      LEFT JOIN (
        SELECT run_id, softswitch_id, flow_no, sum(delta) AS delta FROM fee_adjustments GROUP BY ALL
      ) f ON f.run_id = o.superseded_by AND f.softswitch_id = o.softswitch_id AND f.flow_no = o.flow_no
      WHERE coalesce(n.fee, 0) - o.fee <> coalesce(f.delta, 0)`,
  },
];
