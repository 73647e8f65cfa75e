-- title: Calls priced under an old deck
-- answers: Which calls would have another row of the deck today, because a row was replaced or added after their run,
--   and what that row would charge. Sums by account, old row and new row; the parameters are those of the run of each
--   call.
-- column: account | | who pays
-- column: old_prefix | | prefix of the row that priced the calls
-- column: old_rate | money per minute | its rate
-- column: old_connect_fee | money per call | its connect fee
-- column: new_prefix | | prefix of the row that would price them today; null when there is none
-- column: new_rate | money per minute | its rate
-- column: new_connect_fee | money per call | its connect fee
-- column: outcome | | what they would become: charged, no_rate or locked_prefix
-- column: calls | calls | how many
-- column: price | money | what they cost: fee, and shortfall of those the account could not pay in full
-- column: new_price | money | what they would cost; null when they would wait
-- column: difference | money | new_price - price
-- column: example_softswitch | | softswitch of the first of them, for ratemill explain
-- column: example_flow_no | | its number
-- uses: current-calls, billing-rules, rate-lookup
WITH changed AS (
  SELECT rate_group, max(greatest(load_id, coalesce(replaced_by_load, 0))) AS last_change FROM rates GROUP BY rate_group
), looked_up AS (
  SELECT c.*, p.place, p.unit, p.quantise_rates, greatest(c.hold_time - p.free_seconds, 0) AS basis,
    old.rate_group, old.prefix AS old_prefix, old.rate AS old_rate, old.connect_fee AS old_connect_fee,
    rate_for(c.billing_number, old.rate_group, c.answered_at, changed.last_change) AS new_rate_id
  FROM current_calls c JOIN parameters_in_force p USING (run_id, parameter_set) JOIN rates old USING (rate_id)
  JOIN changed ON changed.rate_group = old.rate_group AND changed.last_change > p.last_load_id
  WHERE c.status IN ('charged', 'overdraft_capped', 'overdraft_refused')
), priced AS (
  SELECT l.*, r.prefix AS new_prefix, r.rate AS new_rate, r.connect_fee AS new_connect_fee,
    CASE WHEN r.rate_id IS NULL THEN 'no_rate' WHEN r.locked THEN 'locked_prefix' ELSE 'charged' END AS outcome,
    fee_micros(
      raw_sixtieths(
        rate_micros(r.rate, place, quantise_rates), charged_seconds(basis, r.first_increment, r.next_increment),
        r.connect_fee),
      place, unit) AS new_micros
  FROM looked_up l LEFT JOIN rates r ON r.rate_id = l.new_rate_id WHERE l.new_rate_id IS DISTINCT FROM l.rate_id
)
SELECT account, old_prefix, old_rate, old_connect_fee, new_prefix, new_rate, new_connect_fee, outcome,
  count(*) AS calls, sum(fee + shortfall) AS price,
  CASE WHEN outcome = 'charged' THEN money(sum(new_micros)) END AS new_price,
  CASE WHEN outcome = 'charged' THEN money(sum(new_micros)) - sum(fee + shortfall) END AS difference,
  min_by(softswitch, row(answered_at, softswitch, flow_no)) AS example_softswitch,
  min_by(flow_no, row(answered_at, softswitch, flow_no)) AS example_flow_no
FROM priced
GROUP BY account, rate_id, old_prefix, old_rate, old_connect_fee, new_rate_id, new_prefix, new_rate, new_connect_fee,
  outcome
ORDER BY abs(difference) DESC NULLS FIRST, account, old_prefix, rate_id, new_rate_id
