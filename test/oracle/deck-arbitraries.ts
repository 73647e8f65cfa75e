/** fast-check arbitraries for what calls are rated under: decks, parameters, accounts, gateways. */
import fc from 'fast-check';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import type { OracleRate, OracleSetting } from './oracle.ts';

/** Few digits, so that prefixes nest and numbers often match. */
const digit = fc.constantFrom('1', '4', '0');

/** A string of such digits. */
export function digits(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: digit, minLength, maxLength });
}

/** Where windows of rates begin and end; calls are answered at them and a millisecond beside. */
export const landmarks = [
  Date.UTC(2023, 11, 31, 23, 0, 0),
  Date.UTC(2024, 5, 1),
  Date.UTC(2024, 5, 15, 12, 34, 56, 789),
  Date.UTC(2025, 0, 1),
];

export const groups = ['retail', 'wholesale', 'vendor'];
/** Of the last account there is no trace in the tables. */
export const accountNames = ['alice', 'bob', 'carol', 'dave', 'nobody'];
const vendorNames = ['vera', 'victor', 'vanished'];
/** The last gateway has no clearing account. */
export const gatewayNames = ['gw-a', 'gw-b', 'gw-c', 'gw-none'];

/** `count` units of 10^-decimals as decimal text, without needless zeros. */
function decimalText(count: number, decimals: number): string {
  const text = String(count).padStart(decimals + 1, '0');
  const whole = text.slice(0, text.length - decimals);
  const fraction = text.slice(text.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Up to six decimals; `max` counts millionths. */
function anyAmount(max: number): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max }).map((millionths) => decimalText(millionths, 6));
}

/**
 * Odd multiples of a five in any decimal place are ties for whole minutes and tenths of them, and half units of most
 * fee units; those of a three are ties per second, as 3/60 = 0.05.
 */
const tieAmount = fc
  .tuple(fc.constantFrom(5, 3), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6 }))
  .map(([base, n, decimals]) => decimalText(base * (2 * n + 1), decimals));

const rateAmount = fc.oneof(
  { weight: 6, arbitrary: tieAmount },
  { weight: 4, arbitrary: anyAmount(500_000) },
  { weight: 1, arbitrary: anyAmount(50_000_000) },
  { weight: 2, arbitrary: anyAmount(999_999_999_999) },
  { weight: 1, arbitrary: fc.constantFrom('0', '0.000001', '0.00005', '0.0001', '999999.999999') },
);

const connectFee = fc.oneof(
  { weight: 5, arbitrary: fc.constant('0') },
  { weight: 2, arbitrary: tieAmount },
  { weight: 1, arbitrary: anyAmount(2_000_000) },
  { weight: 1, arbitrary: fc.constantFrom('0.000001', '0.00005', '999999.999999') },
);

const increments = fc.oneof(
  fc.constantFrom([1, 1], [6, 6], [30, 6], [60, 6], [60, 1], [60, 60]),
  fc.tuple(fc.constantFrom(1, 6, 30, 60, 180, 300, 3600), fc.constantFrom(1, 6, 30, 60, 180, 300, 3600)),
);

/** A window between two landmarks, or open on either side; never empty. */
const window = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ from: null, until: null }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: -1, max: landmarks.length - 1 }), fc.integer({ min: 1, max: landmarks.length + 1 }))
      .map(([begin, length]) => ({ from: landmarks[begin] ?? null, until: landmarks[begin + length] ?? null })),
  },
);

const rateRow = fc.record({
  group: fc.constantFrom(...groups),
  prefix: fc.oneof({ weight: 4, arbitrary: digits(1, 4) }, { weight: 1, arbitrary: digits(5, 12) }),
  rate: rateAmount,
  increments,
  connectFee,
  window,
  locked: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** 1 to 12 rows, no two with the same group, prefix and begin: loading refuses those. */
export const deckArbitrary: fc.Arbitrary<OracleRate[]> = fc
  .uniqueArray(rateRow, {
    minLength: 1,
    maxLength: 12,
    size: 'max',
    selector: ({ group, prefix, window }) => `${group} ${prefix} ${window.from}`,
  })
  .map((rows) =>
    rows.map(({ increments: [first, next], window, ...row }, index) => ({
      id: index + 1,
      ...row,
      first,
      next,
      ...window,
    })),
  );

/** A list of numbers in the form of the configuration, with the spaces and empty entries that are let pass. */
const list = fc
  .oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 3,
      arbitrary: fc.array(
        fc.oneof(
          // Both lists draw on these, so that they overlap now and then.
          fc.constantFrom('4411', '441*', '110', '0041*', '44110'),
          fc.tuple(digits(3, 6), fc.constantFrom('', '*')).map(([number, star]) => number + star),
        ),
        { maxLength: 3 },
      ),
    },
  )
  .chain((entries) => fc.constantFrom(',', ', ', ' ,, ').map((separator) => entries.join(separator)));

const feeUnit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('0.000001', '0.0001', '0.001', '0.01', '1') },
  { weight: 2, arbitrary: fc.constantFrom('0.005', '0.05', '0.25', '2.5') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 6 }))
      .map(([count, decimals]) => decimalText(count, decimals)),
  },
);

/** A switch, on more often than off: what is suppressed is not rated. */
const toggle = fc.constantFrom(1, 1, 1, 0);

const parametersArbitrary: fc.Arbitrary<BillingParameters> = fc.record({
  SERVER_BILLING_GATEWAY_ROUTE_PREFIX: fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5, 6),
  SERVER_BILLING_NO_CDR_E164S: list,
  SERVER_BILLING_FREE_E164S: list,
  SERVER_BILLING_HOLD_TIME_PRECISION: fc.oneof(
    fc.constantFrom(1, 50, 500, 999, 1000),
    fc.integer({ min: 1, max: 1000 }),
  ),
  SERVER_BILLING_RECORD_ILLEGAL_CALL: toggle,
  SERVER_BILLING_RECORD_ZERO_HOLD_TIME: toggle,
  SERVER_BILLING_RECORD_SERVER_HANG_UP: toggle,
  SERVER_BILLING_FREE_TIME: fc.constantFrom(0, 0, 0, 0, 1, 6, 6, 59, 60, 3600, 86_400),
  SERVER_BILLING_FEE_PRECISTION: fc.constantFrom(4, 3, 2, 1, 0),
  SERVER_BILLING_FEE_UNIT: feeUnit,
  SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: fc.constant(
    defaultParameters.SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME,
  ),
});

/** Rate group of an account: mostly one of the deck's, sometimes none, empty, or one without rates. */
const group = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...groups) },
  { weight: 1, arbitrary: fc.constantFrom(null, '', 'empty') },
);

const accountsArbitrary: fc.Arbitrary<Map<string, string | null>> = fc
  .array(group, { minLength: 6, maxLength: 6 })
  .map((ofAccount) =>
    [...accountNames.slice(0, -1), ...vendorNames.slice(0, -1)].map((name, i) => [name, ofAccount[i]]),
  )
  .map((pairs) => new Map(pairs as [string, string | null][]));

const gatewaysArbitrary: fc.Arbitrary<Map<string, string>> = fc
  .array(fc.constantFrom('vera', 'vera', 'victor', 'vanished'), { minLength: 3, maxLength: 3 })
  .map((owners) => new Map(owners.map((owner, i) => [gatewayNames[i], owner])));

export const settingArbitrary: fc.Arbitrary<OracleSetting> = fc.record({
  parameters: parametersArbitrary,
  quantiseRates: fc.boolean(),
  rates: deckArbitrary,
  accounts: accountsArbitrary,
  gatewayAccounts: gatewaysArbitrary,
});
