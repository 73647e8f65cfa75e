SELECT coalesce(c.cause, a.cause) AS cause, c.value, coalesce(a.calls, 0) AS calls,
  coalesce(a.delta, 0)::DECIMAL(18, 6) AS delta
FROM (SELECT *, rowid AS nth FROM run_changes WHERE run_id = getvariable('report_run')) c FULL JOIN (
  SELECT cause, count(*) AS calls, sum(delta) AS delta FROM fee_adjustments
  WHERE run_id = getvariable('report_run') GROUP BY cause
) a ON a.cause = CASE c.cause WHEN 'undo' THEN 'undo of run ' || c.value ELSE c.cause END
ORDER BY nth NULLS LAST
