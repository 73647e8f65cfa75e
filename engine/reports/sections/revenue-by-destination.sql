WITH by_rate AS (
  SELECT rate_id, count(*) AS calls, sum(hold_time) AS hold_seconds, sum(fee_time) AS fee_seconds, sum(fee) AS fee,
    coalesce(sum(vendor_fee), 0) AS vendor_fee
  FROM run_calls WHERE rate_id IS NOT NULL GROUP BY rate_id
)
SELECT destination, sum(calls)::BIGINT AS calls, sum(hold_seconds)::BIGINT AS hold_seconds,
  sum(fee_seconds)::BIGINT AS fee_seconds, sum(fee) AS fee, sum(vendor_fee) AS vendor_fee,
  sum(fee) - sum(vendor_fee) AS margin
FROM by_rate JOIN rates USING (rate_id) GROUP BY destination ORDER BY sum(fee) DESC, destination
