-- The views of the contract over the tables of schema.sql.

CREATE VIEW kept_calls AS
SELECT 'rated' AS kept, *, NULL::INTEGER AS superseded_by FROM calls
UNION ALL SELECT 'waiting', *, NULL FROM waiting_calls
UNION ALL SELECT 'superseded', * FROM superseded;
COMMENT ON VIEW kept_calls IS 'All rows of calls ever kept, as stored: current, waiting and superseded ones';

-- Kept calls count one each, so that checks and statements need not tell them from what is left of pruned ones.
CREATE VIEW accounted_calls AS
SELECT run_id, superseded_by, status, account_id, rate_id, NULL::VARCHAR AS destination, 1::BIGINT AS calls,
  hold_time::BIGINT AS hold_seconds, fee_time::BIGINT AS fee_seconds, fee, shortfall, coalesce(vendor_fee, 0) AS vendor_fee
FROM kept_calls
UNION ALL SELECT run_id, superseded_by, status, account_id, NULL, destination, calls, hold_seconds, fee_seconds, fee, shortfall,
  vendor_fee
FROM pruned_calls WHERE status NOT IN ('rejected', 'duplicate');
COMMENT ON VIEW accounted_calls IS 'All calls ever kept: one row each as long as they are there, sums of those that were pruned';
COMMENT ON COLUMN accounted_calls.rate_id IS 'Row of the deck, in rates; null where there was none, and for pruned calls';

-- A name costs one small list a query, and nothing where it is not asked for; a join would cost every query.
CREATE VIEW named_calls AS
SELECT
  c.run_id,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'softswitch')[c.softswitch_id] AS softswitch,
  c.flow_no,
  c.sip_call_id,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'account')[c.account_id] AS account,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'gateway')[c.caller_gateway_id] AS caller_gateway,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'gateway')[c.callee_gateway_id] AS callee_gateway,
  c.caller_e164,
  c.callee_e164,
  substr(c.callee_e164, 1 + c.stripped_characters) AS billing_number,
  c.start_at,
  c.answered_at,
  c.ended_at,
  c.hold_time,
  c.fee_time,
  r.rate_group,
  r.prefix,
  r.destination,
  r.rate,
  r.first_increment,
  r.next_increment,
  r.connect_fee,
  c.fee,
  c.shortfall,
  c.status,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'account')[c.vendor_account_id] AS vendor_account,
  v.prefix AS vendor_prefix,
  v.rate AS vendor_rate,
  c.vendor_fee_time,
  c.vendor_fee,
  c.end_direction,
  c.end_reason,
  c.billing_mode,
  c.ringing_at,
  c.callee_to_gateway_e164,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'ip')[c.caller_ip_id] AS caller_ip,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'ip')[c.callee_ip_id] AS callee_ip,
  c.attempts,
  c.kept,
  c.superseded_by
FROM kept_calls c LEFT JOIN rates r ON r.rate_id = c.rate_id LEFT JOIN rates v ON v.rate_id = c.vendor_rate_id;
COMMENT ON VIEW named_calls IS 'All calls with names and rates: rated_calls, unrated_calls and superseded_calls together';

CREATE VIEW rated_calls AS
SELECT * EXCLUDE (kept, superseded_by) REPLACE (status::VARCHAR AS status) FROM named_calls WHERE kept = 'rated';
COMMENT ON VIEW rated_calls IS 'One current row a recorded call; fee is what is charged for it';

CREATE VIEW unrated_calls AS
SELECT * EXCLUDE (kept, superseded_by, status, fee, fee_time, shortfall), status::VARCHAR AS reason
FROM named_calls WHERE kept = 'waiting';
COMMENT ON VIEW unrated_calls IS 'Calls that wait for a rate or an account, with the reason; nothing is charged for them yet';

CREATE VIEW superseded_calls AS
SELECT * EXCLUDE (kept) REPLACE (status::VARCHAR AS status) FROM named_calls WHERE kept = 'superseded';
COMMENT ON VIEW superseded_calls IS 'Calls as they were before a later run replaced them: rated again, or no longer waiting';

CREATE VIEW adjustments AS
SELECT run_id,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'softswitch')[softswitch_id] AS softswitch,
  flow_no,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'account')[account_id] AS account,
  old_run, new_run, old_fee, new_fee, delta, cause
FROM fee_adjustments;
COMMENT ON VIEW adjustments IS 'What re-ratings changed of the fees of calls: one row a call and cause; delta is charged more, below 0 given back';
COMMENT ON COLUMN adjustments.softswitch IS 'Switch that wrote the event';
COMMENT ON COLUMN adjustments.account IS 'Who pays';

