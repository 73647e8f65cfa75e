import { formatMoney, parseMoney } from '../../rating/money.ts';
import { billingParameters } from '../../rating/parameters.ts';
import { usageError } from '../errors.ts';
import type { SweepAxis } from '../rerating/sweep.ts';
import { nearestName } from './nearest-name.ts';
import { allowedValues, parseParameter } from './parameter-value.ts';
import { parameterNames } from './validate.ts';

const MOST_VALUES = 500;

/**
 * Reads `--sweep NAME=a..b/step`, the step 1 when left out. Both ends belong to it, the last one where a step ends there.
 *
 * @throws OperatorError, exit status 2
 */
export function parseSweep(text: string): SweepAxis {
  const [, name, from, until, step = '1'] = /^([^=]+)=([^./]+(?:\.\d+)?)\.\.([^/]+?)(?:\/(.+))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw usageError(`--sweep ${text}: expected NAME=a..b/step, such as SERVER_BILLING_FREE_TIME=0..60/5`);
  }
  const parameter = billingParameters.find((one) => one.name === name);
  if (parameter === undefined) {
    const near = nearestName(name, parameterNames);
    throw usageError(`--sweep ${name}: no such parameter${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  if (parameter.type === 'patterns') throw usageError(`--sweep ${name}: a list of numbers has no steps; use --set`);
  const [first, last, by] = [from, until, step].map((one) => {
    const amount = parseMoney(one);
    if (typeof amount === 'bigint') return amount;
    throw usageError(`--sweep ${name}: ${one} is no number: expected ${amount.expected}`);
  });
  if (by <= 0n) throw usageError(`--sweep ${name}: the step ${step} must be above 0`);
  if (last < first) throw usageError(`--sweep ${name}: ${until} is below ${from}: name the lower end first`);
  const count = (last - first) / by + 1n;
  if (count > MOST_VALUES) {
    throw usageError(`--sweep ${name}: ${count} values are more than ${MOST_VALUES}: take a larger step`);
  }
  const values = Array.from({ length: Number(count) }, (_, nth) => {
    const written = formatMoney(first + BigInt(nth) * by, 0);
    const value = parseParameter(parameter, written);
    if (typeof value !== 'object') return value;
    throw usageError(`--sweep ${name}: ${written} is not allowed; allowed: ${allowedValues(parameter)}`);
  });
  return { name: parameter.name, values };
}
