-- title: Calls near the duration cap
-- answers: Through which mapping gateways calls last until about the cap: such calls were often over long before, and
--   nobody told the switch. Calls the server cut off at its cap (end_reason -2) count whatever their length.
-- parameter: cap | whole | 7200 | 60 to 86400 | seconds | limit on the duration of a call; 7200 holds for callers
--   without session timer
-- parameter: within | whole | 5 | 0 to 99 | percent of the cap | a hold time this much below the cap is near it
-- column: caller_gateway | | mapping gateway
-- column: answered | calls | answered: the denominator of the share
-- column: near_cap | calls | of these near the cap or beyond, or cut off there
-- column: near_cap_percent | percent | near_cap / answered
-- column: cut_off | calls | of these cut off by the server (end_reason -2)
-- column: longest | seconds | longest hold time
-- column: hold_seconds | seconds | hold time of those near the cap
-- column: fee | money | charged for those near the cap
-- uses: current-calls
WITH answered AS (
  SELECT *, 100 * hold_time >= $cap * (100 - $within) OR end_reason = -2 AS near
  FROM current_calls WHERE answered_at IS NOT NULL AND status <> 'illegal'
)
SELECT caller_gateway, count(*) AS answered, count(*) FILTER (near) AS near_cap,
  round(100 * near_cap / count(*), 2) AS near_cap_percent, count(*) FILTER (end_reason = -2) AS cut_off,
  max(hold_time) AS longest, sum(hold_time) FILTER (near)::BIGINT AS hold_seconds,
  sum(answered.fee) FILTER (near) AS fee
FROM answered GROUP BY caller_gateway HAVING near_cap > 0 ORDER BY near_cap DESC, caller_gateway
