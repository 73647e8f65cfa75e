import { statuses } from '../../rating/status.ts';
import type { Check } from './checks.ts';

const stored = statuses.filter(({ recorded }) => recorded.endsWith('_calls')).map(({ name }) => `'${name}'`);

/** The numbers of a page of rated_flow_numbers one by one: a bitmap of 8192 bytes, or a list of 2 bytes each. */
const NUMBERS = `
  SELECT run_id, softswitch_id, (page << 16) + place AS flow_no
  FROM (
    SELECT run_id, softswitch_id, page, flow_numbers::BIT AS bits, unnest(range(65536)) AS place
    FROM rated_flow_numbers WHERE octet_length(flow_numbers) = 8192
  ) WHERE get_bit(bits, (place + 7 - 2 * (place % 8))::INTEGER) = 1
  UNION ALL
  SELECT run_id, softswitch_id, (page << 16) + ('0x' || hex[4 * nth + 3:4 * nth + 4] || hex[4 * nth + 1:4 * nth + 2])::INTEGER
  FROM (
    SELECT run_id, softswitch_id, page, hex(flow_numbers) AS hex,
      unnest(range(octet_length(flow_numbers) // 2)) AS nth
    FROM rated_flow_numbers WHERE octet_length(flow_numbers) <> 8192
  )`;

/** How many numbers each page holds. */
const PAGES = `
  SELECT run_id, softswitch_id, page,
    CASE octet_length(flow_numbers) WHEN 8192 THEN bit_count(flow_numbers::BIT) ELSE octet_length(flow_numbers) // 2 END
      AS numbers
  FROM rated_flow_numbers`;

const OVER_CALLS = 'SELECT sum(calls) FROM accounted_calls';

/** Rows of rejected_events by run, and those that were pruned. */
const REJECTED = `
  SELECT run_id, reason = 'duplicate' AS duplicate, count(*) AS rows FROM rejected_events GROUP BY ALL
  UNION ALL SELECT run_id, status = 'duplicate', calls FROM pruned_calls WHERE status IN ('rejected', 'duplicate')`;

