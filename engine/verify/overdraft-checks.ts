import type { Check } from './checks.ts';

const OUTCOMES = `status IN ('overdraft_refused', 'overdraft_capped')`;

/** Re-ratings replay whole windows, of which only the calls that come out otherwise are theirs. */
const REPLAYED = "(SELECT run_id FROM runs WHERE kind IN ('rate', 'retry'))";

/** That what a run says of the accounts it replayed is what stands with their calls. */
export const overdraftChecks: readonly Check[] = [
  {
    name: 'overdraft accounts',
    meaning:
      'each run and account: calls refused and capped, and their shortfall = those of its calls, kept and pruned',
    over: 'SELECT count(*) FROM run_overdraft',
    violations: `
      SELECT run_id, account, refused_calls, refused, capped_calls, capped, o.shortfall, c.shortfall AS of_calls
      FROM run_overdraft o FULL JOIN (
        SELECT run_id, name AS account, sum(calls) FILTER (status = 'overdraft_refused') AS refused,
          sum(calls) FILTER (status = 'overdraft_capped') AS capped, sum(shortfall) AS shortfall
        FROM accounted_calls JOIN call_names ON kind = 'account' AND id = account_id WHERE ${OUTCOMES} AND run_id IN ${REPLAYED} GROUP BY ALL
      ) c USING (run_id, account)
      WHERE coalesce(refused_calls, 0) <> coalesce(refused, 0) OR coalesce(capped_calls, 0) <> coalesce(capped, 0)
        OR coalesce(o.shortfall, 0) <> coalesce(c.shortfall, 0)`,
  },
  {
    name: 'overdraft allowed',
    meaning: 'calls are refused and capped only for accounts whose overdraft was prevented in that run',
    over: `SELECT sum(calls) FROM accounted_calls WHERE ${OUTCOMES}`,
    violations: `
      SELECT run_id, name AS account, status, sum(calls) AS calls FROM accounted_calls
      JOIN call_names ON kind = 'account' AND id = account_id
      ANTI JOIN (SELECT run_id, account AS name FROM ledger WHERE kind = 'charge' AND lowest IS NOT NULL)
        USING (run_id, name)
      WHERE ${OUTCOMES} AND run_id IN ${REPLAYED} GROUP BY ALL`,
  },
];
