-- title: Accounts whose fee per minute is off the deck rate
-- answers: For which accounts and destinations the money charged for a minute connected is more than some percent above
--   or below the rate in the deck: by increments, connect fees, free time, rounding, or balances that did not suffice.
-- parameter: percent | amount | 10 | 0 to 1000000 | percent of the deck rate | how far off, either way, is too far
-- parameter: calls | whole | 1 | 1 to 1000000 | calls | fewer calls than this tell nothing
-- column: account | | who pays
-- column: destination | | destination of the deck
-- column: calls | calls | charged in full or in part
-- column: hold_seconds | seconds | their hold time
-- column: fee | money | charged for them
-- column: at_deck_rate | money | rate of the deck × hold time, rounded to micros once
-- column: fee_per_minute | money per minute | fee / hold time, rounded to micros
-- column: deck_rate | money per minute | mean rate of the deck, weighted by hold time, rounded to micros
-- column: off_percent | percent | (fee - at_deck_rate) / at_deck_rate; null where the deck asks nothing
-- uses: current-calls, billing-rules
WITH summed AS (
  SELECT account, destination, count(*) AS calls, sum(hold_time)::HUGEINT AS seconds, sum(micros(fee)) AS fee,
    sum(micros(rate) * hold_time) AS deck_sixtieths
  FROM current_calls JOIN rates USING (rate_id) WHERE status IN ('charged', 'overdraft_capped')
  GROUP BY account, destination
)
SELECT account, destination, calls, seconds::BIGINT AS hold_seconds, money(fee) AS fee,
  money((2 * deck_sixtieths + 60) // 120) AS at_deck_rate,
  money((120 * fee + seconds) // (2 * seconds)) AS fee_per_minute,
  money((2 * deck_sixtieths + seconds) // (2 * seconds)) AS deck_rate,
  round(100 * (60 * fee - deck_sixtieths) / nullif(deck_sixtieths, 0), 2) AS off_percent
FROM summed
WHERE calls >= $calls AND abs(60 * fee - deck_sixtieths) * 100000000 > micros($percent) * deck_sixtieths
ORDER BY abs(60 * fee - deck_sixtieths) DESC, account, destination
