WITH quality AS (
  SELECT count(*) AS recorded, count(answered_at) AS answered, coalesce(sum(hold_time), 0)::BIGINT AS hold_seconds,
    count(*) FILTER (vendor_fee > fee) AS calls_below_cost,
    (coalesce(sum(vendor_fee - fee) FILTER (vendor_fee > fee), 0))::DECIMAL(38, 6) AS loss
  FROM run_calls WHERE status <> 'illegal'
), counts AS (
  SELECT coalesce(sum(calls) FILTER (status IN ('charged', 'overdraft_capped')), 0)::BIGINT AS charged,
    coalesce(sum(fee_not_billed), 0)::DECIMAL(38, 6) AS not_billed
  FROM run_counts WHERE run_id = getvariable('report_run')
), gone AS (
  SELECT coalesce(sum(calls), 0)::BIGINT AS pruned
  FROM pruned_calls WHERE run_id = getvariable('report_run') AND status NOT IN ('rejected', 'duplicate')
)
SELECT rows_read, charged, fee, vendor_fee, fee - vendor_fee AS margin,
  round(100 * (fee - vendor_fee) / nullif(fee, 0), 2)::DECIMAL(18, 2) AS margin_percent, recorded, answered,
  round(100 * answered / nullif(recorded, 0), 2)::DECIMAL(9, 2) AS asr_percent, hold_seconds,
  round(hold_seconds / nullif(answered, 0), 1)::DECIMAL(18, 1) AS acd_seconds, not_billed, calls_below_cost, loss, pruned
FROM runs CROSS JOIN quality CROSS JOIN counts CROSS JOIN gone WHERE run_id = getvariable('report_run')
