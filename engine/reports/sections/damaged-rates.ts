import { column, type RunSection, summed } from './section.ts';

/** Rates that rounding to the precision changed. */
export const damagedRates: RunSection = {
  name: 'damaged_rates',
  title: 'Rates damaged by precision',
  note: 'Rates per minute, used by calls of the run, that SERVER_BILLING_FEE_PRECISTION changes. Effect is the change of the rate times the minutes charged, before fees are rounded: on the client leg more revenue, on the vendor leg more cost. Set precision 4, or quantiseRates to false, to keep rates as they stand.',
  empty: 'No rate that was used is changed by SERVER_BILLING_FEE_PRECISTION.',
  sql: new URL('./damaged-rates.sql', import.meta.url),
  columns: [
    column('leg', 'text'),
    column('rate_group', 'text'),
    column('prefix', 'text'),
    column('destination', 'text'),
    column('rate', 'money', 'rate in the deck'),
    column('rate_used', 'money'),
    column('change_percent', 'percent', 'change'),
    summed('calls', 'integer'),
    summed('fee_seconds', 'duration', 'minutes charged'),
    summed('effect', 'money'),
  ],
};
