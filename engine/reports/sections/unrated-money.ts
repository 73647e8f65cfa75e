import { column, type RunSection, summed } from './section.ts';

/** What waits for a rate or an account, and about how much it would bring. */
export const unratedMoney: RunSection = {
  name: 'unrated_money',
  title: 'Unrated money',
  note: 'Calls the run found no rate or account for. Money at risk is an estimate: their hold time at the average fee per second of the calls the run charged to the account, or of all it charged. Still waiting: not rated by a later run.',
  empty: 'Every call found its rate and account.',
  sql: new URL('./unrated-money.sql', import.meta.url),
  columns: [
    column('reason', 'text'),
    column('account', 'text'),
    summed('calls', 'integer'),
    summed('still_waiting', 'integer'),
    summed('hold_seconds', 'duration', 'minutes'),
    summed('at_risk', 'money', 'money at risk'),
    column('oldest', 'time', 'oldest answer (UTC)'),
  ],
};
