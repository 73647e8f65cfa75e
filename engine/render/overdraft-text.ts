import type { BelowLimitLine, OverdraftLine } from '../reports/overdraft-report.ts';
import { grouped, pointsInLine } from './amounts.ts';
import { textTable } from './text-table.ts';

/** Accounts shown before the rest is only counted. */
const SHOWN = 10;

/** Accounts that ran out of money, with when and how much; empty when none did. */
export function overdraftTable(lines: readonly OverdraftLine[]): string {
  if (lines.length === 0) return '';
  const rows = lines
    .slice(0, SHOWN)
    .map((line) => [
      line.account,
      grouped(line.refused),
      grouped(line.capped),
      line.shortfall,
      time(line.firstAt),
      time(line.lastAt),
      line.peakExposure,
    ]);
  const table = textTable(
    [
      { title: 'out of money' },
      { title: 'refused', align: 'right' },
      { title: 'capped', align: 'right' },
      { title: 'shortfall', align: 'right' },
      { title: 'first (UTC)' },
      { title: 'last (UTC)' },
      { title: 'peak reserved', align: 'right' },
    ],
    pointsInLine(pointsInLine(rows, 3), 6),
  );
  return table + more(lines.length, 'see overdraft_by_account');
}

/** Postpaid accounts below their limit; empty when none is. */
export function belowLimitTable(lines: readonly BelowLimitLine[]): string {
  if (lines.length === 0) return '';
  const rows = lines.slice(0, SHOWN).map(({ account, balance, creditLimit }) => [account, balance, creditLimit]);
  const table = textTable(
    [{ title: 'below its limit' }, { title: 'balance', align: 'right' }, { title: 'credit limit', align: 'right' }],
    pointsInLine(pointsInLine(rows, 1), 2),
  );
  return table + more(lines.length, 'see account_balances');
}

function more(count: number, where: string): string {
  return count > SHOWN ? `… and ${grouped(count - SHOWN)} more: ${where}\n` : '';
}

function time(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
