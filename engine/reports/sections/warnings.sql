SELECT warning, calls FROM run_warnings WHERE run_id = getvariable('report_run') ORDER BY calls DESC, warning
