-- title: Revenue gained and lost by rounding
-- answers: By account, how much the fees of its calls are above or below what rate × fee time / 60 + connect fee gives
--   exactly; and what rounding the rates of the deck to SERVER_BILLING_FEE_PRECISTION did before. Sums are exact, and
--   rounded once, to eight decimals. Of a call capped by overdraft prevention the whole price counts.
-- column: account | | who pays
-- column: calls | calls | charged in full or in part
-- column: price | money | fee, and shortfall of those capped
-- column: raw | money | the same, not rounded
-- column: rounded_up | calls | calls whose price is above the exact one
-- column: gained | money | by how much, in sum
-- column: rounded_down | calls | calls whose price is below it
-- column: lost | money | by how much, in sum
-- column: net | money | gained - lost
-- column: by_rates | money | raw, less what it would be at the rates as they stand in the deck
-- uses: current-calls, billing-rules
WITH exact AS (
  SELECT c.account, c.fee + c.shortfall AS price,
    raw_sixtieths(rate_micros(r.rate, place, quantise_rates), c.fee_time, r.connect_fee) AS raw,
    60 * micros(price) - raw AS rounded, raw - raw_sixtieths(micros(r.rate), c.fee_time, r.connect_fee) AS by_rates
  FROM current_calls c JOIN parameters_in_force USING (run_id, parameter_set) JOIN rates r USING (rate_id)
  WHERE c.status IN ('charged', 'overdraft_capped')
)
SELECT account, count(*) AS calls, sum(price) AS price, from_sixtieths(sum(raw)) AS raw,
  count(*) FILTER (rounded > 0) AS rounded_up, from_sixtieths(coalesce(sum(rounded) FILTER (rounded > 0), 0)) AS gained,
  count(*) FILTER (rounded < 0) AS rounded_down,
  from_sixtieths(-coalesce(sum(rounded) FILTER (rounded < 0), 0)) AS lost,
  from_sixtieths(sum(rounded)) AS net, from_sixtieths(sum(by_rates)) AS by_rates
FROM exact GROUP BY account ORDER BY net, account
