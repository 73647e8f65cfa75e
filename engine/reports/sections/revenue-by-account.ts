import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { firstRows } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('account', 'text'),
  column('name', 'text'),
  summed('calls', 'integer'),
  summed('charged_calls', 'integer', 'charged'),
  summed('hold_seconds', 'duration', 'minutes'),
  summed('fee', 'money'),
  summed('vendor_fee', 'money'),
  summed('margin', 'money'),
];

/** Recorded calls by paying account. */
export const revenueByAccount: RunSection = {
  name: 'revenue_by_account',
  title: 'Revenue by account',
  note: 'Recorded calls, illegal ones left out, by the account that pays. Charged: calls with a fee above 0.',
  empty: 'No call was recorded.',
  sql: new URL('./revenue-by-account.sql', import.meta.url),
  columns,
  charts: (rows) => firstRows('Fee and vendor fee by account', columns, rows, ['fee', 'vendor_fee']),
};
