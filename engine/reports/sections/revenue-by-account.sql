WITH by_account AS (
  SELECT account_id, count(*) AS calls, count(*) FILTER (fee > 0) AS charged_calls,
    sum(hold_time)::BIGINT AS hold_seconds, sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee
  FROM run_calls WHERE status <> 'illegal' GROUP BY account_id
)
SELECT n.name AS account, a.name, calls, charged_calls, hold_seconds, fee, vendor_fee, fee - vendor_fee AS margin
FROM by_account LEFT JOIN call_names n ON n.kind = 'account' AND n.id = account_id
LEFT JOIN accounts a ON a.account = n.name ORDER BY fee DESC, n.name