CREATE VIEW revenue_by_account AS
SELECT account, count(*) AS calls, count(*) FILTER (fee > 0) AS charged_calls, sum(hold_time)::BIGINT AS hold_seconds,
  sum(fee_time)::BIGINT AS fee_seconds, sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee,
  sum(fee) - coalesce(sum(vendor_fee), 0) AS margin
FROM rated_calls WHERE status <> 'illegal' GROUP BY account ORDER BY fee DESC, account;
COMMENT ON VIEW revenue_by_account IS 'Calls, time and money by paying account';

CREATE VIEW revenue_by_destination AS
SELECT destination, count(*) AS calls, sum(hold_time)::BIGINT AS hold_seconds, sum(fee_time)::BIGINT AS fee_seconds,
  sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee, sum(fee) - coalesce(sum(vendor_fee), 0) AS margin
FROM rated_calls WHERE destination IS NOT NULL GROUP BY destination ORDER BY fee DESC, destination;
COMMENT ON VIEW revenue_by_destination IS 'Charged calls, time and money by destination of the deck';

CREATE VIEW revenue_by_day AS
SELECT (start_at AT TIME ZONE 'UTC')::DATE AS day, count(*) AS calls, count(*) FILTER (fee > 0) AS charged_calls,
  sum(hold_time)::BIGINT AS hold_seconds, sum(fee) AS fee, coalesce(sum(vendor_fee), 0) AS vendor_fee,
  sum(fee) - coalesce(sum(vendor_fee), 0) AS margin
FROM rated_calls WHERE status <> 'illegal' GROUP BY day ORDER BY day;
COMMENT ON VIEW revenue_by_day IS 'Calls, time and money by day of the INVITE, UTC';

CREATE VIEW gateway_quality AS
WITH legs AS (
  SELECT 'mapping' AS direction, caller_gateway AS gateway, * FROM rated_calls WHERE caller_gateway IS NOT NULL
  UNION ALL BY NAME
  SELECT 'routing' AS direction, callee_gateway AS gateway, * FROM rated_calls WHERE callee_gateway IS NOT NULL
)
SELECT direction, gateway, count(*) AS calls, count(answered_at) AS answered,
  round(100 * count(answered_at) / count(*), 2) AS asr_percent,
  round(100 * count(*) FILTER (answered_at IS NOT NULL OR end_reason IN (480, 486, 487, 600, 603)) / count(*), 2)
    AS ner_percent,
  round(sum(hold_time) / nullif(count(answered_at), 0), 1) AS acd_seconds,
  count(ringing_at) AS ringing,
  round(avg(epoch_ms(ringing_at) - epoch_ms(start_at)) / 1000, 2) AS pdd_seconds
FROM legs WHERE status <> 'illegal' GROUP BY direction, gateway ORDER BY direction, gateway;
COMMENT ON VIEW gateway_quality IS 'Quality of each gateway over recorded calls: a switched-off record switch hides calls from it';
COMMENT ON COLUMN gateway_quality.asr_percent IS 'Answer-seizure ratio: answered / calls';
COMMENT ON COLUMN gateway_quality.ner_percent IS 'Network effectiveness ratio (ITU-T E.425): (answered + ended by the called or calling user: 480, 486, 487, 600, 603) / calls';
COMMENT ON COLUMN gateway_quality.acd_seconds IS 'Average call duration: hold time / answered';
COMMENT ON COLUMN gateway_quality.pdd_seconds IS 'Post-dial delay: mean time from INVITE to ringing, over calls that rang';

CREATE VIEW margin_by_vendor AS
SELECT vendor_account, count(*) AS calls, count(*) FILTER (vendor_fee IS NULL) AS calls_without_vendor_rate,
  sum(fee) AS fee, sum(vendor_fee) AS vendor_fee, sum(fee) FILTER (vendor_fee IS NOT NULL) - sum(vendor_fee) AS margin,
  count(*) FILTER (vendor_fee > fee) AS calls_below_cost
FROM rated_calls WHERE vendor_account IS NOT NULL AND hold_time > 0 GROUP BY vendor_account ORDER BY margin, vendor_account;
COMMENT ON VIEW margin_by_vendor IS 'Connected calls by clearing account: what clients pay, what it charges us, and what is left; worst first';
COMMENT ON COLUMN margin_by_vendor.margin IS 'fee - vendor_fee, over the calls whose vendor fee is known';

CREATE VIEW long_calls AS
SELECT * FROM rated_calls WHERE hold_time >= 6840 OR end_reason = -2 ORDER BY hold_time DESC, softswitch, flow_no;
COMMENT ON VIEW long_calls IS 'Calls within 5 % of 7200 s, the default limit for callers without session timer, or cut off by a duration cap';

