import { column, type RunSection, summed } from './section.ts';

/** What the run did to each account. */
export const balances: RunSection = {
  name: 'balances',
  title: 'Balances',
  note: 'Opening + payments - charges + adjustments = closing.',
  empty: 'No balance changed.',
  sql: new URL('./balances.sql', import.meta.url),
  columns: [
    column('account', 'text'),
    summed('opening', 'money'),
    summed('payments', 'money'),
    summed('charges', 'money'),
    summed('adjustments', 'money'),
    summed('closing', 'money'),
  ],
};
