-- title: Share of short calls by gateway and account
-- answers: Through which mapping gateways, and of whom, many answered calls last only a few seconds: the sign of false
--   answers, of calls that fail after the answer, and of dialers. Illegal calls are left out.
-- parameter: seconds | whole | 6 | 1 to 3600 | seconds | longest hold time of a short call
-- parameter: answered | whole | 1 | 1 to 1000000000 | calls | fewer answered calls than this tell nothing
-- column: caller_gateway | | mapping gateway
-- column: account | | who pays
-- column: calls | calls | recorded
-- column: answered | calls | of these answered: the denominator of the share
-- column: short | calls | of these with a hold time from 1 second to the parameter
-- column: short_percent | percent | short / answered
-- column: short_fee | money | charged for the short ones
-- uses: current-calls
SELECT caller_gateway, account, count(*) AS calls, count(answered_at) AS answered,
  count(*) FILTER (hold_time BETWEEN 1 AND $seconds) AS short,
  round(100 * short / count(answered_at), 2) AS short_percent,
  coalesce(sum(fee) FILTER (hold_time BETWEEN 1 AND $seconds), 0) AS short_fee
FROM current_calls WHERE status <> 'illegal'
GROUP BY caller_gateway, account HAVING count(answered_at) >= $answered
ORDER BY short_percent DESC, short DESC, caller_gateway, account
