/** A count with thousands separators. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A decimal with thousands separators, its digits untouched. */
export function groupedMoney(amount: string): string {
  const [whole, decimals] = amount.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? separated : `${separated}.${decimals}`;
}

/** Gives the amounts of a column as many decimals as the longest has, and separators. */
export function pointsInLine(rows: readonly string[][], column: number): string[][] {
  const decimals = (amount: string) => amount.split('.')[1]?.length ?? 0;
  const most = Math.max(...rows.map((row) => decimals(row[column])));
  return rows.map((row) =>
    row.with(column, row[column] === '' ? '' : groupedMoney(row[column] + '0'.repeat(most - decimals(row[column])))),
  );
}
