/**
 * The billing parameters, each declared once. Types, validation, `ratemill parameters`, the tables of the READMEs and
 * the generators of the property tests are walks over this list.
 *
 * `step` names the step of the path that reads it; `reading` says what was chosen where the product's documents are
 * silent. Source: vectors/parameters.json (VOS3000 2.1.9), whose spelling is kept.
 */
export const billingParameters = [
  {
    name: 'SERVER_BILLING_GATEWAY_ROUTE_PREFIX',
    type: 'int',
    default: 0,
    min: 0,
    max: 32,
    unit: 'digits',
    step: 'strip-prefix',
    meaning:
      'Leading characters dropped from the called number, after a plus sign, before any list or rate is looked up.',
    reading: 'The upper limit is ours: no gateway prefix is that long.',
  },
  {
    name: 'SERVER_BILLING_NO_CDR_E164S',
    type: 'patterns',
    default: '',
    unit: 'numbers',
    step: 'number-pattern',
    meaning: 'Called numbers whose calls leave no record and no charge; wins over the toll-free list.',
    reading: 'Tested on the billing number. An entry is a number, or a prefix with one trailing *.',
  },
  {
    name: 'SERVER_BILLING_FREE_E164S',
    type: 'patterns',
    default: '',
    unit: 'numbers',
    step: 'number-pattern',
    meaning: 'Called numbers whose calls are recorded with fee 0 and never looked up in a deck.',
    reading: 'Tested on the billing number. An entry is a number, or a prefix with one trailing *.',
  },
  {
    name: 'SERVER_BILLING_HOLD_TIME_PRECISION',
    type: 'int',
    default: 50,
    min: 1,
    max: 1000,
    unit: 'ms',
    step: 'hold-time',
    meaning: 'Milliseconds beyond a full second from which a call counts one second more.',
    reading: 'Equality counts. 1 rounds every begun second up, 1000 cuts off.',
  },
  {
    name: 'SERVER_BILLING_RECORD_ILLEGAL_CALL',
    type: 'switch',
    default: 1,
    min: 0,
    max: 1,
    unit: '0 or 1',
    step: 'keep-record',
    meaning: 'Whether calls from unauthorised sources are recorded; they are never charged.',
    reading: 'Such a call has no hold time, so the switch for zero hold time must be on as well.',
  },
  {
    name: 'SERVER_BILLING_RECORD_ZERO_HOLD_TIME',
    type: 'switch',
    default: 1,
    min: 0,
    max: 1,
    unit: '0 or 1',
    step: 'keep-record',
    meaning: 'Whether calls without hold time are recorded.',
    reading: 'Tested on the rounded hold time.',
  },
  {
    name: 'SERVER_BILLING_RECORD_SERVER_HANG_UP',
    type: 'switch',
    default: 1,
    min: 0,
    max: 1,
    unit: '0 or 1',
    step: 'keep-record',
    meaning: 'Whether calls ended by the server are recorded, and so charged.',
    reading: 'Concerns authorised calls, whatever the reason of the hang-up. The fee not billed is counted.',
  },
  {
    name: 'SERVER_BILLING_FREE_TIME',
    type: 'int',
    default: 0,
    min: 0,
    max: 86_400,
    unit: 's',
    step: 'free-time',
    meaning: 'Seconds taken off every call of the paying account before increments; the record keeps the hold time.',
    reading: 'Not taken off the vendor leg. The upper limit, a day, is ours.',
  },
  {
    name: 'SERVER_BILLING_FEE_PRECISTION',
    type: 'int',
    default: 2,
    min: 0,
    max: 4,
    unit: 'decimals',
    step: 'fee',
    meaning: 'Decimals kept of a rate per minute, and of a fee before it is rounded to the fee unit.',
    reading: 'Half up; an amount above 0 becomes at least one unit of the last place. Only this spelling is known.',
  },
  {
    name: 'SERVER_BILLING_FEE_UNIT',
    type: 'decimal',
    default: '0.01',
    min: '0.000001',
    max: '1000000',
    unit: 'money',
    step: 'fee',
    meaning: 'The fee is the nearest multiple of this amount, after it was rounded to the precision.',
    reading: 'Half up; a fee above 0 is at least one unit. Six decimals at most: the scale of the database.',
  },
  {
    name: 'SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME',
    type: 'int',
    default: 1,
    min: 1,
    max: 15,
    unit: 'min',
    step: 'pricing',
    meaning: 'Minutes of fee reserved for each call at its answer, so that parallel calls cannot overdraw an account.',
    reading: 'What is reserved is the fee of a call of so many minutes: less free time, in increments, rounded.',
  },
] as const satisfies readonly Parameter[];

/** A parameter as data; limits are inclusive, `switch` is an integer 0 or 1. */
export interface Parameter {
  readonly name: string;
  readonly type: 'int' | 'switch' | 'decimal' | 'patterns';
  readonly default: number | string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly unit: string;
  readonly step: string;
  readonly meaning: string;
  readonly reading: string;
}

type Declared = (typeof billingParameters)[number];

/** Values by name: integers and switches are numbers, decimals and lists the text they were written as. */
export type BillingParameters = {
  [P in Declared as P['name']]: P['type'] extends 'int' | 'switch' ? number : string;
};

/** The parameters that decide the vendor fee as well, each leg for itself. */
export const vendorParameters = ['SERVER_BILLING_FEE_PRECISTION', 'SERVER_BILLING_FEE_UNIT'] as const;

export type VendorParameters = Pick<BillingParameters, (typeof vendorParameters)[number]>;

export const defaultParameters = Object.fromEntries(
  billingParameters.map(({ name, default: value }) => [name, value]),
) as BillingParameters;
