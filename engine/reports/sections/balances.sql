SELECT account, opening, payments, charges, adjustments, closing
FROM run_balances WHERE run_id = getvariable('report_run') ORDER BY account
