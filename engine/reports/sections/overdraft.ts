import { column, type RunSection, summed } from './section.ts';

/** Accounts that ran out of money. */
export const overdraft: RunSection = {
  name: 'overdraft',
  title: 'Overdraft',
  note: 'Accounts with overdraft prevent that ran out of money: calls refused at the answer, calls capped at what was left, and what was not charged for them. Peak exposure is the largest sum reserved at one time.',
  empty: 'No account ran out of money.',
  sql: new URL('./overdraft.sql', import.meta.url),
  columns: [
    column('account', 'text'),
    summed('refused_calls', 'integer', 'refused'),
    summed('capped_calls', 'integer', 'capped'),
    summed('shortfall', 'money'),
    column('peak_exposure', 'money', 'peak exposure'),
    column('peak_at', 'time', 'peak (UTC)'),
    column('first_at', 'time', 'first (UTC)'),
    column('last_at', 'time', 'last (UTC)'),
  ],
};
