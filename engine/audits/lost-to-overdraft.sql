-- title: Revenue lost to overdraft
-- answers: By account, what calls cost that overdraft prevention refused or capped, how much of it was charged, and
--   what vendors charge us for them all the same. overdraft_by_account has the same by run.
-- column: account | | who ran out of money
-- column: refused | calls | not enough for the reservation at the answer: nothing is charged
-- column: capped | calls | charged with what was left at their end
-- column: hold_seconds | seconds | hold time of both
-- column: price | money | what they cost
-- column: fee | money | of it charged
-- column: lost | money | of it not charged
-- column: vendor_fee | money | what vendors charge for them, as far as known
-- column: first_at | UTC | first answer among them
-- column: last_at | UTC | last answer among them
-- uses: current-calls
SELECT account, count(*) FILTER (status = 'overdraft_refused') AS refused,
  count(*) FILTER (status = 'overdraft_capped') AS capped, sum(hold_time)::BIGINT AS hold_seconds,
  sum(fee + shortfall) AS price, sum(fee) AS fee, sum(shortfall) AS lost, coalesce(sum(vendor_fee), 0) AS vendor_fee,
  min(answered_at) AS first_at, max(answered_at) AS last_at
FROM current_calls WHERE status IN ('overdraft_refused', 'overdraft_capped')
GROUP BY account ORDER BY lost DESC, account
