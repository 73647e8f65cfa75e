SELECT account, refused_calls, capped_calls, shortfall, peak_exposure, peak_at, first_at, last_at
FROM overdraft_by_account WHERE run_id = getvariable('report_run') ORDER BY shortfall DESC, account
