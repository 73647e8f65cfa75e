-- At the average of the account's charged calls of the run, or of all of them where it has none, in whole micros.
WITH known AS (
  SELECT account_id, sum(fee) * 1000000 AS micros, sum(hold_time) AS seconds
  FROM run_calls WHERE status = 'charged' GROUP BY GROUPING SETS ((account_id), ())
), waiting AS (
  SELECT account_id, status, count(*) AS calls, count(*) FILTER (kept = 'waiting') AS still_waiting,
    sum(hold_time) AS seconds, min(answered_at) AS oldest
  FROM run_waiting GROUP BY account_id, status
)
SELECT w.status::VARCHAR AS reason, n.name AS account, w.calls, w.still_waiting, w.seconds::BIGINT AS hold_seconds,
  coalesce(w.seconds::HUGEINT * coalesce(own.micros, average.micros)::HUGEINT
    // nullif(coalesce(own.seconds, average.seconds), 0), 0)::DECIMAL(30, 0) * 0.000001::DECIMAL(6, 6) AS at_risk, w.oldest
FROM waiting w LEFT JOIN known own ON own.account_id = w.account_id LEFT JOIN known average ON average.account_id IS NULL
LEFT JOIN call_names n ON n.kind = 'account' AND n.id = w.account_id ORDER BY at_risk DESC, reason, n.name
