import { column, type RunSection, summed } from './section.ts';

/** What a re-rating, or its undo, changed for whom. */
export const reratedAccounts: RunSection = {
  name: 'rerated_accounts',
  title: 'Change of fees by account',
  note: 'Calls whose fee fell and rose, and by how much; "ratemill rerate --notes RUN" makes credit and debit notes of it.',
  empty: 'The fee of no account changed.',
  sql: new URL('./rerated-accounts.sql', import.meta.url),
  columns: [
    column('account', 'text'),
    summed('cheaper', 'integer', 'calls cheaper'),
    summed('dearer', 'integer', 'calls dearer'),
    summed('credit', 'money'),
    summed('debit', 'money'),
    summed('delta', 'money', 'change of fees'),
  ],
};
