SELECT status, calls, seconds AS hold_seconds, fee, fee_not_billed
FROM run_counts WHERE run_id = getvariable('report_run') ORDER BY enum_code(status::call_status)
