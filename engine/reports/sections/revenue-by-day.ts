import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { course } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('day', 'text', 'day (UTC)'),
  summed('calls', 'integer'),
  summed('answered', 'integer'),
  summed('hold_seconds', 'duration', 'minutes'),
  summed('fee', 'money'),
  summed('vendor_fee', 'money'),
  summed('margin', 'money'),
];

/** Calls, time and money by day of the INVITE. */
export const revenueByDay: RunSection = {
  name: 'revenue_by_day',
  title: 'Revenue by day',
  note: 'Recorded calls, illegal ones left out, by the day of their INVITE, UTC. Margin is fee less vendor fee, as far as that is known.',
  empty: 'No call was recorded.',
  sql: new URL('./revenue-by-day.sql', import.meta.url),
  columns,
  charts: (rows) => course('Fee and vendor fee by day', columns, rows, ['fee', 'vendor_fee']),
};
