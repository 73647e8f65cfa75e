import type { RunRecord, RunSummary } from '../reports/run-history.ts';
import { grouped, groupedMoney } from './amounts.ts';
import { printable, type TextColumn, textTable } from './text-table.ts';

/** The history as a table, a line a run. */
export function runHistoryText(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return 'no runs yet: rate call events with "ratemill rate"\n';
  return textTable(
    columns(
      'run',
      'kind',
      'started (UTC)',
      'seconds',
      'files',
      'read',
      'stored',
      'charged',
      'unrated',
      'rejected',
      'fee',
      'vendor fee',
    ),
    runs.map((run) => [
      String(run.runId),
      run.kind,
      timeText(run.startedAt),
      run.seconds.toFixed(1),
      ...[run.files, run.read, run.stored, run.charged, run.unrated, run.rejected].map(grouped),
      moneyText(run.fee),
      moneyText(run.vendorFee),
    ]),
  );
}

/** One run: when and under what, then what came of it. */
export function runRecordText(run: RunRecord): string {
  const deck = run.lastLoadId === 0 ? 'no reference data' : `the reference data up to load ${run.lastLoadId}`;
  const head =
    `run ${run.runId} (${run.kind}), ${timeText(run.startedAt)} UTC, ${run.seconds.toFixed(1)} s, ratemill ${run.version}, ${deck}\n` +
    `${grouped(run.read)} calls read, ${grouped(run.stored)} stored, ${grouped(run.charged)} charged: ` +
    `${moneyText(run.fee)}; vendors charge ${moneyText(run.vendorFee)}\n`;
  const warnings = run.warnings.map(
    ({ warning, calls }) => `warning: ${grouped(calls)} calls: ${printable(warning)}\n`,
  );
  return [head, parameterTable(run), countTable(run), fileTable(run), warnings.join('')]
    .filter((part) => part !== '')
    .join('\n');
}

function parameterTable({ parameters, quantiseRates }: RunRecord): string {
  return textTable(columns('parameter', 'value', 'source'), [
    ...parameters.map(({ name, value, source }) => [name, value === '' ? '(none)' : value, source]),
    ['quantiseRates', String(quantiseRates), ''],
  ]);
}

function countTable({ counts }: RunRecord): string {
  return textTable(
    columns('status', 'calls', 'minutes', 'fee', 'not billed'),
    counts.map(({ status, calls, seconds, fee, feeNotBilled }) => [
      status,
      grouped(calls),
      grouped(Math.round(seconds / 60)),
      moneyText(fee),
      Number(feeNotBilled) === 0 ? '' : moneyText(feeNotBilled),
    ]),
  );
}

function fileTable({ inputs }: RunRecord): string {
  return textTable(
    columns('file', 'calls', 'bytes', 'sha256'),
    inputs.map(({ path, rows, bytes, sha256 }) => [path, grouped(rows), grouped(bytes), sha256]),
  );
}

const LEFT = ['kind', 'started (UTC)', 'parameter', 'value', 'source', 'status', 'file', 'sha256'];

function columns(...titles: string[]): TextColumn[] {
  return titles.map((title) => ({ title, align: LEFT.includes(title) ? 'left' : 'right' }));
}

/** Two decimals at least, those beyond only where they say something. */
function moneyText(amount: string): string {
  return groupedMoney(amount.replace(/(\.\d\d\d*?)0+$/, '$1'));
}

function timeText(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
