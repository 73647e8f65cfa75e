WITH calls AS (
  SELECT account_id, softswitch_id, flow_no, sum(delta) AS delta FROM fee_adjustments
  WHERE run_id = getvariable('report_run') GROUP BY ALL
)
SELECT n.name AS account, count(*) FILTER (delta < 0) AS cheaper, count(*) FILTER (delta > 0) AS dearer,
  coalesce(sum(delta) FILTER (delta < 0), 0)::DECIMAL(18, 6) AS credit,
  coalesce(sum(delta) FILTER (delta > 0), 0)::DECIMAL(18, 6) AS debit, sum(delta)::DECIMAL(18, 6) AS delta
FROM calls LEFT JOIN call_names n ON n.kind = 'account' AND n.id = account_id
GROUP BY n.name ORDER BY abs(sum(delta)) DESC, account
