-- title: Revenue lost to free time
-- answers: By account, what calls would have cost without SERVER_BILLING_FREE_TIME, less what they were charged. Calls
--   within the free time are looked up in the deck as it was at their run, in the rate group the account has now. Calls
--   that overdraft prevention refused or capped are left out: they could not have been charged more.
-- column: account | | who pays
-- column: calls | calls | charged, or within the free time
-- column: within_free_time | calls | of these charged nothing because of it
-- column: unpriced | calls | of those, calls no open row of the deck would have priced: they are not in the money
-- column: fee | money | charged
-- column: fee_without | money | what they would have cost
-- column: lost | money | fee_without - fee
-- uses: current-calls, billing-rules, rate-lookup
WITH free AS (
  SELECT c.*, p.place, p.unit, p.quantise_rates, p.last_load_id
  FROM current_calls c JOIN parameters_in_force p USING (run_id, parameter_set)
  WHERE p.free_seconds > 0 AND c.status IN ('charged', 'within_free_time')
), looked_up AS (
  SELECT f.* EXCLUDE (rate_id), rate_for(f.billing_number, a.rate_group, f.answered_at, f.last_load_id) AS rate_id
  FROM free f LEFT JOIN accounts a ON a.account = f.account WHERE f.rate_id IS NULL
), whole AS (
  SELECT * FROM free WHERE rate_id IS NOT NULL UNION ALL BY NAME SELECT * FROM looked_up
), priced AS (
  SELECT w.account, w.status, w.fee, fee_micros(
    raw_sixtieths(
      rate_micros(r.rate, place, quantise_rates), charged_seconds(w.hold_time, r.first_increment, r.next_increment),
      r.connect_fee),
    place, unit) AS without_micros
  FROM whole w LEFT JOIN rates r ON r.rate_id = w.rate_id AND NOT r.locked
)
SELECT account, count(*) AS calls, count(*) FILTER (status = 'within_free_time') AS within_free_time,
  count(*) FILTER (without_micros IS NULL) AS unpriced, sum(fee) AS fee,
  money(coalesce(sum(without_micros), 0)) AS fee_without, fee_without - sum(fee) AS lost
FROM priced GROUP BY account ORDER BY lost DESC, account
