-- The database of ratemill. Names of interfaces.md are kept. What can be told from narrower columns is a view over
-- them, so that a night's calls are stored as fast as DuckDB can store anything: calls hold numbers for names
-- (call_names) and for rows of the deck (rates). Look into rated_calls and unrated_calls, not into calls.

-- A change of these tables gets the next number: database.ts refuses databases of another.
CREATE TABLE schema_version (version INTEGER NOT NULL);
COMMENT ON TABLE schema_version IS 'Which tables this database has';
COMMENT ON COLUMN schema_version.version IS 'Number of the schema';
INSERT INTO schema_version VALUES (4);

-- In order of precedence; the same list as rating/status.ts.
CREATE TYPE call_status AS ENUM (
  'undecided', 'rejected', 'duplicate', 'no_cdr', 'suppressed_illegal', 'suppressed_zero_hold',
  'suppressed_server_hang_up', 'illegal', 'toll_free', 'zero_hold', 'within_free_time', 'invalid_number',
  'unknown_account', 'no_rate', 'locked_prefix', 'overdraft_refused', 'overdraft_capped', 'charged'
);

CREATE TABLE loads (
  load_id INTEGER PRIMARY KEY,
  kind VARCHAR NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  loaded_at TIMESTAMPTZ NOT NULL,
  rows BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL
);
COMMENT ON TABLE loads IS 'Reference files loaded, oldest first';
COMMENT ON COLUMN loads.load_id IS 'Number of the load, from 1';
COMMENT ON COLUMN loads.kind IS 'rates, accounts, gateways or payments';
COMMENT ON COLUMN loads.path IS 'File as named on the command line';
COMMENT ON COLUMN loads.sha256 IS 'SHA-256 of its content: the same content is not loaded twice';
COMMENT ON COLUMN loads.loaded_at IS 'When it was loaded';
COMMENT ON COLUMN loads.rows IS 'Rows in the file';
COMMENT ON COLUMN loads.added IS 'Rows that were new';
COMMENT ON COLUMN loads.changed IS 'Rows that replaced earlier ones';

CREATE TABLE accounts (
  account VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  rate_group VARCHAR,
  balance DECIMAL(18,6) NOT NULL,
  credit_limit DECIMAL(18,6) NOT NULL,
  overdraft VARCHAR NOT NULL,
  timezone VARCHAR NOT NULL,
  load_id INTEGER NOT NULL
);
COMMENT ON TABLE accounts IS 'Who pays (clients) and who is paid (vendors, the clearing accounts of routing gateways)';
COMMENT ON COLUMN accounts.account IS 'Key';
COMMENT ON COLUMN accounts.name IS 'Name for people';
COMMENT ON COLUMN accounts.kind IS 'client or vendor';
COMMENT ON COLUMN accounts.rate_group IS 'Rates that apply to it; without one its calls wait as unknown_account';
COMMENT ON COLUMN accounts.balance IS 'Opening balance, money';
COMMENT ON COLUMN accounts.credit_limit IS 'How far below 0 the balance may go, money';
COMMENT ON COLUMN accounts.overdraft IS 'prevent or allow';
COMMENT ON COLUMN accounts.timezone IS 'IANA time zone of the account';
COMMENT ON COLUMN accounts.load_id IS 'Load that wrote the row last';

CREATE TABLE gateways (
  gateway VARCHAR NOT NULL,
  direction VARCHAR NOT NULL,
  account VARCHAR,
  address VARCHAR,
  load_id INTEGER NOT NULL
);
COMMENT ON TABLE gateways IS 'Gateways; the key is gateway and direction';
COMMENT ON COLUMN gateways.gateway IS 'Name of the gateway';
COMMENT ON COLUMN gateways.direction IS 'mapping (calls come from it) or routing (calls go to it)';
COMMENT ON COLUMN gateways.account IS 'Payer of a mapping gateway, clearing account of a routing gateway';
COMMENT ON COLUMN gateways.address IS 'Address, with port where it is not 5060';
COMMENT ON COLUMN gateways.load_id IS 'Load that wrote the row last';

