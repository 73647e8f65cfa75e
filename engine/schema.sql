-- The database of ratemill. Contract tables keep the names of interfaces.md; what can be computed from narrower
-- columns is a view, so that a night's calls are stored as fast as DuckDB can store them.

CREATE TABLE IF NOT EXISTS loads (
  load_id INTEGER PRIMARY KEY,
  kind VARCHAR NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  loaded_at TIMESTAMPTZ NOT NULL,
  rows BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS accounts (
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

CREATE TABLE IF NOT EXISTS gateways (
  gateway VARCHAR NOT NULL,
  direction VARCHAR NOT NULL,
  account VARCHAR,
  address VARCHAR,
  load_id INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS rates (
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

CREATE TABLE IF NOT EXISTS runs (
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
  last_load_id INTEGER,
  quantise_rates BOOLEAN NOT NULL
);

CREATE TABLE IF NOT EXISTS run_inputs (
  run_id INTEGER NOT NULL,
  path VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  rows BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS run_parameters (
  run_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  source VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS run_counts (
  run_id INTEGER NOT NULL,
  status VARCHAR NOT NULL,
  calls BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  fee DECIMAL(38,6) NOT NULL,
  fee_not_billed DECIMAL(38,6) NOT NULL
);

CREATE TABLE IF NOT EXISTS run_warnings (
  run_id INTEGER NOT NULL,
  warning VARCHAR NOT NULL,
  calls BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS rejected_events (
  run_id INTEGER NOT NULL,
  file VARCHAR NOT NULL,
  row BIGINT NOT NULL,
  reason VARCHAR NOT NULL,
  content VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS rated_flow_numbers (
  run_id INTEGER NOT NULL,
  softswitch_id INTEGER NOT NULL,
  page UBIGINT NOT NULL,
  flow_numbers BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS call_names (
  kind VARCHAR NOT NULL,
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS calls (
  run_id INTEGER NOT NULL,
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
  status UTINYINT NOT NULL,
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
