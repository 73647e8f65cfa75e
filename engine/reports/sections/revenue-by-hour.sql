-- Hours are counted in whole numbers: a calendar would have to be asked for every call.
SELECT to_timestamp(hour * 3600) AS hour, calls, answered, hold_seconds, fee, vendor_fee, fee - vendor_fee AS margin
FROM (
  SELECT epoch_us(start_at) // 3600000000 AS hour, count(*) AS calls, count(answered_at) AS answered,
    sum(hold_time)::BIGINT AS hold_seconds, sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee
  FROM run_calls WHERE status <> 'illegal' GROUP BY hour
) ORDER BY hour
