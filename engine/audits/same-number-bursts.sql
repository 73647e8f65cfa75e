-- title: Numbers called many times within minutes
-- answers: Which numbers were called at least so many times within so many minutes: the pattern of hacked accounts, of
--   Wangiri and of revenue share fraud. Illegal calls count; the number is the one that rates are looked up with.
-- parameter: calls | whole | 20 | 2 to 1000000 | calls | a burst has at least so many
-- parameter: minutes | whole | 10 | 1 to 1440 | minutes | within so many minutes, by the INVITE
-- column: billing_number | | number called
-- column: peak | calls | most calls within the minutes
-- column: peak_from | UTC | INVITE of the first call of that time
-- column: peak_until | UTC | INVITE of the last
-- column: calls | calls | all calls to the number
-- column: callers | numbers | distinct calling numbers
-- column: accounts | accounts | distinct accounts
-- column: hold_seconds | seconds | hold time of all
-- column: fee | money | charged for all
-- uses: current-calls
WITH frequent AS (
  SELECT billing_number, count(*) AS calls, count(DISTINCT caller_e164) AS callers, count(DISTINCT account) AS accounts,
    sum(hold_time)::BIGINT AS hold_seconds, sum(fee) AS fee
  FROM current_calls GROUP BY billing_number HAVING count(*) >= $calls
), counted AS (
  SELECT billing_number, start_at, count(*) OVER minutes AS within, min(start_at) OVER minutes AS since
  FROM current_calls SEMI JOIN frequent USING (billing_number)
  WINDOW minutes AS (
    PARTITION BY billing_number ORDER BY start_at RANGE BETWEEN to_minutes($minutes) PRECEDING AND CURRENT ROW)
), bursts AS (
  SELECT billing_number, max(within) AS peak, min(row(-within, start_at, since)) AS first_peak
  FROM counted GROUP BY billing_number HAVING peak >= $calls
)
SELECT billing_number, peak, first_peak[3] AS peak_from, first_peak[2] AS peak_until, calls, callers, accounts,
  hold_seconds, fee
FROM bursts JOIN frequent USING (billing_number) ORDER BY peak DESC, fee DESC, billing_number
