-- Calls as they stand now, those that wait for a rate or an account among them; what a later run replaced is left out.
-- Rows of the deck are not joined: most audits need none, and those that do join them by rate_id.
CREATE OR REPLACE TEMP VIEW current_calls AS
SELECT
  c.run_id,
  c.parameter_set,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'softswitch')[c.softswitch_id] AS softswitch,
  c.flow_no,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'account')[c.account_id] AS account,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'gateway')[c.caller_gateway_id] AS caller_gateway,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'gateway')[c.callee_gateway_id] AS callee_gateway,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'ip')[c.caller_ip_id] AS caller_ip,
  c.caller_e164,
  substr(c.callee_e164, 1 + c.stripped_characters) AS billing_number,
  c.start_at,
  c.ringing_at,
  c.answered_at,
  c.ended_at,
  c.status::VARCHAR AS status,
  c.hold_time,
  c.rate_id,
  c.fee,
  c.fee_time,
  c.shortfall,
  (SELECT list(name ORDER BY id) FROM call_names WHERE kind = 'account')[c.vendor_account_id] AS vendor_account,
  c.vendor_fee,
  c.end_reason
FROM kept_calls c WHERE c.kept <> 'superseded';
