import {
  addressOrNull,
  amount,
  amountNotNegative,
  amountNotZero,
  increment,
  moment,
  momentOrNull,
  name,
  oneOf,
  prefix,
  rateAmount,
  rateAmountOrZero,
  reference,
  switchOrFalse,
  timezone,
  words,
  wordsOrNull,
} from './field-readers.ts';
import type { Mistake } from './mistake.ts';
import type { Columns, Table } from './read-table.ts';

/** A kind of reference data: its columns (interfaces.md, "Reference data"), which are those of its database table. */
export interface Kind<C extends Columns = Columns> {
  readonly kind: 'rates' | 'accounts' | 'gateways' | 'payments';
  readonly columns: C;
  /** Columns no two rows share all of. */
  readonly key: readonly (keyof C & string)[];
  /** Checks rows that were read without mistakes. */
  readonly check?: (table: Table<C>) => Mistake[];
}

export const rateColumns = {
  rate_group: { read: name },
  prefix: { read: prefix, distinct: true },
  destination: { read: words },
  rate: { read: rateAmount },
  first_increment: { read: increment },
  next_increment: { read: increment },
  connect_fee: { read: rateAmountOrZero, absent: 0 },
  effective_from: { read: momentOrNull, absent: null },
  effective_until: { read: momentOrNull, absent: null },
  locked: { read: switchOrFalse, absent: false },
  call_type: { read: wordsOrNull, absent: null },
} as const satisfies Columns;

export type RateTable = Table<typeof rateColumns>;

/** Amounts are micros, times milliseconds since 1970 UTC, null for an open end. */
export const rates: Kind<typeof rateColumns> = {
  kind: 'rates',
  columns: rateColumns,
  key: ['rate_group', 'prefix', 'effective_from'],
  check: ({ rows, columns: { effective_from, effective_until }, line }) => {
    const mistakes: Mistake[] = [];
    for (let row = 0; row < rows; row++) {
      const [from, until] = [effective_from[row], effective_until[row]];
      if (from !== null && until !== null && until <= from) {
        const expected = `a time after effective_from, which is ${new Date(from).toISOString()}`;
        mistakes.push({ line: line(row), column: 'effective_until', value: new Date(until).toISOString(), expected });
      }
    }
    return mistakes;
  },
};

/** The balance is the opening one. */
export const accounts: Kind = {
  kind: 'accounts',
  columns: {
    account: { read: name, distinct: true },
    name: { read: words, distinct: true },
    kind: { read: oneOf('client', 'vendor') },
    rate_group: { read: wordsOrNull },
    balance: { read: amount },
    credit_limit: { read: amountNotNegative },
    overdraft: { read: oneOf('prevent', 'allow') },
    timezone: { read: timezone },
  },
  key: ['account'],
};

export const gateways: Kind = {
  kind: 'gateways',
  columns: {
    gateway: { read: name, distinct: true },
    direction: { read: oneOf('mapping', 'routing') },
    account: { read: name },
    address: { read: addressOrNull, distinct: true },
  },
  key: ['gateway', 'direction'],
};

/** A payment is booked: one with a known reference is the same, or a mistake. */
export const payments: Kind = {
  kind: 'payments',
  columns: {
    account: { read: name },
    paid_at: { read: moment, distinct: true },
    amount: { read: amountNotZero },
    reference: { read: reference, distinct: true },
  },
  key: ['reference'],
};

export const kinds = { rates, accounts, gateways, payments } as const;
