WITH by_vendor AS (
  SELECT vendor_account_id AS id, count(*) AS calls, count(*) FILTER (vendor_fee IS NULL) AS calls_without_vendor_rate,
    count(*) FILTER (vendor_fee > fee) AS calls_below_cost, sum(hold_time)::BIGINT AS hold_seconds,
    coalesce(sum(fee) FILTER (vendor_fee IS NOT NULL), 0) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee
  FROM run_calls WHERE vendor_account_id IS NOT NULL AND hold_time > 0 GROUP BY id
)
SELECT name AS vendor_account, calls, calls_without_vendor_rate, calls_below_cost, hold_seconds, fee, vendor_fee,
  fee - vendor_fee AS margin, round(100 * (fee - vendor_fee) / nullif(fee, 0), 2)::DECIMAL(18, 2) AS margin_percent
FROM by_vendor JOIN call_names USING (id) WHERE kind = 'account' ORDER BY margin, vendor_account