CREATE TABLE payments (
  account VARCHAR NOT NULL,
  paid_at TIMESTAMPTZ NOT NULL,
  amount DECIMAL(18,6) NOT NULL,
  reference VARCHAR NOT NULL,
  load_id INTEGER NOT NULL
);
COMMENT ON TABLE payments IS 'Payments as they were loaded; each is booked in the ledger';
COMMENT ON COLUMN payments.account IS 'Account it was paid into';
COMMENT ON COLUMN payments.paid_at IS 'When it was paid';
COMMENT ON COLUMN payments.amount IS 'Money; below 0 a refund, or a payment taken back';
COMMENT ON COLUMN payments.reference IS 'Key';
COMMENT ON COLUMN payments.load_id IS 'Load that brought it';

CREATE TABLE ledger (
  entry_no BIGINT NOT NULL,
  run_id INTEGER NOT NULL,
  account VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  effective_at TIMESTAMPTZ,
  amount DECIMAL(38,6) NOT NULL,
  balance_after DECIMAL(38,6) NOT NULL,
  calls BIGINT,
  lowest DECIMAL(38,6),
  reference VARCHAR,
  load_id INTEGER
);
COMMENT ON TABLE ledger IS 'Every change of every balance: the balance of an account is the sum of its entries';
COMMENT ON COLUMN ledger.entry_no IS 'Number of the entry, 1, 2, 3 … in the order of booking';
COMMENT ON COLUMN ledger.run_id IS 'Run it is accounted with: of an opening or a payment the next run after it was loaded';
COMMENT ON COLUMN ledger.account IS 'Account';
COMMENT ON COLUMN ledger.kind IS 'opening, payment, charge or adjustment';
COMMENT ON COLUMN ledger.effective_at IS 'Payment: when it was paid; charge, adjustment: end of the last call it covers; null for an opening, which stands before all';
COMMENT ON COLUMN ledger.amount IS 'Change of the balance, money: a charge is below 0';
COMMENT ON COLUMN ledger.balance_after IS 'Balance of the account after this entry, in the order of entry_no';
COMMENT ON COLUMN ledger.calls IS 'Calls charged, of a charge';
COMMENT ON COLUMN ledger.lowest IS 'Of a charge or an adjustment: the lowest balance allowed then, -credit_limit of an account that prevents overdraft; null where none is';
COMMENT ON COLUMN ledger.reference IS 'Reference of a payment';
COMMENT ON COLUMN ledger.load_id IS 'Load that brought it; null for charges and adjustments';

CREATE TABLE rates (
  rate_id INTEGER NOT NULL,
  rate_group VARCHAR NOT NULL,
  prefix VARCHAR NOT NULL,
  destination VARCHAR NOT NULL,
  rate DECIMAL(18,6) NOT NULL,
  first_increment INTEGER NOT NULL,
  next_increment INTEGER NOT NULL,
  connect_fee DECIMAL(18,6) NOT NULL,
  effective_from TIMESTAMPTZ,
  effective_until TIMESTAMPTZ,
  locked BOOLEAN NOT NULL,
  call_type VARCHAR,
  load_id INTEGER NOT NULL,
  replaced_by_load INTEGER
);
COMMENT ON TABLE rates IS 'All rows of all decks ever loaded; calls refer to the row they were rated with';
COMMENT ON COLUMN rates.rate_id IS 'Number of the row, 1, 2, 3 …';
COMMENT ON COLUMN rates.rate_group IS 'Deck the row belongs to';
COMMENT ON COLUMN rates.prefix IS 'Leading digits of the billing number';
COMMENT ON COLUMN rates.destination IS 'Name of the destination';
COMMENT ON COLUMN rates.rate IS 'Money per minute, as it stands in the deck';
COMMENT ON COLUMN rates.first_increment IS 'Seconds charged at least';
COMMENT ON COLUMN rates.next_increment IS 'Step of further seconds';
COMMENT ON COLUMN rates.connect_fee IS 'Money per charged call';
COMMENT ON COLUMN rates.effective_from IS 'First instant at which the row applies; null: always did';
COMMENT ON COLUMN rates.effective_until IS 'First instant at which it no longer applies; null: none';
COMMENT ON COLUMN rates.locked IS 'Whether calls to the prefix are barred: they wait as locked_prefix';
COMMENT ON COLUMN rates.call_type IS 'Kind of call, as the deck names it';
COMMENT ON COLUMN rates.load_id IS 'Load that brought the row';
COMMENT ON COLUMN rates.replaced_by_load IS 'Load with --replace that put another row in its place; null: current';

CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  kind VARCHAR NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ NOT NULL,
  version VARCHAR NOT NULL,
  files INTEGER NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_stored BIGINT NOT NULL,
  fee DECIMAL(38,6) NOT NULL,
  vendor_fee DECIMAL(38,6) NOT NULL,
  last_load_id INTEGER NOT NULL,
  quantise_rates BOOLEAN NOT NULL
);
COMMENT ON TABLE runs IS 'Finished runs; an unfinished one leaves nothing';
COMMENT ON COLUMN runs.run_id IS 'Number of the run, from 1';
COMMENT ON COLUMN runs.kind IS 'rate: files were rated; retry: calls that waited for a rate or an account were; rerate: calls were rated again under changed parameters or rates; undo: such a run was taken back';
COMMENT ON COLUMN runs.started_at IS 'When it was started';
COMMENT ON COLUMN runs.finished_at IS 'When its totals were checked';
COMMENT ON COLUMN runs.version IS 'Version of ratemill';
COMMENT ON COLUMN runs.files IS 'Files rated';
COMMENT ON COLUMN runs.rows_read IS 'Call events read, of a retry calls that no longer wait as they did: the sum over run_counts';
COMMENT ON COLUMN runs.rows_stored IS 'Calls it put into rated_calls and unrated_calls';
COMMENT ON COLUMN runs.fee IS 'Money charged to clients';
COMMENT ON COLUMN runs.vendor_fee IS 'Money vendors charge for its calls';
COMMENT ON COLUMN runs.last_load_id IS 'State of the deck: loads up to this one; 0 for none';
COMMENT ON COLUMN runs.quantise_rates IS 'Whether rates were rounded to SERVER_BILLING_FEE_PRECISTION';

CREATE TABLE run_inputs (
  run_id INTEGER NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  rows BIGINT NOT NULL
);
COMMENT ON TABLE run_inputs IS 'Files each run rated';
COMMENT ON COLUMN run_inputs.run_id IS 'Run';
COMMENT ON COLUMN run_inputs.path IS 'Absolute path at the time';
COMMENT ON COLUMN run_inputs.sha256 IS 'SHA-256 of the content: the same content is not rated twice';
COMMENT ON COLUMN run_inputs.bytes IS 'Size of the file';
COMMENT ON COLUMN run_inputs.rows IS 'Call events in it';

CREATE TABLE run_parameters (
  run_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  source VARCHAR NOT NULL
);
COMMENT ON TABLE run_parameters IS 'Parameters each run was done under';
COMMENT ON COLUMN run_parameters.run_id IS 'Run';
COMMENT ON COLUMN run_parameters.name IS 'Parameter';
COMMENT ON COLUMN run_parameters.value IS 'Its value';
COMMENT ON COLUMN run_parameters.source IS 'default, a configuration file, or --set';

CREATE TABLE run_parameter_sets (
  run_id INTEGER NOT NULL,
  parameter_set USMALLINT NOT NULL,
  leg VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  source VARCHAR NOT NULL
);
COMMENT ON TABLE run_parameter_sets IS 'What parameters of a gateway, account or rate group change for some calls of a run; all else is in run_parameters';
COMMENT ON COLUMN run_parameter_sets.run_id IS 'Run';
COMMENT ON COLUMN run_parameter_sets.parameter_set IS 'Number of the set: the column of calls';
COMMENT ON COLUMN run_parameter_sets.leg IS 'client, which decides all but the vendor fee, or vendor';
COMMENT ON COLUMN run_parameter_sets.name IS 'Parameter';
COMMENT ON COLUMN run_parameter_sets.value IS 'Its value';
COMMENT ON COLUMN run_parameter_sets.source IS 'Scope that sets it, and where';

