SELECT name, value, source FROM run_parameters WHERE run_id = getvariable('report_run')
UNION ALL
SELECT 'quantiseRates', quantise_rates::VARCHAR, '' FROM runs WHERE run_id = getvariable('report_run')
ORDER BY name
