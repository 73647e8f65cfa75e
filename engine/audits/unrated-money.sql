-- title: Money that waits in unrated calls
-- answers: What waits for a rate or an account, by reason, beginning of the number and age, and about how much it would
--   bring, at the average rate of each account over what was charged to it, or of all accounts where it has none.
-- parameter: digits | whole | 4 | 1 to 15 | digits | length of the beginning of the number
-- parameter: as_of | moment | now | | | when the age is counted to
-- column: reason | | invalid_number, unknown_account, no_rate or locked_prefix
-- column: beginning | | first digits of the billing number
-- column: age_days | days | whole days of 24 hours since the answer: 0, 1, 2 to 6, 7 to 29, 30 or more
-- column: calls | calls | that wait
-- column: accounts | accounts | distinct accounts
-- column: hold_seconds | seconds | their hold time
-- column: at_risk | money | about what they would bring, rounded down to micros for each account
-- column: oldest_at | UTC | answer of the one that has waited longest
-- uses: current-calls, billing-rules
WITH average AS (
  SELECT account, sum(micros(fee)) AS charged, sum(hold_time) AS seconds
  FROM current_calls WHERE status = 'charged' GROUP BY GROUPING SETS ((account), ())
), waiting AS (
  SELECT status AS reason, billing_number[1:$digits] AS beginning, account, answered_at, hold_time,
    (epoch_ms($as_of) - epoch_ms(answered_at)) // 86400000 AS days
  FROM current_calls WHERE status IN ('invalid_number', 'unknown_account', 'no_rate', 'locked_prefix')
), aged AS (
  SELECT reason, beginning, account,
    CASE WHEN days < 1 THEN 0 WHEN days < 2 THEN 1 WHEN days < 7 THEN 2 WHEN days < 30 THEN 3 ELSE 4 END AS age,
    count(*) AS calls, sum(hold_time) AS seconds, min(answered_at) AS oldest_at
  FROM waiting GROUP BY reason, beginning, account, age
)
SELECT reason, beginning, ['0', '1', '2 to 6', '7 to 29', '30 or more'][age + 1] AS age_days,
  sum(calls)::BIGINT AS calls, count(DISTINCT aged.account) AS accounts, sum(aged.seconds)::BIGINT AS hold_seconds,
  money(coalesce(sum(
    aged.seconds * coalesce(own.charged, everyone.charged) // nullif(coalesce(own.seconds, everyone.seconds), 0)
  ), 0)) AS at_risk, min(oldest_at) AS oldest_at
FROM aged LEFT JOIN average own ON own.account = aged.account LEFT JOIN average everyone ON everyone.account IS NULL
GROUP BY reason, beginning, age ORDER BY at_risk DESC, reason, beginning, age
