-- title: Calls across a change of the clock
-- answers: Which calls were up when the clock of their account's time zone was put forward or back, and how long they
--   lasted by that clock and in truth. They are charged for the real time.
-- column: account | | who pays
-- column: timezone | | its time zone
-- column: changed_at | UTC | when the clock was changed
-- column: clock_change | seconds | by how much: above 0 forward
-- column: softswitch | | switch that wrote the event
-- column: flow_no | | number of the call within it
-- column: answered_local | local time | answer on the account's clock
-- column: ended_local | local time | end on the account's clock
-- column: clock_seconds | seconds | from answer to end by that clock; below 0 when it went back further than the call
--   was long
-- column: real_seconds | seconds | from answer to end in truth
-- column: hold_time | seconds | seconds connected, rounded, as charged
-- column: status | | status of the call
-- column: fee | money | charged
-- uses: current-calls
WITH span AS (
  SELECT min(answered_at)::DATE AS first_day, max(ended_at)::DATE AS last_day FROM current_calls
), days AS (
  SELECT unnest(generate_series(first_day - 1, last_day + 2, INTERVAL 1 DAY))::TIMESTAMPTZ AS day FROM span
), daily AS (
  SELECT timezone, day, epoch_ms(day AT TIME ZONE timezone) - epoch_ms(day) AS offset_ms,
    lead(offset_ms) OVER (PARTITION BY timezone ORDER BY day) AS next_offset_ms
  FROM (SELECT DISTINCT timezone FROM accounts), days
), minutes AS (
  -- Clocks are changed at full minutes; only days that end with another offset are looked at minute by minute.
  SELECT timezone, unnest(generate_series(day, day + INTERVAL 1 DAY, INTERVAL 1 MINUTE)) AS minute
  FROM daily WHERE next_offset_ms <> offset_ms
), offsets AS (
  SELECT timezone, minute, epoch_ms(minute AT TIME ZONE timezone) - epoch_ms(minute) AS offset_ms,
    lag(offset_ms) OVER (PARTITION BY timezone ORDER BY minute) AS offset_before_ms
  FROM minutes
), changes AS (
  SELECT timezone, minute AS changed_at, offset_ms - offset_before_ms AS change_ms
  FROM offsets WHERE offset_before_ms <> offset_ms AND minute - INTERVAL 1 MINUTE IN (SELECT minute FROM minutes)
)
SELECT c.account, a.timezone, changed_at, (change_ms // 1000)::INTEGER AS clock_change, c.softswitch, c.flow_no,
  c.answered_at AT TIME ZONE a.timezone AS answered_local, c.ended_at AT TIME ZONE a.timezone AS ended_local,
  (epoch_ms(c.ended_at) - epoch_ms(c.answered_at) + change_ms)::DECIMAL(18, 0) * 0.001::DECIMAL(3, 3) AS clock_seconds,
  (epoch_ms(c.ended_at) - epoch_ms(c.answered_at))::DECIMAL(18, 0) * 0.001::DECIMAL(3, 3) AS real_seconds,
  c.hold_time, c.status, c.fee
FROM current_calls c JOIN accounts a USING (account)
JOIN changes ON changes.timezone = a.timezone AND c.answered_at < changed_at AND changed_at < c.ended_at
ORDER BY changed_at, c.account, c.softswitch, c.flow_no
