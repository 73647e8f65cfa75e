-- title: Quality of gateways hour by hour
-- answers: Answer-seizure ratio, average call duration and post-dial delay of each gateway in each hour, with what they
--   are shares of. Illegal calls are left out; what is not recorded (RECORD_… = 0) cannot count.
-- parameter: calls | whole | 1 | 1 to 1000000000 | calls | an hour of a gateway with fewer is left out
-- column: direction | | mapping (calls came from it) or routing (calls went to it)
-- column: gateway | | name of the gateway
-- column: hour | UTC | begin of the hour of the INVITE
-- column: calls | calls | recorded: the denominator of the answer-seizure ratio
-- column: answered | calls | of these answered: the denominator of the average duration
-- column: asr_percent | percent | answered / calls
-- column: acd_seconds | seconds | hold time / answered
-- column: ringing | calls | calls that rang: the denominator of the delay
-- column: pdd_seconds | seconds | mean time from INVITE to ringing
-- uses: current-calls
WITH legs AS (
  SELECT unnest([
    {'direction': 'mapping', 'gateway': caller_gateway}, {'direction': 'routing', 'gateway': callee_gateway}
  ]) AS leg, date_trunc('hour', start_at) AS hour, start_at, ringing_at, answered_at, hold_time
  FROM current_calls WHERE status <> 'illegal'
)
SELECT leg.direction, leg.gateway, hour, count(*) AS calls, count(answered_at) AS answered,
  round(100 * count(answered_at) / count(*), 2) AS asr_percent,
  round(sum(hold_time) / nullif(count(answered_at), 0), 1) AS acd_seconds, count(ringing_at) AS ringing,
  round(sum(epoch_ms(ringing_at) - epoch_ms(start_at)) / nullif(count(ringing_at), 0) / 1000, 2) AS pdd_seconds
FROM legs WHERE leg.gateway IS NOT NULL GROUP BY leg.direction, leg.gateway, hour HAVING count(*) >= $calls
ORDER BY leg.direction, leg.gateway, hour
