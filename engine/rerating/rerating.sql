-- What re-ratings leave besides calls; schema.sql has all other tables.

CREATE TABLE run_changes (
  run_id INTEGER NOT NULL,
  cause VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  from_at TIMESTAMPTZ,
  until_at TIMESTAMPTZ
);
COMMENT ON TABLE run_changes IS 'What re-ratings changed, and of which calls; and which run an undo took back';
COMMENT ON COLUMN run_changes.run_id IS 'Run';
COMMENT ON COLUMN run_changes.cause IS 'Parameter, rates, or undo';
COMMENT ON COLUMN run_changes.value IS 'What it was changed to; of an undo the run that was undone';
COMMENT ON COLUMN run_changes.from_at IS 'Calls begun then or later; null: any';
COMMENT ON COLUMN run_changes.until_at IS 'Calls begun before; null: any';

CREATE TABLE fee_adjustments (
  run_id INTEGER NOT NULL,
  softswitch_id INTEGER NOT NULL,
  flow_no UBIGINT NOT NULL,
  account_id INTEGER,
  old_run INTEGER NOT NULL,
  new_run INTEGER NOT NULL,
  old_fee DECIMAL(18,6) NOT NULL,
  new_fee DECIMAL(18,6) NOT NULL,
  delta DECIMAL(18,6) NOT NULL,
  cause VARCHAR NOT NULL
);
COMMENT ON TABLE fee_adjustments IS 'What re-ratings changed of the fees of calls, as stored: look into adjustments';
COMMENT ON COLUMN fee_adjustments.run_id IS 'Run that changed it';
COMMENT ON COLUMN fee_adjustments.softswitch_id IS 'In call_names';
COMMENT ON COLUMN fee_adjustments.flow_no IS 'Number of the call within its softswitch';
COMMENT ON COLUMN fee_adjustments.account_id IS 'Who pays, in call_names';
COMMENT ON COLUMN fee_adjustments.old_run IS 'Run of the row that was replaced';
COMMENT ON COLUMN fee_adjustments.new_run IS 'Run of the row in its place';
COMMENT ON COLUMN fee_adjustments.old_fee IS 'Money charged before this cause';
COMMENT ON COLUMN fee_adjustments.new_fee IS 'Money charged after it';
COMMENT ON COLUMN fee_adjustments.delta IS 'new_fee - old_fee: those of all causes add up to what the fee of the call changes by';
COMMENT ON COLUMN fee_adjustments.cause IS 'Parameter, rates, overdraft prevention, or the undo of a run';
