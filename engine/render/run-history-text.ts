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
  return [head, reratingText(run), parameterTable(run), countTable(run), fileTable(run), warnings.join('')]
    .filter((part) => part !== '')
    .join('\n');
}

/** Which calls a re-rating was about, and what each change made of their fees. */
function reratingText({ rerating }: RunRecord): string {
  if (rerating === null) return '';
  const { from, until, undoneBy, changes } = rerating;
  const words = [
    from === null ? '' : `from ${timeText(from)} UTC`,
    until === null ? '' : `before ${timeText(until)} UTC`,
  ].filter((word) => word !== '');
  const window = words.length === 0 ? '' : `calls begun ${words.join(' and ')}\n`;
  return (
    window +
    (undoneBy === null ? '' : `undone by run ${undoneBy}\n`) +
    textTable(
      columns('change', 'to', 'calls', 'change of fees'),
      changes.map(({ cause, value, calls, delta }) => [
        cause,
        value === '' ? '(none)' : printable(value ?? ''),
        grouped(calls),
        moneyText(delta),
      ]),
    )
  );
}

/** An undo rates nothing: it has no parameters and no counts, and like a re-rating no files. */
function parameterTable({ parameters, quantiseRates }: RunRecord): string {
  if (parameters.length === 0) return '';
  return textTable(columns('parameter', 'value', 'source'), [
    ...parameters.map(({ name, value, source }) => [name, value === '' ? '(none)' : value, source]),
    ['quantiseRates', String(quantiseRates), ''],
  ]);
}

function countTable({ counts }: RunRecord): string {
  if (counts.length === 0) return '';
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
  if (inputs.length === 0) return '';
  return textTable(
    columns('file', 'calls', 'bytes', 'sha256'),
    inputs.map(({ path, rows, bytes, sha256 }) => [path, grouped(rows), grouped(bytes), sha256]),
  );
}

const LEFT = ['kind', 'started (UTC)', 'parameter', 'value', 'source', 'status', 'file', 'sha256', 'change', 'to'];

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
