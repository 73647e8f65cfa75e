-- title: Accounts below their limit, or near it
-- answers: Whose balance is below what the credit limit allows, by how much and since when; with a margin also those
--   that soon will be. Only accounts that allow overdraft can be below it.
-- parameter: margin | amount | 0 | 0 to 1000000000 | money | also accounts that have less than this left above their
--   limit
-- column: account | | account
-- column: kind | | client or vendor
-- column: overdraft | | prevent or allow
-- column: credit_limit | money | how far below 0 the balance may go
-- column: balance | money | balance now
-- column: available | money | balance + credit_limit: below 0 it is over the limit
-- column: below_since_run | | run whose entries took it below the limit, where it has been since; null when it is not
--   below
-- column: last_payment_at | UTC | when it was paid into last
-- column: last_payment | money | how much
WITH entries AS (
  SELECT account, max(entry_no) FILTER (balance_after >= -credit_limit) AS last_within
  FROM ledger JOIN accounts USING (account) GROUP BY account
), below AS (
  SELECT account, min_by(run_id, entry_no) AS since_run
  FROM ledger JOIN entries USING (account) WHERE entry_no > coalesce(last_within, 0) GROUP BY account
), paid AS (
  SELECT account, max(paid_at) AS paid_at, max_by(amount, row(paid_at, reference)) AS amount
  FROM payments WHERE amount > 0 GROUP BY account
)
SELECT b.account, b.kind, b.overdraft, b.credit_limit, b.balance, b.available, below.since_run AS below_since_run,
  paid.paid_at AS last_payment_at, paid.amount AS last_payment
FROM account_balances b LEFT JOIN below USING (account) LEFT JOIN paid USING (account)
WHERE b.available < 0 OR b.available < $margin ORDER BY b.available, b.account
