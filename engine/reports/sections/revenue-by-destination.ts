import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { firstRows } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('destination', 'text'),
  summed('calls', 'integer'),
  summed('hold_seconds', 'duration', 'minutes'),
  summed('fee_seconds', 'duration', 'minutes charged'),
  summed('fee', 'money'),
  summed('vendor_fee', 'money'),
  summed('margin', 'money'),
];

/** Calls a rate was found for, by destination of the deck. */
export const revenueByDestination: RunSection = {
  name: 'revenue_by_destination',
  title: 'Revenue by destination',
  note: 'Calls a rate was found for, by the destination of their rate.',
  empty: 'No call found a rate.',
  sql: new URL('./revenue-by-destination.sql', import.meta.url),
  columns,
  charts: (rows) => firstRows('Fee and vendor fee by destination', columns, rows, ['fee', 'vendor_fee']),
};
