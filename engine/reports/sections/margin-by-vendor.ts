import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { firstRows } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('vendor_account', 'text', 'vendor'),
  summed('calls', 'integer'),
  summed('calls_without_vendor_rate', 'integer', 'without vendor rate'),
  summed('calls_below_cost', 'integer', 'below cost'),
  summed('hold_seconds', 'duration', 'minutes'),
  summed('fee', 'money'),
  summed('vendor_fee', 'money'),
  summed('margin', 'money'),
  column('margin_percent', 'percent', 'margin %'),
];

/** What clients pay, vendors charge and is left, by clearing account. */
export const marginByVendor: RunSection = {
  name: 'margin_by_vendor',
  title: 'Margin by vendor',
  note: 'Connected calls by clearing account, worst first. Fee and margin are over the calls whose vendor fee is known; margin % is margin / fee. Below cost: the vendor charges more than the client pays.',
  empty: 'No connected call went to a gateway with a clearing account.',
  sql: new URL('./margin-by-vendor.sql', import.meta.url),
  columns,
  charts: (rows) => firstRows('Margin by vendor', columns, rows, ['margin']),
};
