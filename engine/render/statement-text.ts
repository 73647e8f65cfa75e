import type { Statement, StatementEntry } from '../reports/statement.ts';
import { grouped, pointsInLine } from './amounts.ts';
import { csvCell, csvLine } from './csv-cell.ts';
import { printable, textTable } from './text-table.ts';

/** A statement as people read it: the entries between two balances, then what charges and adjustments are made of. */
export function statementText(statement: Statement): string {
  const parts = [head(statement), entryTable(statement)];
  if (statement.destinations.length > 0 || statement.notCharged.calls > 0) parts.push(callTable(statement));
  if (statement.adjusted.length > 0) parts.push(adjustmentTable(statement));
  return parts.join('\n');
}

/** A statement as CSV: its entries, then what charges and adjustments are made of; `line` says which a line is. */
export function statementCsv({ account, timezone, ...statement }: Statement): string {
  const line = (cells: Partial<Record<(typeof CSV_COLUMNS)[number], string | number | null>>) =>
    csvLine(CSV_COLUMNS.map((name) => cellOf(name, { account, timezone, ...cells }[name])));
  const { opening, closing, from, to, entries, destinations, notCharged, adjusted } = statement;
  return [
    csvLine(CSV_COLUMNS),
    line({ line: 'opening', at: from, balance: opening }),
    ...entries.map(({ kind, at, runId, reference, calls, amount, balance }) =>
      line({ line: kind, at, run: runId, reference, calls, amount, balance }),
    ),
    line({ line: 'closing', at: to, balance: closing }),
    ...destinations.map(({ destination, calls, holdSeconds, feeSeconds, fee }) =>
      line({ line: 'destination', destination, calls, hold_seconds: holdSeconds, fee_seconds: feeSeconds, fee }),
    ),
    ...(notCharged.calls === 0 ? [] : [line({ line: 'not_charged', ...notCharged })]),
    ...adjusted.map(({ runId, cause, calls, delta }) => line({ line: 'cause', run: runId, cause, calls, delta })),
  ].join('');
}

const CSV_COLUMNS = [
  'account',
  'timezone',
  'line',
  'at',
  'run',
  'reference',
  'destination',
  'calls',
  'hold_seconds',
  'fee_seconds',
  'amount',
  'balance',
  'fee',
  'shortfall',
  'cause',
  'delta',
] as const;

/** Columns whose values are no words of other people's. */
const NUMBERS: readonly string[] = [
  'run',
  'calls',
  'hold_seconds',
  'fee_seconds',
  'amount',
  'balance',
  'fee',
  'shortfall',
  'delta',
];

function cellOf(name: string, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return csvCell(String(value), NUMBERS.includes(name) ? 'number' : 'text');
}

function head({ account, name, timezone, from, to }: Statement): string {
  const period = [from === null ? '' : `from ${clock(from)}`, to === null ? '' : `before ${clock(to)}`];
  const said = period.filter((part) => part !== '').join(', ') || 'all entries';
  return `statement of ${printable(account)}${name === '' ? '' : `, ${printable(name)}`}\n${said}; times of ${timezone}\n`;
}

function entryTable({ opening, entries, closing }: Statement): string {
  const rows = [
    ['', 'opening balance', '', '', '', opening],
    ...entries.map((entry) => [
      clock(entry.at),
      entryName(entry),
      entry.reference ?? '',
      entry.calls === null ? '' : grouped(entry.calls),
      entry.amount,
      entry.balance,
    ]),
    ['', 'closing balance', '', '', '', closing],
  ];
  return textTable(
    [
      { title: 'time', align: 'left' },
      { title: 'entry', align: 'left' },
      { title: 'reference', align: 'left' },
      { title: 'calls', align: 'right' },
      { title: 'amount', align: 'right' },
      { title: 'balance', align: 'right' },
    ],
    pointsInLine(pointsInLine(rows, 4), 5),
  );
}

function entryName({ kind, runId }: StatementEntry): string {
  return kind === 'payment' ? kind : `${kind} of run ${runId}`;
}

function callTable({ destinations, charged, notCharged }: Statement): string {
  const rows = [...destinations, { destination: 'all charged', ...charged }].map(
    ({ destination, calls, holdSeconds, fee }) => [
      destination,
      grouped(calls),
      grouped(Math.round(holdSeconds / 60)),
      fee,
    ],
  );
  if (notCharged.calls > 0) {
    rows.push(['not charged for lack of money', grouped(notCharged.calls), '', notCharged.shortfall]);
  }
  return textTable(
    [
      { title: 'destination', align: 'left' },
      { title: 'calls', align: 'right' },
      { title: 'minutes', align: 'right' },
      { title: 'fee', align: 'right' },
    ],
    pointsInLine(rows, 3),
  );
}

function adjustmentTable({ adjusted }: Statement): string {
  return textTable(
    [
      { title: 'adjustment', align: 'left' },
      { title: 'cause', align: 'left' },
      { title: 'calls', align: 'right' },
      { title: 'change of fees', align: 'right' },
    ],
    pointsInLine(
      adjusted.map(({ runId, cause, calls, delta }) => [`run ${runId}`, cause, grouped(calls), delta]),
      3,
    ),
  );
}

/** `2026-03-01 00:00:00 +01:00`: seconds do for a reader. */
export function clock(iso: string): string {
  return iso.replace(/^(.{10})T(.{8})\.\d{3}/, '$1 $2 ');
}
