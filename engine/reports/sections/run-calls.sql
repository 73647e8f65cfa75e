-- What the sections of a report read: all rows a run made, also those a later run replaced since, so that a report of an
-- old run stays the sum of its counts. The variable report_run names the run.
CREATE OR REPLACE TEMP VIEW run_calls AS
FROM kept_calls WHERE run_id = getvariable('report_run')
  AND status NOT IN ('invalid_number', 'unknown_account', 'no_rate', 'locked_prefix');

CREATE OR REPLACE TEMP VIEW run_waiting AS
FROM kept_calls WHERE run_id = getvariable('report_run')
  AND status IN ('invalid_number', 'unknown_account', 'no_rate', 'locked_prefix');