/** That no row was lost or counted twice: runs against their inputs, their counts and their calls. */
export const runChecks: readonly Check[] = [
  {
    name: 'rows read',
    meaning: 'each run: rows read = calls over all statuses = rows of its files, where it read files',
    over: 'SELECT count(*) FROM runs',
    violations: `
      SELECT run_id, kind, rows_read, counted, of_files, runs.files, named AS files_named FROM runs
      LEFT JOIN (SELECT run_id, sum(calls) AS counted FROM run_counts GROUP BY run_id) USING (run_id)
      LEFT JOIN (SELECT run_id, sum(rows) AS of_files, count(*) AS named FROM run_inputs GROUP BY run_id) USING (run_id)
      WHERE rows_read <> coalesce(counted, 0) OR runs.files <> coalesce(named, 0)
        OR (kind = 'rate' AND rows_read <> coalesce(of_files, 0))`,
  },
  {
    name: 'calls by status',
    meaning: 'each run and status that is stored: calls, seconds and money of its calls, kept and pruned = run_counts',
    over: OVER_CALLS,
    violations: `
      SELECT run_id, status, s.calls AS stored_calls, c.calls AS counted_calls, s.seconds AS stored_seconds,
        c.seconds AS counted_seconds, s.fee AS stored_fee, c.fee AS counted_fee, shortfall, fee_not_billed
      FROM (
        SELECT run_id, status::VARCHAR AS status, sum(calls)::BIGINT AS calls, sum(hold_seconds)::BIGINT AS seconds,
          sum(fee) AS fee, sum(shortfall) AS shortfall
        FROM accounted_calls GROUP BY ALL
      ) s
      FULL JOIN (SELECT * FROM run_counts WHERE status IN (${stored.join(', ')})) c USING (run_id, status)
      WHERE s.calls IS DISTINCT FROM c.calls OR s.seconds IS DISTINCT FROM c.seconds OR s.fee IS DISTINCT FROM c.fee
        OR shortfall IS DISTINCT FROM fee_not_billed`,
  },
  {
    name: 'run totals',
    meaning: 'each run: rows stored, fee and vendor fee = the sums over its calls, kept and pruned',
    over: OVER_CALLS,
    violations: `
      SELECT run_id, rows_stored, calls, r.fee, s.fee AS fee_of_calls, r.vendor_fee, s.vendor_fee AS vendor_fee_of_calls
      FROM runs r FULL JOIN (
        SELECT run_id, sum(calls)::BIGINT AS calls, sum(fee) AS fee, sum(vendor_fee) AS vendor_fee
        FROM accounted_calls GROUP BY run_id
      ) s USING (run_id)
      WHERE r.run_id IS NULL OR rows_stored <> coalesce(calls, 0) OR r.fee <> coalesce(s.fee, 0)
        OR r.vendor_fee <> coalesce(s.vendor_fee, 0)`,
  },
  {
    name: 'rejected rows',
    meaning:
      'each run: its rows in rejected_events, kept and pruned = those it counted, and no more duplicates than it counted',
    over: `SELECT sum(rows) FROM (${REJECTED})`,
    violations: `
      SELECT run_id, rejected, counted_rejected, differing, counted_duplicates
      FROM (
        SELECT run_id, sum(rows) FILTER (NOT duplicate) AS rejected, sum(rows) FILTER (duplicate) AS differing
        FROM (${REJECTED}) GROUP BY run_id
      ) FULL JOIN (
        SELECT run_id, sum(calls) FILTER (status = 'rejected') AS counted_rejected,
          sum(calls) FILTER (status = 'duplicate') AS counted_duplicates
        FROM run_counts GROUP BY run_id
      ) USING (run_id)
      WHERE coalesce(rejected, 0) <> coalesce(counted_rejected, 0) OR coalesce(differing, 0) > coalesce(counted_duplicates, 0)`,
  },
  {
    name: 'one row a call',
    meaning: 'each softswitch and flow number is there once, rated or waiting',
    over: 'SELECT count(*) FROM kept_calls',
    violations: `
      SELECT softswitch_id, flow_no, count(*) AS rows, list(run_id) AS runs FROM kept_calls
      WHERE kept <> 'superseded' GROUP BY softswitch_id, flow_no HAVING count(*) > 1`,
  },
  {
    name: 'flow numbers rated',
    meaning: 'each run over files: flow numbers kept = rows read that were neither rejected nor duplicates',
    over: 'SELECT count(*) FROM run_inputs',
    violations: `
      SELECT run_id, numbers, calls FROM (SELECT run_id, sum(numbers) AS numbers FROM (${PAGES}) GROUP BY run_id)
      FULL JOIN (
        SELECT run_id, sum(calls) FILTER (status NOT IN ('rejected', 'duplicate')) AS calls FROM run_counts
        SEMI JOIN runs ON runs.run_id = run_counts.run_id AND runs.kind = 'rate' GROUP BY run_id
      ) USING (run_id)
      WHERE coalesce(numbers, 0) <> coalesce(calls, 0)`,
  },
  {
    name: 'flow numbers once',
    meaning: 'no flow number was rated by two runs, nor twice by one',
    over: `SELECT sum(numbers) FROM (${PAGES})`,
    violations: `
      WITH shared AS (
        SELECT softswitch_id, page FROM rated_flow_numbers GROUP BY softswitch_id, page HAVING count(*) > 1
      )
      SELECT softswitch_id, flow_no, list(run_id) AS runs FROM (${NUMBERS}) AS number
      SEMI JOIN shared ON shared.softswitch_id = number.softswitch_id AND shared.page = number.flow_no >> 16
      GROUP BY softswitch_id, flow_no HAVING count(*) > 1`,
  },
  {
    name: 'flow numbers of calls',
    meaning: 'the flow number of every call is among those that were rated: it will be found when it comes again',
    over: 'SELECT count(*) FROM kept_calls',
    violations: `
      SELECT run_id, softswitch_id, flow_no FROM kept_calls
      ANTI JOIN (${NUMBERS}) rated USING (softswitch_id, flow_no)`,
  },
];