CREATE TABLE run_overdraft (
  run_id INTEGER NOT NULL,
  account VARCHAR NOT NULL,
  spendable DECIMAL(38,6) NOT NULL,
  refused_calls BIGINT NOT NULL,
  capped_calls BIGINT NOT NULL,
  shortfall DECIMAL(38,6) NOT NULL,
  first_at TIMESTAMPTZ,
  last_at TIMESTAMPTZ,
  peak_exposure DECIMAL(38,6) NOT NULL,
  peak_at TIMESTAMPTZ
);
COMMENT ON TABLE run_overdraft IS 'Accounts whose calls a run replayed in the order of time, because they might have come to their limit';
COMMENT ON COLUMN run_overdraft.run_id IS 'Run';
COMMENT ON COLUMN run_overdraft.account IS 'Account';
COMMENT ON COLUMN run_overdraft.spendable IS 'Balance + credit limit before the first call, without payments that came later';
COMMENT ON COLUMN run_overdraft.refused_calls IS 'Calls refused: not enough for the reservation at the answer';
COMMENT ON COLUMN run_overdraft.capped_calls IS 'Calls capped at what was left at their end';
COMMENT ON COLUMN run_overdraft.shortfall IS 'Money not charged for them';
COMMENT ON COLUMN run_overdraft.first_at IS 'First refusal (the answer of the call) or capping (its end)';
COMMENT ON COLUMN run_overdraft.last_at IS 'Last refusal or capping';
COMMENT ON COLUMN run_overdraft.peak_exposure IS 'Largest sum of reservations at one time';
COMMENT ON COLUMN run_overdraft.peak_at IS 'When it was first reached; null when nothing was reserved';

CREATE TABLE run_counts (
  run_id INTEGER NOT NULL,
  status VARCHAR NOT NULL,
  calls BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  fee DECIMAL(38,6) NOT NULL,
  fee_not_billed DECIMAL(38,6) NOT NULL
);
COMMENT ON TABLE run_counts IS 'Every call event a run read, by the status it ended in';
COMMENT ON COLUMN run_counts.run_id IS 'Run';
COMMENT ON COLUMN run_counts.status IS 'Status (rating.md)';
COMMENT ON COLUMN run_counts.calls IS 'Call events';
COMMENT ON COLUMN run_counts.seconds IS 'Their hold time';
COMMENT ON COLUMN run_counts.fee IS 'Money charged for them';
COMMENT ON COLUMN run_counts.fee_not_billed IS 'Money not charged: what calls that are not recorded would have cost, and the shortfall of those refused or capped';

CREATE TABLE run_warnings (
  run_id INTEGER NOT NULL,
  warning VARCHAR NOT NULL,
  calls BIGINT NOT NULL
);
COMMENT ON TABLE run_warnings IS 'What a run counted that does not keep a call from being rated';
COMMENT ON COLUMN run_warnings.run_id IS 'Run';
COMMENT ON COLUMN run_warnings.warning IS 'What it is';
COMMENT ON COLUMN run_warnings.calls IS 'Calls concerned';

CREATE TABLE rejected_events (
  run_id INTEGER NOT NULL,
  file VARCHAR NOT NULL,
  row BIGINT NOT NULL,
  reason VARCHAR NOT NULL,
  content VARCHAR NOT NULL
);
COMMENT ON TABLE rejected_events IS 'Rows that are no calls, and duplicates that say something else than the call that was rated';
COMMENT ON COLUMN rejected_events.run_id IS 'Run';
COMMENT ON COLUMN rejected_events.file IS 'Absolute path of the file';
COMMENT ON COLUMN rejected_events.row IS 'Row in the file, from 1';
COMMENT ON COLUMN rejected_events.reason IS 'Why it was rejected';
COMMENT ON COLUMN rejected_events.content IS 'The row as JSON';

CREATE TABLE rated_flow_numbers (
  run_id INTEGER NOT NULL,
  softswitch_id INTEGER NOT NULL,
  page UBIGINT NOT NULL,
  flow_numbers BLOB NOT NULL
);
COMMENT ON TABLE rated_flow_numbers IS 'Flow numbers of all events that ever were rated, also of those not recorded: what finds duplicates';
COMMENT ON COLUMN rated_flow_numbers.run_id IS 'Run';
COMMENT ON COLUMN rated_flow_numbers.softswitch_id IS 'Softswitch, in call_names';
COMMENT ON COLUMN rated_flow_numbers.page IS 'Upper 48 bits of the flow numbers';
COMMENT ON COLUMN rated_flow_numbers.flow_numbers IS 'Lower 16 bits: a bitmap of 8192 bytes, or a list of 2 bytes each';