CREATE VIEW illegal_calls_by_ip AS
SELECT caller_ip, count(*) AS calls, count(DISTINCT callee_e164) AS numbers_tried, min(start_at) AS first_at,
  max(start_at) AS last_at
FROM rated_calls WHERE status = 'illegal' GROUP BY caller_ip ORDER BY calls DESC, caller_ip;
COMMENT ON VIEW illegal_calls_by_ip IS 'Calls of unauthorised sources by address';

CREATE VIEW overdraft_by_account AS
SELECT run_id, account, refused_calls, capped_calls, shortfall, first_at, last_at, peak_exposure, peak_at, spendable
FROM run_overdraft WHERE refused_calls + capped_calls > 0 ORDER BY run_id DESC, shortfall DESC, account;
COMMENT ON VIEW overdraft_by_account IS 'Accounts that ran out of money: calls refused and capped by each run, when, and how much was not charged';

-- At the average rate of an account over the calls charged to it, or over all where it has none, in whole micros.
CREATE VIEW money_at_risk AS
WITH known AS (
  SELECT account_id, sum(fee) * 1000000 AS micros, sum(hold_time) AS seconds
  FROM calls WHERE status = 'charged' GROUP BY GROUPING SETS ((account_id), ())
), waiting AS (
  SELECT account_id, status, count(*) AS calls, sum(hold_time) AS seconds, min(answered_at) AS oldest
  FROM waiting_calls GROUP BY account_id, status
)
SELECT w.status::VARCHAR AS reason, n.name AS account, w.calls, w.seconds::BIGINT AS hold_seconds,
  (coalesce(w.seconds::HUGEINT * coalesce(own.micros, average.micros)::HUGEINT
    // nullif(coalesce(own.seconds, average.seconds), 0), 0))::DECIMAL(30, 0) * 0.000001::DECIMAL(6, 6) AS at_risk, w.oldest
FROM waiting w LEFT JOIN known own ON own.account_id = w.account_id LEFT JOIN known average ON average.account_id IS NULL
LEFT JOIN call_names n ON n.kind = 'account' AND n.id = w.account_id ORDER BY at_risk DESC, reason, account;
COMMENT ON VIEW money_at_risk IS 'What waits in unrated_calls, by reason and account, and about how much it would bring';

CREATE VIEW account_balances AS
SELECT account, name, kind, overdraft, credit_limit, coalesce(booked, 0) AS balance,
  coalesce(booked, 0) + credit_limit AS available, coalesce(booked, 0) < -credit_limit AS below_limit
FROM accounts LEFT JOIN (SELECT account, sum(amount) AS booked FROM ledger GROUP BY account) USING (account)
ORDER BY account;
COMMENT ON VIEW account_balances IS 'What each account has now: the sum of its ledger entries';

-- Opening and closing are read from the chain of balances, so that the middle can be checked against them.
CREATE VIEW run_balances AS
SELECT run_id, account,
  min_by(balance_after - amount, entry_no) + coalesce(sum(amount) FILTER (kind = 'opening'), 0) AS opening,
  coalesce(sum(amount) FILTER (kind = 'payment'), 0) AS payments,
  -coalesce(sum(amount) FILTER (kind = 'charge'), 0) AS charges,
  coalesce(sum(amount) FILTER (kind = 'adjustment'), 0) AS adjustments,
  max_by(balance_after, entry_no) AS closing
FROM ledger GROUP BY run_id, account ORDER BY run_id, account;
COMMENT ON VIEW run_balances IS 'opening + payments - charges + adjustments = closing, for each run and account with entries';

-- What the columns of named_calls mean; database.ts gives those of the views over it the same comments.
COMMENT ON COLUMN named_calls.run_id IS 'Run that rated it';
COMMENT ON COLUMN named_calls.softswitch IS 'Switch that wrote the event';
COMMENT ON COLUMN named_calls.flow_no IS 'Number of the call within its softswitch';
COMMENT ON COLUMN named_calls.sip_call_id IS 'Call-ID of the incoming leg';
COMMENT ON COLUMN named_calls.account IS 'Who pays; null for an illegal call';
COMMENT ON COLUMN named_calls.caller_gateway IS 'Mapping gateway: where the call came from';
COMMENT ON COLUMN named_calls.callee_gateway IS 'Routing gateway: where it went';
COMMENT ON COLUMN named_calls.caller_e164 IS 'Calling number';
COMMENT ON COLUMN named_calls.callee_e164 IS 'Called number before the gateway route prefix is stripped';
COMMENT ON COLUMN named_calls.billing_number IS 'Called number that lists and rates were looked up with';
COMMENT ON COLUMN named_calls.start_at IS 'INVITE received';
COMMENT ON COLUMN named_calls.answered_at IS 'First 200; null when never answered';
COMMENT ON COLUMN named_calls.ended_at IS 'End of the call';
COMMENT ON COLUMN named_calls.hold_time IS 'Seconds connected, rounded';
COMMENT ON COLUMN named_calls.fee_time IS 'Seconds charged';
COMMENT ON COLUMN named_calls.rate_group IS 'Deck of the account';
COMMENT ON COLUMN named_calls.prefix IS 'Prefix of the deck row that priced the call';
COMMENT ON COLUMN named_calls.destination IS 'Destination of that row';
COMMENT ON COLUMN named_calls.rate IS 'Money per minute as it stands in the deck; the run may have rounded it to SERVER_BILLING_FEE_PRECISTION';
COMMENT ON COLUMN named_calls.first_increment IS 'Seconds charged at least';
COMMENT ON COLUMN named_calls.next_increment IS 'Step of further seconds';
COMMENT ON COLUMN named_calls.connect_fee IS 'Money per charged call';
COMMENT ON COLUMN named_calls.fee IS 'Money charged';
COMMENT ON COLUMN named_calls.shortfall IS 'Money not charged because the account had too little';
COMMENT ON COLUMN named_calls.status IS 'Status the call ended in (rating.md)';
COMMENT ON COLUMN named_calls.vendor_account IS 'Clearing account of the routing gateway';
COMMENT ON COLUMN named_calls.vendor_prefix IS 'Prefix of the vendor deck row';
COMMENT ON COLUMN named_calls.vendor_rate IS 'Money per minute of that row';
COMMENT ON COLUMN named_calls.vendor_fee_time IS 'Seconds the vendor charges';
COMMENT ON COLUMN named_calls.vendor_fee IS 'Money the vendor charges; null when no rate of his is known';
COMMENT ON COLUMN named_calls.end_direction IS 'Who ended it: 0 caller, 1 callee, 2 server';
COMMENT ON COLUMN named_calls.end_reason IS 'SIP status, or below 0 a server reason';
COMMENT ON COLUMN named_calls.billing_mode IS '-1 none, 0 phone, 1 mapping gateway, 2 bound number, 3 phone card';
COMMENT ON COLUMN named_calls.ringing_at IS 'First 180 or 183';
COMMENT ON COLUMN named_calls.callee_to_gateway_e164 IS 'Called number as sent to the routing gateway';
COMMENT ON COLUMN named_calls.caller_ip IS 'Address the INVITE came from';
COMMENT ON COLUMN named_calls.callee_ip IS 'Address of the routing gateway';
COMMENT ON COLUMN named_calls.attempts IS 'Routing gateways tried';
COMMENT ON COLUMN named_calls.kept IS 'rated, waiting or superseded';
COMMENT ON COLUMN named_calls.superseded_by IS 'Run that replaced the row; null for a current one';
COMMENT ON COLUMN unrated_calls.reason IS 'What is missing: invalid_number, unknown_account, no_rate or locked_prefix';
COMMENT ON COLUMN revenue_by_account.account IS 'Who pays';
COMMENT ON COLUMN revenue_by_account.calls IS 'Recorded calls, illegal ones left out';
COMMENT ON COLUMN revenue_by_account.charged_calls IS 'Calls with a fee above 0';
COMMENT ON COLUMN revenue_by_account.hold_seconds IS 'Their hold time';
COMMENT ON COLUMN revenue_by_account.fee_seconds IS 'Seconds charged';
COMMENT ON COLUMN revenue_by_account.fee IS 'Money charged';
COMMENT ON COLUMN revenue_by_account.vendor_fee IS 'Money vendors charge for them, as far as known';
COMMENT ON COLUMN revenue_by_account.margin IS 'fee - vendor_fee';
COMMENT ON COLUMN revenue_by_destination.destination IS 'Destination of the deck';
COMMENT ON COLUMN revenue_by_destination.calls IS 'Calls a rate was found for';
COMMENT ON COLUMN revenue_by_destination.hold_seconds IS 'Their hold time';
COMMENT ON COLUMN revenue_by_destination.fee_seconds IS 'Seconds charged';
COMMENT ON COLUMN revenue_by_destination.fee IS 'Money charged';
COMMENT ON COLUMN revenue_by_destination.vendor_fee IS 'Money vendors charge for them, as far as known';
COMMENT ON COLUMN revenue_by_destination.margin IS 'fee - vendor_fee';
COMMENT ON COLUMN revenue_by_day.day IS 'Day of the INVITE, UTC';
COMMENT ON COLUMN revenue_by_day.calls IS 'Recorded calls, illegal ones left out';
COMMENT ON COLUMN revenue_by_day.charged_calls IS 'Calls with a fee above 0';
COMMENT ON COLUMN revenue_by_day.hold_seconds IS 'Their hold time';
COMMENT ON COLUMN revenue_by_day.fee IS 'Money charged';
COMMENT ON COLUMN revenue_by_day.vendor_fee IS 'Money vendors charge for them, as far as known';
COMMENT ON COLUMN revenue_by_day.margin IS 'fee - vendor_fee';
COMMENT ON COLUMN gateway_quality.direction IS 'mapping (calls came from it) or routing (calls went to it)';
COMMENT ON COLUMN gateway_quality.gateway IS 'Name of the gateway';
COMMENT ON COLUMN gateway_quality.calls IS 'Recorded calls, illegal ones left out: the denominator of both ratios';
COMMENT ON COLUMN gateway_quality.answered IS 'Calls with a 200';
COMMENT ON COLUMN gateway_quality.ringing IS 'Calls that rang: the denominator of the delay';
COMMENT ON COLUMN margin_by_vendor.vendor_account IS 'Clearing account';
COMMENT ON COLUMN margin_by_vendor.calls IS 'Connected calls through its gateways';
COMMENT ON COLUMN margin_by_vendor.calls_without_vendor_rate IS 'Of these, calls whose vendor fee is not known';
COMMENT ON COLUMN margin_by_vendor.fee IS 'Money clients pay for all of them';
COMMENT ON COLUMN margin_by_vendor.vendor_fee IS 'Money it charges us';
COMMENT ON COLUMN margin_by_vendor.calls_below_cost IS 'Calls whose vendor fee is above the fee';
COMMENT ON COLUMN illegal_calls_by_ip.caller_ip IS 'Source address';
COMMENT ON COLUMN illegal_calls_by_ip.calls IS 'Calls refused';
COMMENT ON COLUMN illegal_calls_by_ip.numbers_tried IS 'Distinct called numbers';
COMMENT ON COLUMN illegal_calls_by_ip.first_at IS 'First INVITE';
COMMENT ON COLUMN illegal_calls_by_ip.last_at IS 'Last INVITE';
COMMENT ON COLUMN kept_calls.kept IS 'rated, waiting or superseded';
COMMENT ON COLUMN kept_calls.superseded_by IS 'Run that replaced the row; null for a current one';
COMMENT ON COLUMN money_at_risk.reason IS 'What is missing: invalid_number, unknown_account, no_rate or locked_prefix';
COMMENT ON COLUMN money_at_risk.account IS 'Who would pay';
COMMENT ON COLUMN money_at_risk.calls IS 'Calls that wait';
COMMENT ON COLUMN money_at_risk.hold_seconds IS 'Their hold time';
COMMENT ON COLUMN money_at_risk.at_risk IS 'Their hold time at the average rate of the account, or of all calls where it has none';
COMMENT ON COLUMN money_at_risk.oldest IS 'Answer of the call that has waited longest';
COMMENT ON COLUMN account_balances.account IS 'Account';
COMMENT ON COLUMN account_balances.name IS 'Name for people';
COMMENT ON COLUMN account_balances.kind IS 'client or vendor';
COMMENT ON COLUMN account_balances.overdraft IS 'prevent or allow';
COMMENT ON COLUMN account_balances.credit_limit IS 'How far below 0 the balance may go, money';
COMMENT ON COLUMN account_balances.balance IS 'Balance now, money';
COMMENT ON COLUMN account_balances.available IS 'balance + credit_limit';
COMMENT ON COLUMN account_balances.below_limit IS 'Whether the balance is below -credit_limit';
COMMENT ON COLUMN run_balances.run_id IS 'Run; the one after the last holds what was loaded since';
COMMENT ON COLUMN run_balances.account IS 'Account';
COMMENT ON COLUMN run_balances.opening IS 'Balance before the run; of a new account the one it was loaded with';
COMMENT ON COLUMN run_balances.payments IS 'Payments loaded since the run before';
COMMENT ON COLUMN run_balances.charges IS 'Money charged for the calls of the run';
COMMENT ON COLUMN run_balances.adjustments IS 'Money given back (or charged, below 0) by re-rating';
COMMENT ON COLUMN run_balances.closing IS 'Balance after the last entry of the run';
