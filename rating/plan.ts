import type { RecordSwitches } from './keep-record.ts';
import { parseMoney } from './money.ts';
import { compilePatterns, type NumberPatterns, parsePatterns } from './number-pattern.ts';
import type { BillingParameters, VendorParameters } from './parameters.ts';
import type { Rounding } from './rounding.ts';

/** What the parameters of a run mean: lists compiled, amounts read. */
export interface Plan {
  readonly routePrefixDigits: number;
  readonly noCdr: NumberPatterns;
  readonly free: NumberPatterns;
  readonly holdTimePrecisionMs: number;
  readonly freeSeconds: number;
  readonly record: RecordSwitches;
  readonly rounding: Rounding;
  /** How fees of the vendor leg are rounded: its gateway and account may have parameters of their own. */
  readonly vendorRounding: Rounding;
  /** What overdraft prevention looks ahead, in seconds. */
  readonly advanceSeconds: number;
}

/**
 * Compiles validated parameters. Values that validation would refuse are our own mistake and throw.
 *
 * @param vendor the parameters that apply to the vendor leg, where they are others
 */
export function compilePlan(
  parameters: BillingParameters,
  quantiseRates: boolean,
  vendor: VendorParameters = parameters,
): Plan {
  return {
    routePrefixDigits: parameters.SERVER_BILLING_GATEWAY_ROUTE_PREFIX,
    noCdr: patterns(parameters.SERVER_BILLING_NO_CDR_E164S),
    free: patterns(parameters.SERVER_BILLING_FREE_E164S),
    holdTimePrecisionMs: parameters.SERVER_BILLING_HOLD_TIME_PRECISION,
    freeSeconds: parameters.SERVER_BILLING_FREE_TIME,
    record: {
      illegalCall: parameters.SERVER_BILLING_RECORD_ILLEGAL_CALL,
      zeroHoldTime: parameters.SERVER_BILLING_RECORD_ZERO_HOLD_TIME,
      serverHangUp: parameters.SERVER_BILLING_RECORD_SERVER_HANG_UP,
    },
    rounding: roundingOf(parameters, quantiseRates),
    vendorRounding: roundingOf(vendor, quantiseRates),
    advanceSeconds: 60 * parameters.SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME,
  };
}

function roundingOf(parameters: VendorParameters, quantiseRates: boolean): Rounding {
  const unit = parseMoney(parameters.SERVER_BILLING_FEE_UNIT);
  if (typeof unit !== 'bigint') throw new TypeError(`SERVER_BILLING_FEE_UNIT: expected ${unit.expected}`);
  return { precision: parameters.SERVER_BILLING_FEE_PRECISTION, unit: Number(unit), quantiseRates };
}

function patterns(text: string): NumberPatterns {
  const parsed = parsePatterns(text);
  if ('errors' in parsed) throw new TypeError(`${text} is not a list of numbers`);
  return compilePatterns(parsed.patterns);
}