CREATE TABLE call_names (
  kind VARCHAR NOT NULL,
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL
);
COMMENT ON TABLE call_names IS 'Names that calls refer to by number';
COMMENT ON COLUMN call_names.kind IS 'softswitch, account, gateway or ip';
COMMENT ON COLUMN call_names.id IS '1, 2, 3 … within a kind';
COMMENT ON COLUMN call_names.name IS 'Name';

CREATE TABLE calls (
  run_id INTEGER NOT NULL,
  parameter_set USMALLINT NOT NULL,
  softswitch_id INTEGER NOT NULL,
  flow_no UBIGINT NOT NULL,
  sip_call_id VARCHAR,
  account_id INTEGER,
  caller_gateway_id INTEGER,
  callee_gateway_id INTEGER,
  caller_ip_id INTEGER,
  callee_ip_id INTEGER,
  caller_e164 VARCHAR NOT NULL,
  callee_e164 VARCHAR NOT NULL,
  callee_to_gateway_e164 VARCHAR,
  stripped_characters UTINYINT NOT NULL,
  start_at TIMESTAMPTZ NOT NULL,
  ringing_at TIMESTAMPTZ,
  answered_at TIMESTAMPTZ,
  ended_at TIMESTAMPTZ NOT NULL,
  status call_status NOT NULL,
  hold_time INTEGER NOT NULL,
  rate_id INTEGER,
  fee_time INTEGER NOT NULL,
  fee DECIMAL(18,6) NOT NULL,
  shortfall DECIMAL(18,6) NOT NULL,
  vendor_account_id INTEGER,
  vendor_rate_id INTEGER,
  vendor_fee_time INTEGER,
  vendor_fee DECIMAL(18,6),
  end_direction UTINYINT NOT NULL,
  end_reason INTEGER NOT NULL,
  billing_mode TINYINT NOT NULL,
  attempts UTINYINT NOT NULL
);
COMMENT ON TABLE calls IS 'One row a rated call, as stored: look into rated_calls, which shows names and rates';
COMMENT ON COLUMN calls.run_id IS 'Run that rated it';
COMMENT ON COLUMN calls.parameter_set IS 'Parameters it was rated under: 0 those of the run, others in run_parameter_sets';
COMMENT ON COLUMN calls.softswitch_id IS 'In call_names';
COMMENT ON COLUMN calls.flow_no IS 'Number of the call within its softswitch';
COMMENT ON COLUMN calls.sip_call_id IS 'Call-ID of the incoming leg';
COMMENT ON COLUMN calls.account_id IS 'Who pays, in call_names';
COMMENT ON COLUMN calls.caller_gateway_id IS 'Mapping gateway, in call_names';
COMMENT ON COLUMN calls.callee_gateway_id IS 'Routing gateway, in call_names';
COMMENT ON COLUMN calls.caller_ip_id IS 'In call_names';
COMMENT ON COLUMN calls.callee_ip_id IS 'In call_names';
COMMENT ON COLUMN calls.caller_e164 IS 'Calling number';
COMMENT ON COLUMN calls.callee_e164 IS 'Called number before the gateway route prefix is stripped';
COMMENT ON COLUMN calls.callee_to_gateway_e164 IS 'Called number as sent to the routing gateway';
COMMENT ON COLUMN calls.stripped_characters IS 'Characters of callee_e164 that do not belong to the billing number';
COMMENT ON COLUMN calls.start_at IS 'INVITE received';
COMMENT ON COLUMN calls.ringing_at IS 'First 180 or 183';
COMMENT ON COLUMN calls.answered_at IS 'First 200';
COMMENT ON COLUMN calls.ended_at IS 'End of the call';
COMMENT ON COLUMN calls.status IS 'Status (rating.md)';
COMMENT ON COLUMN calls.hold_time IS 'Seconds connected, rounded';
COMMENT ON COLUMN calls.rate_id IS 'Row of the deck, in rates';
COMMENT ON COLUMN calls.fee_time IS 'Seconds charged';
COMMENT ON COLUMN calls.fee IS 'Money charged';
COMMENT ON COLUMN calls.shortfall IS 'Money not charged because the account had too little';
COMMENT ON COLUMN calls.vendor_account_id IS 'Clearing account, in call_names';
COMMENT ON COLUMN calls.vendor_rate_id IS 'Row of its deck, in rates';
COMMENT ON COLUMN calls.vendor_fee_time IS 'Seconds the vendor charges';
COMMENT ON COLUMN calls.vendor_fee IS 'Money the vendor charges; null when no rate of his is known';
COMMENT ON COLUMN calls.end_direction IS '0 caller, 1 callee, 2 server';
COMMENT ON COLUMN calls.end_reason IS 'SIP status, or below 0 a server reason';
COMMENT ON COLUMN calls.billing_mode IS '-1 none, 0 phone, 1 mapping gateway, 2 bound number, 3 phone card';
COMMENT ON COLUMN calls.attempts IS 'Routing gateways tried';

