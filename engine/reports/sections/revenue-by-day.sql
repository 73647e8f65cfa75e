SELECT strftime(make_timestamp(day * 86400000000), '%Y-%m-%d') AS day, calls, answered, hold_seconds, fee, vendor_fee,
  fee - vendor_fee AS margin
FROM (
  SELECT epoch_us(start_at) // 86400000000 AS day, count(*) AS calls, count(answered_at) AS answered,
    sum(hold_time)::BIGINT AS hold_seconds, sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee
  FROM run_calls WHERE status <> 'illegal' GROUP BY day
) ORDER BY day
