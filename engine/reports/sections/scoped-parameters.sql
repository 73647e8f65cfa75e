SELECT source, leg, name, value, count(*) AS sets
FROM run_parameter_sets WHERE run_id = getvariable('report_run') GROUP BY ALL ORDER BY source, leg, name
