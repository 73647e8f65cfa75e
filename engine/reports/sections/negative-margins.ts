import { column, type RunSection, summed } from './section.ts';

/** Destinations sold below cost. */
export const negativeMargins: RunSection = {
  name: 'negative_margins',
  title: 'Negative margins',
  note: 'Destinations and vendors where clients paid less than the vendor charges, largest loss first, over calls whose rate and vendor fee are known.',
  empty: 'No destination was sold below cost.',
  sql: new URL('./negative-margins.sql', import.meta.url),
  columns: [
    column('destination', 'text'),
    column('vendor_account', 'text', 'vendor'),
    summed('calls', 'integer'),
    summed('calls_below_cost', 'integer', 'below cost'),
    summed('hold_seconds', 'duration', 'minutes'),
    summed('fee', 'money'),
    summed('vendor_fee', 'money'),
    summed('margin', 'money'),
  ],
};
