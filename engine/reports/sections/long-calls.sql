SELECT softswitch, flow_no::VARCHAR AS flow_no, account, caller_gateway, callee_gateway, callee_e164, answered_at,
  hold_time, end_reason, fee
FROM long_calls WHERE run_id = getvariable('report_run') ORDER BY hold_time DESC, softswitch, long_calls.flow_no
