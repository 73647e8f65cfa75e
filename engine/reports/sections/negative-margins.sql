WITH by_rate AS (
  SELECT rate_id, vendor_account_id AS id, count(*) AS calls, count(*) FILTER (vendor_fee > fee) AS calls_below_cost,
    sum(hold_time) AS hold_seconds, sum(fee) AS fee, sum(vendor_fee) AS vendor_fee
  FROM run_calls WHERE rate_id IS NOT NULL AND vendor_fee IS NOT NULL GROUP BY ALL
)
SELECT destination, name AS vendor_account, sum(calls)::BIGINT AS calls,
  sum(calls_below_cost)::BIGINT AS calls_below_cost, sum(hold_seconds)::BIGINT AS hold_seconds, sum(fee) AS fee,
  sum(vendor_fee) AS vendor_fee, sum(fee) - sum(vendor_fee) AS margin
FROM by_rate JOIN rates USING (rate_id) JOIN call_names USING (id) WHERE kind = 'account'
GROUP BY destination, vendor_account HAVING sum(fee) < sum(vendor_fee) ORDER BY margin, destination, vendor_account
