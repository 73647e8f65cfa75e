-- title: Calls near midnight on the account's clock
-- answers: Which calls began within some minutes of midnight in the time zone of their account, on which day that is
--   there, and on which day revenue_by_day counts them. Calls without a known account have no clock and are left out.
-- parameter: minutes | whole | 15 | 1 to 180 | minutes | how far from midnight the INVITE may be, either way
-- column: account | | who pays
-- column: timezone | | its time zone
-- column: softswitch | | switch that wrote the event
-- column: flow_no | | number of the call within it
-- column: start_local | local time | INVITE on the account's clock
-- column: from_midnight | seconds | distance from midnight: below 0 before it, rounded down
-- column: account_day | local date | day of the INVITE for the account
-- column: billed_day | UTC date | day of revenue_by_day
-- column: other_day | | whether these differ
-- column: status | | status of the call
-- column: hold_time | seconds | seconds connected
-- column: fee | money | charged
-- uses: current-calls
WITH span AS (
  SELECT min(start_at) AS first_at, max(start_at) AS last_at FROM current_calls
), days AS (
  SELECT unnest(generate_series(first_at::DATE - 2, last_at::DATE + 2, INTERVAL 1 DAY))::DATE AS day FROM span
), midnights AS (
  SELECT timezone, day, day::TIMESTAMP AT TIME ZONE timezone AS midnight
  FROM (SELECT DISTINCT timezone FROM accounts), days
), hours AS (
  -- A midnight stands in every hour it reaches, so that a call looks at those of its own hour only.
  SELECT timezone, day, midnight, unnest(generate_series(
    (epoch_ms(midnight) - 60000 * $minutes) // 3600000, (epoch_ms(midnight) + 60000 * $minutes) // 3600000)) AS hour
  FROM midnights
)
SELECT c.account, h.timezone, c.softswitch, c.flow_no, c.start_at AT TIME ZONE h.timezone AS start_local,
  floor((epoch_ms(c.start_at) - epoch_ms(h.midnight)) / 1000)::INTEGER AS from_midnight,
  CASE WHEN c.start_at < h.midnight THEN h.day - 1 ELSE h.day END AS account_day,
  (c.start_at AT TIME ZONE 'UTC')::DATE AS billed_day, account_day <> billed_day AS other_day,
  c.status, c.hold_time, c.fee
FROM current_calls c JOIN accounts a USING (account)
JOIN hours h ON h.timezone = a.timezone AND h.hour = epoch_ms(c.start_at) // 3600000
WHERE abs(epoch_ms(c.start_at) - epoch_ms(h.midnight)) <= 60000 * $minutes
ORDER BY c.start_at, c.softswitch, c.flow_no
