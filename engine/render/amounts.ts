import { Decimal } from 'decimal.js';

/** A count with thousands separators. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A count with its noun: `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A decimal with thousands separators, its digits untouched. */
export function groupedMoney(amount: string): string {
  const [whole, decimals] = amount.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? separated : `${separated}.${decimals}`;
}

/** An amount to the cent, half up, for a line that is read in passing; what would vanish keeps its digits. */
export function cents(amount: string): string {
  const exact = new Decimal(amount);
  const rounded = exact.toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
  return groupedMoney(rounded.isZero() && !exact.isZero() ? amount : rounded.toFixed(2));
}

/** Gives the amounts of a column as many decimals as the longest has, and separators. */
export function pointsInLine(rows: readonly string[][], column: number): string[][] {
  const decimals = (amount: string) => amount.split('.')[1]?.length ?? 0;
  const most = Math.max(...rows.map((row) => decimals(row[column])));
  return rows.map((row) =>
    row.with(column, row[column] === '' ? '' : groupedMoney(row[column] + '0'.repeat(most - decimals(row[column])))),
  );
}
