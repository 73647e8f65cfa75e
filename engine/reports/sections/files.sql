SELECT path, rows, bytes, sha256 FROM run_inputs WHERE run_id = getvariable('report_run') ORDER BY path
