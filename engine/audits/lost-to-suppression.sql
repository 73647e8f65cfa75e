-- title: Revenue lost to calls that are not recorded
-- answers: What each run counted and did not record, by the parameter that says so, and what it would have cost.
--   Nothing is known of single calls: they are nowhere. Illegal calls and calls of no length cost nothing in any case.
-- column: run_id | | run
-- column: started_at | UTC | when it was started
-- column: status | | no_cdr or suppressed_…
-- column: parameter | | what suppresses such calls
-- column: calls | calls | how many
-- column: hold_seconds | seconds | their hold time
-- column: percent_of_read | percent | calls / all events the run read
-- column: fee_not_billed | money | what they would have cost; null of no_cdr, which is not priced
SELECT c.run_id, r.started_at, c.status, s.parameter, c.calls, c.seconds AS hold_seconds,
  round(100 * c.calls / r.rows_read, 2) AS percent_of_read,
  CASE WHEN c.status <> 'no_cdr' THEN c.fee_not_billed END AS fee_not_billed
FROM run_counts c JOIN runs r USING (run_id)
JOIN (VALUES
  ('no_cdr', 'SERVER_BILLING_NO_CDR_E164S'),
  ('suppressed_illegal', 'SERVER_BILLING_RECORD_ILLEGAL_CALL'),
  ('suppressed_zero_hold', 'SERVER_BILLING_RECORD_ZERO_HOLD_TIME'),
  ('suppressed_server_hang_up', 'SERVER_BILLING_RECORD_SERVER_HANG_UP')
) s(status, parameter) USING (status)
WHERE c.calls > 0 ORDER BY c.run_id, c.status
