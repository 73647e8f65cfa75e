-- At the average of the account's charged calls of the run, or of all of them where it has none, in whole micros. What a
-- reason adds to the estimate of its account is its own, so that the sum is that of the report of `ratemill rate`.
WITH known AS (
  SELECT account_id, (sum(fee) * 1000000)::HUGEINT AS micros, sum(hold_time) AS seconds
  FROM run_calls WHERE status = 'charged' GROUP BY GROUPING SETS ((account_id), ())
), waiting AS (
  SELECT account_id, status, count(*) AS calls, count(*) FILTER (kept = 'waiting') AS still_waiting,
    sum(hold_time)::BIGINT AS hold_seconds, min(answered_at) AS oldest
  FROM run_waiting GROUP BY account_id, status
), added AS (
  SELECT *, sum(hold_seconds) OVER (PARTITION BY account_id ORDER BY status)::HUGEINT AS after_seconds FROM waiting
), valued AS (
  SELECT w.*, n.name AS account, coalesce(own.micros, average.micros) AS micros,
    nullif(coalesce(own.seconds, average.seconds), 0) AS seconds
  FROM added w LEFT JOIN known own ON own.account_id = w.account_id LEFT JOIN known average ON average.account_id IS NULL
  LEFT JOIN call_names n ON n.kind = 'account' AND n.id = w.account_id
)
SELECT status::VARCHAR AS reason, account, calls, still_waiting, hold_seconds,
  coalesce(after_seconds * micros // seconds - (after_seconds - hold_seconds) * micros // seconds, 0)::DECIMAL(30, 0)
    * 0.000001::DECIMAL(6, 6) AS at_risk, oldest
FROM valued ORDER BY at_risk DESC, reason, account
