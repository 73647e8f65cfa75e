import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { OperatorError } from '../errors.ts';
import type { Cell, ReportPage } from '../render/report-page.ts';

/**
 * The credit and debit notes of a re-rating, or of its undo: one an account, with its lines by cause.
 *
 * @throws OperatorError when the run adjusted nothing
 */
export async function notesPage(connection: DuckDBConnection, run: number, database: string): Promise<ReportPage> {
  const notes = await cells(
    connection,
    `SELECT CASE WHEN sum(delta) < 0 THEN 'CN-' ELSE 'DN-' END || ${run} || '-' || f.account AS note,
       CASE WHEN sum(delta) < 0 THEN 'credit' ELSE 'debit' END AS kind, f.account, any_value(a.name) AS name,
       count(DISTINCT (softswitch, flow_no))::VARCHAR AS calls, abs(sum(delta)) AS amount
     FROM adjustments f JOIN accounts a ON a.account = f.account WHERE run_id = ${run}
     GROUP BY f.account HAVING sum(delta) <> 0 ORDER BY f.account`,
  );
  const lines = await cells(
    connection,
    `SELECT account, cause, coalesce(destination, '') AS destination, count(*)::VARCHAR AS calls, sum(old_fee) AS before,
       sum(new_fee) AS after, sum(delta) AS delta
     FROM adjustments f LEFT JOIN (
       SELECT softswitch AS s, flow_no AS n, any_value(destination) AS destination FROM named_calls
       WHERE destination IS NOT NULL GROUP BY ALL
     ) ON s = softswitch AND n = flow_no
     WHERE run_id = ${run} GROUP BY ALL ORDER BY account, cause, destination`,
  );
  if (lines.length === 0) {
    throw new OperatorError(`run ${run} adjusted no fee: "ratemill runs" shows which runs are re-ratings`);
  }
  const total = await cells(connection, `SELECT sum(delta) AS delta FROM adjustments WHERE run_id = ${run}`);
  const changes = await connection.runAndReadAll(`SELECT cause || ' ' || value FROM run_changes WHERE run_id = ${run}`);
  return {
    title: `Credit and debit notes of run ${run}`,
    subtitle: `${changes
      .getRows()
      .map(([change]) => change)
      .join(', ')}; of ${database}`,
    headline: [
      { name: 'notes', label: 'notes', kind: 'integer', value: notes.length },
      { name: 'delta', label: 'charged more, less than 0: given back', kind: 'money', value: total[0][0] },
    ],
    sections: [
      {
        kind: 'table',
        name: 'notes',
        title: 'Notes',
        note: 'A credit note gives money back, a debit note charges more. Both are booked in the ledger as adjustments.',
        columns: [
          { name: 'note', title: 'note', kind: 'text' },
          { name: 'kind', title: 'kind', kind: 'text' },
          { name: 'account', title: 'account', kind: 'text' },
          { name: 'name', title: 'name', kind: 'text' },
          { name: 'calls', title: 'calls', kind: 'integer' },
          { name: 'amount', title: 'amount', kind: 'money' },
        ],
        rows: notes,
        empty: 'No account has a difference.',
      },
      {
        kind: 'table',
        name: 'note_lines',
        title: 'Lines',
        note: 'By account, cause and destination; the differences of an account add up to its note.',
        columns: [
          { name: 'account', title: 'account', kind: 'text' },
          { name: 'cause', title: 'cause', kind: 'text' },
          { name: 'destination', title: 'destination', kind: 'text' },
          { name: 'calls', title: 'calls', kind: 'integer' },
          { name: 'before', title: 'before', kind: 'money' },
          { name: 'after', title: 'after', kind: 'money' },
          { name: 'delta', title: 'difference', kind: 'money' },
        ],
        rows: lines,
        empty: 'No call has a difference.',
      },
    ],
  };
}

async function cells(connection: DuckDBConnection, sql: string): Promise<Cell[][]> {
  const found = await connection.runAndReadAll(sql);
  return found
    .getRows()
    .map((row) =>
      row.map((value) => (value instanceof DuckDBDecimalValue ? formatMoney(value.value) : (value as Cell))),
    );
}
