-- title: Sources of illegal calls by hour
-- answers: Which addresses sent calls that nobody may send, hour by hour, and how many numbers they tried. With
--   SERVER_BILLING_RECORD_ILLEGAL_CALL = 0 such calls are only counted, and are not here.
-- parameter: calls | whole | 1 | 1 to 1000000 | calls | an hour of an address with fewer is left out
-- column: caller_ip | | address the calls came from; null when the event names none
-- column: hour | UTC | begin of the hour of the INVITE
-- column: calls | calls | illegal calls
-- column: numbers_tried | numbers | distinct called numbers
-- column: callers | numbers | distinct calling numbers
-- column: first_at | UTC | first INVITE of the hour
-- column: last_at | UTC | last INVITE of the hour
-- uses: current-calls
SELECT caller_ip, date_trunc('hour', start_at) AS hour, count(*) AS calls,
  count(DISTINCT billing_number) AS numbers_tried, count(DISTINCT caller_e164) AS callers,
  min(start_at) AS first_at, max(start_at) AS last_at
FROM current_calls WHERE status = 'illegal' GROUP BY caller_ip, hour HAVING count(*) >= $calls
ORDER BY calls DESC, caller_ip, hour
