WITH by_source AS (
  SELECT caller_ip_id, count(*) AS calls, count(DISTINCT callee_e164) AS numbers_tried, min(start_at) AS first_at,
    max(start_at) AS last_at
  FROM run_calls WHERE status = 'illegal' GROUP BY caller_ip_id
)
SELECT name AS caller_ip, calls, numbers_tried, first_at, last_at
FROM by_source LEFT JOIN call_names ON kind = 'ip' AND id = caller_ip_id ORDER BY calls DESC, caller_ip
