import type { Check } from './checks.ts';

const OVER_LEDGER = 'SELECT count(*) FROM ledger';

/** The columns of a payment, and those of its entry, in the same order. */
const PAYMENT = 'account, paid_at, amount, reference, load_id FROM payments';
const PAYMENT_ENTRY = `account, effective_at, amount, reference, load_id FROM ledger WHERE kind = 'payment'`;

/** That balances can be trusted: every change of one is an entry, and the entries of an account are a chain. */
export const ledgerChecks: readonly Check[] = [
  {
    name: 'ledger entries',
    meaning: 'every entry is of a kind there is, with the columns of that kind, and of a run there is or the next one',
    over: OVER_LEDGER,
    violations: `
      SELECT * FROM ledger
      WHERE kind NOT IN ('opening', 'payment', 'charge', 'adjustment') OR (effective_at IS NULL) <> (kind = 'opening')
        OR (reference IS NOT NULL) <> (kind = 'payment') OR (calls IS NOT NULL) <> (kind = 'charge')
        OR (lowest IS NOT NULL AND kind NOT IN ('charge', 'adjustment'))
        OR (load_id IS NOT NULL AND kind IN ('charge', 'adjustment')) OR (load_id IS NULL AND kind IN ('opening', 'payment'))
        OR run_id NOT BETWEEN 1 AND (SELECT coalesce(max(run_id), 0) FROM runs) + (kind IN ('opening', 'payment'))::INTEGER`,
  },
  {
    name: 'ledger chain',
    meaning: 'each account: the balance after an entry = the sum of its entries up to that one',
    over: OVER_LEDGER,
    violations: `
      SELECT * FROM (
        SELECT entry_no, run_id, account, kind, amount, balance_after,
          sum(amount) OVER (PARTITION BY account ORDER BY entry_no) AS sum_of_entries
        FROM ledger
      ) WHERE balance_after <> sum_of_entries`,
  },
  {
    name: 'ledger openings',
    meaning: 'each account has one opening entry, before all others, of the balance it was loaded with',
    over: 'SELECT count(*) FROM accounts',
    violations: `
      SELECT account, balance, openings, opening, entries_before FROM accounts FULL JOIN (
        SELECT account, count(*) FILTER (kind = 'opening') AS openings, sum(amount) FILTER (kind = 'opening') AS opening,
          min(entry_no) FILTER (kind = 'opening') - min(entry_no) AS entries_before
        FROM ledger GROUP BY account
      ) USING (account)
      WHERE openings IS DISTINCT FROM 1 OR opening IS DISTINCT FROM balance OR entries_before IS DISTINCT FROM 0`,
  },
  {
    name: 'ledger payments',
    meaning: 'every payment has one entry, every entry of a payment has its payment, and no reference comes twice',
    over: 'SELECT count(*) FROM payments',
    violations: `
      SELECT 'without entry' AS payment, * FROM (SELECT ${PAYMENT} EXCEPT ALL SELECT ${PAYMENT_ENTRY})
      UNION ALL SELECT 'only in the ledger', * FROM (SELECT ${PAYMENT_ENTRY} EXCEPT ALL SELECT ${PAYMENT})
      UNION ALL SELECT 'twice', ${PAYMENT} QUALIFY count(*) OVER (PARTITION BY reference) > 1`,
  },
  {
    name: 'ledger limits',
    meaning: 'no charge takes a balance below the lowest that was allowed then',
    over: OVER_LEDGER,
    violations: 'SELECT * FROM ledger WHERE amount < 0 AND balance_after < lowest',
  },
  {
    name: 'run balances',
    meaning: 'each account and run: opening + payments - charges + adjustments = closing = the opening of its next run',
    over: 'SELECT count(*) FROM run_balances',
    violations: `
      SELECT * FROM (
        SELECT *, lead(opening) OVER (PARTITION BY account ORDER BY run_id) AS next_opening FROM run_balances
      ) WHERE opening + payments - charges + adjustments <> closing OR closing <> next_opening`,
  },
  {
    name: 'ledger charges',
    meaning: 'each account and run: charged in the ledger = the fees of its calls, kept and pruned',
    over: 'SELECT sum(calls) FROM accounted_calls',
    violations: `
      SELECT run_id, account, charged, fees FROM (
        SELECT run_id, account, -sum(amount) AS charged FROM ledger WHERE kind = 'charge' GROUP BY run_id, account
      ) FULL JOIN (
        SELECT run_id, name AS account, sum(fee) AS fees FROM accounted_calls
        LEFT JOIN call_names ON kind = 'account' AND id = account_id
        SEMI JOIN (FROM runs WHERE runs.kind IN ('rate', 'retry')) r ON r.run_id = accounted_calls.run_id
        GROUP BY run_id, name
      ) USING (run_id, account)
      WHERE coalesce(charged, 0) <> coalesce(fees, 0)`,
  },
];
