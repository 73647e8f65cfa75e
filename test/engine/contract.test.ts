import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../engine/database.ts';

/** Tables and views other people's SQL relies on, with the columns named in the contract (interfaces.md, "Tables"). */
const CONTRACT: Readonly<Record<string, string>> = {
  rated_calls: `run_id softswitch flow_no sip_call_id account caller_gateway callee_gateway caller_e164 callee_e164
    billing_number start_at answered_at ended_at hold_time fee_time rate_group prefix destination rate first_increment
    next_increment connect_fee fee shortfall status vendor_account vendor_prefix vendor_rate vendor_fee_time vendor_fee
    end_direction end_reason billing_mode`,
  unrated_calls: 'run_id softswitch flow_no reason',
  superseded_calls: 'run_id softswitch flow_no fee status superseded_by',
  rejected_events: 'file row reason content',
  runs: 'run_id',
  run_inputs: 'run_id path sha256 rows',
  run_parameters: 'run_id name value',
  run_counts: 'run_id status calls seconds fee',
  accounts: 'account name kind rate_group balance credit_limit overdraft timezone',
  rates: `rate_group prefix destination rate first_increment next_increment connect_fee effective_from effective_until
    locked call_type`,
  gateways: 'gateway direction account address',
  payments: 'account paid_at amount reference',
  ledger: 'run_id amount balance_after',
  revenue_by_account: 'account calls fee',
  revenue_by_destination: 'destination calls fee',
  revenue_by_day: 'day calls fee',
  gateway_quality: 'gateway calls answered asr_percent ner_percent acd_seconds ringing pdd_seconds',
  margin_by_vendor: 'vendor_account fee vendor_fee margin',
  long_calls: 'softswitch flow_no hold_time end_reason',
  illegal_calls_by_ip: 'caller_ip calls',
};

test('the tables and views of the contract have its columns; money is DECIMAL, time TIMESTAMPTZ', async (t) => {
  const { connection, close } = await openDatabase(':memory:');
  t.after(close);
  const result = await connection.runAndReadAll('SELECT table_name, column_name, data_type FROM duckdb_columns()');
  const types = new Map(result.getRows().map(([table, column, type]) => [`${table}.${column}`, String(type)]));
  const named = Object.entries(CONTRACT).flatMap(([table, columns]) => {
    return columns.split(/\s+/).map((column) => `${table}.${column}`);
  });
  assert.deepEqual(
    named.filter((column) => !types.has(column)),
    [],
  );
  const wrong = named.filter((column) => {
    const type = types.get(column) as string;
    const money = /\.(vendor_)?(fee|rate)$|\.(connect_fee|shortfall|balance|balance_after|credit_limit|amount|margin)$/;
    return (money.test(column) && !type.startsWith('DECIMAL')) || (/_at$/.test(column) && !type.includes('TIME ZONE'));
  });
  assert.deepEqual(wrong, []);
});
