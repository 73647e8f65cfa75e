-- title: Share of premium calls by account
-- answers: Whose calls go to premium destinations, and how much of what they pay: a sudden share is the sign of a
--   hacked account. Premium is a row of the deck with at least so high a rate, or with the word in its destination or
--   call type.
-- parameter: rate | amount | 1 | 0 to 1000000 | money per minute | from this rate of the deck on a call is premium
-- parameter: word | text | premium | 1 to 40 | | word of the destination or call type, in any case
-- column: account | | who pays
-- column: calls | calls | calls a rate was found for, those refused among them
-- column: premium_calls | calls | of these premium
-- column: calls_percent | percent | premium_calls / calls
-- column: hold_seconds | seconds | hold time of all calls
-- column: premium_seconds | seconds | hold time of the premium ones
-- column: fee | money | charged for all calls
-- column: premium_fee | money | charged for the premium ones
-- column: fee_percent | percent | premium_fee / fee; null where nothing is charged
-- uses: current-calls
WITH premium AS (
  SELECT rate_id, rate >= $rate OR contains(lower(destination), lower($word))
    OR coalesce(contains(lower(call_type), lower($word)), false) AS premium
  FROM rates
)
SELECT account, count(*) AS calls, count(*) FILTER (premium) AS premium_calls,
  round(100 * premium_calls / count(*), 2) AS calls_percent, sum(hold_time)::BIGINT AS hold_seconds,
  coalesce(sum(hold_time) FILTER (premium), 0)::BIGINT AS premium_seconds, sum(c.fee) AS fee,
  coalesce(sum(c.fee) FILTER (premium), 0) AS premium_fee,
  round(100 * premium_fee / nullif(sum(c.fee), 0), 2) AS fee_percent
FROM current_calls c JOIN premium USING (rate_id)
WHERE c.status IN ('charged', 'overdraft_capped', 'overdraft_refused')
GROUP BY account HAVING premium_calls > 0 ORDER BY premium_fee DESC, account
