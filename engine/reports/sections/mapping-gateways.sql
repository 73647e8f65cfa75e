-- Ratios are those of the view gateway_quality, for one run.
WITH by_gateway AS (
  SELECT caller_gateway_id AS id, count(*) AS calls, count(answered_at) AS answered,
    count(*) FILTER (answered_at IS NOT NULL OR end_reason IN (480, 486, 487, 600, 603)) AS effective,
    count(ringing_at) AS ringing, sum(hold_time)::BIGINT AS hold_seconds,
    avg(epoch_ms(ringing_at) - epoch_ms(start_at)) / 1000 AS pdd, sum(fee) AS fee
  FROM run_calls WHERE status <> 'illegal' AND caller_gateway_id IS NOT NULL GROUP BY id
)
SELECT name AS gateway, calls, answered, round(100 * answered / calls, 2)::DECIMAL(9, 2) AS asr_percent,
  round(100 * effective / calls, 2)::DECIMAL(9, 2) AS ner_percent, hold_seconds,
  round(hold_seconds / nullif(answered, 0), 1)::DECIMAL(18, 1) AS acd_seconds, ringing,
  round(pdd, 2)::DECIMAL(18, 2) AS pdd_seconds, fee
FROM by_gateway JOIN call_names USING (id) WHERE kind = 'gateway' ORDER BY calls DESC, gateway