-- Two tables like calls; database.ts gives their columns the comments of calls.
CREATE TABLE waiting_calls AS FROM calls LIMIT 0;
COMMENT ON TABLE waiting_calls IS 'Calls without a rate or an account, as stored: look into unrated_calls. They leave when they can be rated';

CREATE TABLE superseded AS SELECT *, 0 AS superseded_by FROM calls LIMIT 0;
COMMENT ON TABLE superseded IS 'Rows of calls and waiting_calls that later runs replaced, as stored: look into superseded_calls';
COMMENT ON COLUMN superseded.superseded_by IS 'Run that replaced it';

CREATE TABLE prunes (
  prune_id INTEGER PRIMARY KEY,
  pruned_at TIMESTAMPTZ NOT NULL,
  before TIMESTAMPTZ NOT NULL,
  calls BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  rejected BIGINT NOT NULL
);
COMMENT ON TABLE prunes IS 'When the detail of old calls was removed; what it came to is in pruned_calls';
COMMENT ON COLUMN prunes.prune_id IS 'Number of the prune, from 1';
COMMENT ON COLUMN prunes.pruned_at IS 'When it was done';
COMMENT ON COLUMN prunes.before IS 'Calls that ended before were removed, and rejected rows of runs that finished before';
COMMENT ON COLUMN prunes.calls IS 'Rows removed from calls';
COMMENT ON COLUMN prunes.superseded IS 'Rows removed from superseded';
COMMENT ON COLUMN prunes.rejected IS 'Rows removed from rejected_events';

CREATE TABLE pruned_calls (
  prune_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  superseded_by INTEGER,
  status call_status NOT NULL,
  account_id INTEGER,
  destination VARCHAR,
  calls BIGINT NOT NULL,
  hold_seconds BIGINT NOT NULL,
  fee_seconds BIGINT NOT NULL,
  fee DECIMAL(38,6) NOT NULL,
  shortfall DECIMAL(38,6) NOT NULL,
  vendor_fee DECIMAL(38,6) NOT NULL
);
COMMENT ON TABLE pruned_calls IS 'What the calls removed by prunes came to: runs, ledger and statements add up with it';
COMMENT ON COLUMN pruned_calls.prune_id IS 'Prune that removed them';
COMMENT ON COLUMN pruned_calls.run_id IS 'Run that rated them';
COMMENT ON COLUMN pruned_calls.superseded_by IS 'Run that replaced them; null for current ones';
COMMENT ON COLUMN pruned_calls.status IS 'Status they ended in; rejected and duplicate stand for rows of rejected_events';
COMMENT ON COLUMN pruned_calls.account_id IS 'Who pays, in call_names';
COMMENT ON COLUMN pruned_calls.destination IS 'Destination of the row of the deck; null where there was none';
COMMENT ON COLUMN pruned_calls.calls IS 'How many they were';
COMMENT ON COLUMN pruned_calls.hold_seconds IS 'Seconds connected';
COMMENT ON COLUMN pruned_calls.fee_seconds IS 'Seconds charged';
COMMENT ON COLUMN pruned_calls.fee IS 'Money charged';
COMMENT ON COLUMN pruned_calls.shortfall IS 'Money not charged because the account had too little';
COMMENT ON COLUMN pruned_calls.vendor_fee IS 'Money vendors charge for them, as far as known';
