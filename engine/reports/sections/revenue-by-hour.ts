import { column, type RunSection, type SectionColumn, summed } from './section.ts';
import { courseOfHours } from './section-charts.ts';

const columns: readonly SectionColumn[] = [
  column('hour', 'time', 'hour (UTC)'),
  summed('calls', 'integer'),
  summed('answered', 'integer'),
  summed('hold_seconds', 'duration', 'minutes'),
  summed('fee', 'money'),
  summed('vendor_fee', 'money'),
  summed('margin', 'money'),
];

/** Calls, time and money by hour of the INVITE. */
export const revenueByHour: RunSection = {
  name: 'revenue_by_hour',
  title: 'Revenue by hour',
  note: 'Recorded calls, illegal ones left out, by the hour of their INVITE, UTC. Margin is fee less vendor fee, as far as that is known.',
  empty: 'No call was recorded.',
  sql: new URL('./revenue-by-hour.sql', import.meta.url),
  columns,
  charts: (rows) => courseOfHours(columns, rows),
};
