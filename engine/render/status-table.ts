import type { StatusLine } from '../reports/status-lines.ts';
import { grouped, pointsInLine } from './amounts.ts';
import { textTable } from './text-table.ts';

/** What a run counted, a line a status, and all of it below. */
export function statusTable(statuses: readonly StatusLine[], calls: number, fee: string): string {
  const rows = statuses.map(({ status, recorded, calls: count, seconds, fee: money, feeNotBilled }) => [
    status,
    recorded === 'nowhere' ? '-' : recorded,
    grouped(count),
    grouped(Math.round(seconds / 60)),
    money,
    feeNotBilled === '0.00' ? '' : feeNotBilled,
  ]);
  const minutes = statuses.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  rows.push(['all', '', grouped(calls), grouped(Math.round(minutes)), fee, '']);
  return textTable(
    [
      { title: 'status' },
      { title: 'recorded in' },
      { title: 'calls', align: 'right' },
      { title: 'minutes', align: 'right' },
      { title: 'fee', align: 'right' },
      { title: 'not billed', align: 'right' },
    ],
    pointsInLine(rows, 4),
  );
}
