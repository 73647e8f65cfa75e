-- title: Calls that two switches may have written twice
-- answers: Which pairs of calls have the same numbers and nearly the same times on two softswitches. Within one
--   softswitch duplicates are found by their flow number; across two nothing but their content tells.
-- parameter: seconds | whole | 1 | 0 to 3600 | seconds | how far begin, answer and end of the two may each be apart
-- column: caller_e164 | | calling number
-- column: billing_number | | called number
-- column: first_softswitch | | softswitch of the first of the pair, by name
-- column: first_flow_no | | its number
-- column: second_softswitch | | softswitch of the other
-- column: second_flow_no | | its number
-- column: first_start_at | UTC | INVITE of the first
-- column: second_start_at | UTC | INVITE of the other
-- column: first_account | | who pays the first
-- column: second_account | | who pays the other
-- column: first_fee | money | charged for the first
-- column: second_fee | money | charged for the other
-- uses: current-calls
WITH suspects AS (
  SELECT caller_e164, billing_number FROM current_calls
  GROUP BY caller_e164, billing_number HAVING count(DISTINCT softswitch) > 1
), calls_of_suspects AS (
  -- Spans of time as long as the tolerance: the other of a pair is in the same span or in one beside it.
  SELECT *, epoch_ms(start_at) // (1000 * greatest($seconds, 1)) AS span
  FROM current_calls SEMI JOIN suspects USING (caller_e164, billing_number)
), reaching AS (
  SELECT *, unnest([span - 1, span, span + 1]) AS near_span FROM calls_of_suspects
)
SELECT a.caller_e164, a.billing_number, a.softswitch AS first_softswitch, a.flow_no AS first_flow_no,
  b.softswitch AS second_softswitch, b.flow_no AS second_flow_no, a.start_at AS first_start_at,
  b.start_at AS second_start_at, a.account AS first_account, b.account AS second_account, a.fee AS first_fee,
  b.fee AS second_fee
FROM reaching a JOIN calls_of_suspects b
  ON a.caller_e164 = b.caller_e164 AND a.billing_number = b.billing_number AND a.near_span = b.span
  AND a.softswitch < b.softswitch
WHERE abs(epoch_ms(a.start_at) - epoch_ms(b.start_at)) <= 1000 * $seconds
  AND abs(epoch_ms(a.ended_at) - epoch_ms(b.ended_at)) <= 1000 * $seconds
  AND (a.answered_at IS NULL) = (b.answered_at IS NULL)
  AND coalesce(abs(epoch_ms(a.answered_at) - epoch_ms(b.answered_at)) <= 1000 * $seconds, true)
ORDER BY a.start_at, first_softswitch, first_flow_no, second_softswitch, second_flow_no
