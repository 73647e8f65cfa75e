import FastestValidator, {
  type CheckerFunctionError,
  type SyncCheckFunction,
  type ValidationRuleObject,
  type ValidationSchema,
} from 'fastest-validator';
import { type BillingParameters, billingParameters, type Parameter } from '../../rating/parameters.ts';
import { didYouMean } from './nearest-name.ts';
import { allowedValues, parseParameter, quoted } from './parameter-value.ts';
import type { JsonValue } from './read-json.ts';

/** What a configuration says, each value read; what it does not say is missing. */
export interface ConfigurationValues {
  readonly parameters?: Partial<BillingParameters>;
  readonly quantiseRates?: boolean;
  /** Remarks of the people who keep the file, since JSON has no comments; they change nothing. */
  readonly notes?: string | readonly string[];
}

/** A mistake by its path, such as `parameters.SERVER_BILLING_FEE_TIME`; the path of the whole is empty. */
export interface ConfigurationMistake {
  readonly path: string;
  readonly problem: string;
}

export const parameterNames: readonly string[] = billingParameters.map(({ name }) => name);
export const configurationKeys = ['parameters', 'quantiseRates'] as const;

/** Checks a configuration as a whole against a schema walked from the parameters: all its mistakes, or its values. */
export function validateConfiguration(
  value: JsonValue,
): { values: ConfigurationValues } | { mistakes: ConfigurationMistake[] } {
  // The checker writes what it read in place of what was written.
  const copy = structuredClone(value);
  const errors = check(copy);
  if (errors === true) return { values: withoutUndefined(copy) as ConfigurationValues };
  return {
    mistakes: errors.map(({ type, field = '', expected, actual }) => ({
      path: field,
      problem: type === REFUSED ? String(expected) : `${shown(actual)} is not allowed; allowed: ${allowed(field)}`,
    })),
  };
}

/** The kind of our own errors; `expected` of such a one is the whole sentence. */
const REFUSED = 'refused';

const schema: ValidationSchema = {
  $$root: true,
  ...object('a key', {
    parameters: object(
      'a parameter',
      Object.fromEntries(billingParameters.map((parameter) => [parameter.name, rule(parameter)])),
    ),
    quantiseRates: checked((written, refuse) => {
      if (written === true || written === 'true') return true;
      if (written === false || written === 'false') return false;
      return refuse(`${shown(written)} is not allowed; allowed: true or false`);
    }),
    notes: checked((written, refuse) => {
      const lines = Array.isArray(written) ? written : [written];
      if (lines.every((line) => typeof line === 'string')) return written;
      return refuse(`${shown(written)} is not allowed; allowed: a text or a list of texts`);
    }),
  }),
};

/** Its declarations promise a `default` on what it exports, which is not there. */
const Validator = FastestValidator as unknown as typeof FastestValidator.default;

const check = new Validator({ useNewCustomCheckerFunction: true, considerNullAsAValue: true }).compile(
  schema,
) as SyncCheckFunction;

/** An object of known keys; every other one is refused with the known name that is nearest. */
function object(what: string, properties: Record<string, ValidationRuleObject>): ValidationRuleObject {
  const names = Object.keys(properties);
  return {
    type: 'object',
    optional: true,
    nullable: false,
    properties,
    custom: (value: unknown, errors: CheckerFunctionError[], _rule: unknown, path: string) => {
      if (!isObject(value)) return value;
      for (const name of Object.keys(value).filter((key) => !names.includes(key))) {
        const field = path === '$$root' ? name : `${path}.${name}`;
        errors.push({ type: REFUSED, field, expected: unknownName(what, name, names) });
      }
      return value;
    },
  };
}

function rule(parameter: Parameter): ValidationRuleObject {
  return checked((written, refuse) => {
    if (typeof written !== 'string')
      return refuse(`${shown(written)} is not allowed; allowed: ${allowedValues(parameter)}`);
    const read = parseParameter(parameter, written);
    return typeof read === 'object' ? refuse(...read.mistakes) : read;
  });
}

function checked(
  read: (written: unknown, refuse: (...problems: string[]) => unknown) => unknown,
): ValidationRuleObject {
  return {
    type: 'custom',
    optional: true,
    nullable: false,
    check: (written: unknown, errors: CheckerFunctionError[]) =>
      read(written, (...problems) => {
        for (const expected of problems) errors.push({ type: REFUSED, expected });
        return written;
      }),
  };
}

/** Why a name is refused, and what was probably meant. */
function unknownName(what: string, name: string, known: readonly string[]): string {
  if (name === 'SERVER_BILLING_FEE_PRECISION') {
    return 'is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION';
  }
  return `is not ${what}${didYouMean(name, known)}`;
}

function allowed(path: string): string {
  const parameter = billingParameters.find(({ name }) => path === `parameters.${name}`);
  if (parameter) return allowedValues(parameter);
  if (path === 'quantiseRates') return 'true or false';
  return path === 'parameters'
    ? 'an object of names and values, such as {"SERVER_BILLING_FEE_PRECISTION": 4}'
    : `an object with the keys ${configurationKeys.join(' and ')}`;
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? quoted(value)
    : Array.isArray(value)
      ? 'a list'
      : isObject(value)
        ? 'an object'
        : String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The checker leaves a key with undefined for each that was not written. */
function withoutUndefined(value: unknown): unknown {
  if (!isObject(value)) return value;
  const written = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(written.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
