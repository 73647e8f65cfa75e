-- title: Destinations that cost more than they bring
-- answers: Where the vendor fee of calls is above the fee, by destination, clearing account and status: what is
--   toll-free, free of charge or refused has no fee on purpose. Calls whose vendor fee is not known are left out.
-- column: destination | | destination of the deck; null where no rate was looked up
-- column: vendor_account | | clearing account
-- column: status | | status of the calls
-- column: calls | calls | with a known vendor fee
-- column: below_cost | calls | of these with a vendor fee above the fee
-- column: fee | money | charged for those below cost
-- column: vendor_fee | money | what the vendor charges for them
-- column: loss | money | vendor_fee - fee
-- column: margin | money | fee - vendor fee of all calls of the line, also those that bring something
-- uses: current-calls
SELECT destination, vendor_account, status, count(*) AS calls, count(*) FILTER (vendor_fee > fee) AS below_cost,
  sum(fee) FILTER (vendor_fee > fee) AS fee, sum(vendor_fee) FILTER (vendor_fee > fee) AS vendor_fee,
  sum(vendor_fee - fee) FILTER (vendor_fee > fee) AS loss,
  sum(current_calls.fee) - sum(current_calls.vendor_fee) AS margin
FROM current_calls LEFT JOIN rates USING (rate_id)
WHERE vendor_fee IS NOT NULL AND status NOT IN ('invalid_number', 'unknown_account', 'no_rate', 'locked_prefix')
GROUP BY destination, vendor_account, status HAVING below_cost > 0
ORDER BY loss DESC, destination, vendor_account, status
