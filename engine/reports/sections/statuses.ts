import { column, type RunSection, summed } from './section.ts';

/** What became of every call event, by status in order of precedence. */
export const statuses: RunSection = {
  name: 'statuses',
  title: 'What became of the calls',
  note: 'Every call event ends in one status. Not billed: what calls that are not recorded would have cost, and what accounts that ran out of money were not charged.',
  empty: 'The run read no call.',
  sql: new URL('./statuses.sql', import.meta.url),
  columns: [
    column('status', 'text'),
    summed('calls', 'integer'),
    summed('hold_seconds', 'duration', 'minutes'),
    summed('fee', 'money'),
    summed('fee_not_billed', 'money', 'not billed'),
  ],
};
