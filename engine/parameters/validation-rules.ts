import FastestValidator, {
  type CheckerFunctionError,
  type SyncCheckFunction,
  type ValidationError,
  type ValidationRuleObject,
  type ValidationSchema,
} from 'fastest-validator';
import { name as readName } from '../reference/field-readers.ts';
import { didYouMean } from './nearest-name.ts';
import { quoted } from './parameter-value.ts';

/** The kind of our own errors; `expected` of such a one is the whole sentence. */
export const REFUSED = 'refused';

/** An object of known keys; every other one is refused with the known name that is nearest. */
export function object(what: string, properties: Record<string, ValidationRuleObject>): ValidationRuleObject {
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

/**
 * An object whose keys are names the operator gave, each with a value of one shape. The record of the checker does not
 * serve: it tells null by the path of the whole, and loses the name `__proto__`.
 *
 * @param named what is named, such as `an account`
 * @param allowed what the whole may be
 * @param mistakes what is wrong with a value; paths begin at the value
 */
export function objectByName(
  named: string,
  allowed: string,
  mistakes: (value: unknown) => readonly { readonly path: string; readonly problem: string }[],
): ValidationRuleObject {
  return {
    type: 'custom',
    optional: true,
    nullable: false,
    check: (written: unknown, errors: CheckerFunctionError[], _rule: unknown, path: string) => {
      const refuse = (field: string, problem: string) => errors.push({ type: REFUSED, field, expected: problem });
      if (!isObject(written)) {
        refuse(path, `${shown(written)} is not allowed; allowed: ${allowed}`);
        return written;
      }
      for (const [name, value] of Object.entries(written)) {
        const field = `${path}.${name}`;
        if (readName(name) !== name) {
          refuse(field, `${quoted(name)} is not allowed; allowed: the name of ${named}, without spaces around it`);
        }
        for (const inner of mistakes(value)) {
          refuse(inner.path === '' ? field : `${field}.${inner.path}`, inner.problem);
        }
      }
      return written;
    },
  };
}

/**
 * A list whose elements are objects of one shape.
 *
 * @param allowed what the whole may be
 * @param element what one of it may be
 */
export function listOf(
  allowed: string,
  element: string,
  what: string,
  properties: Record<string, ValidationRuleObject>,
): ValidationRuleObject {
  const check = compiled(object(what, properties));
  return {
    type: 'custom',
    optional: true,
    nullable: false,
    check: (written: unknown, errors: CheckerFunctionError[], _rule: unknown, path: string) => {
      const refuse = (field: string, problem: string) => errors.push({ type: REFUSED, field, expected: problem });
      if (!Array.isArray(written)) {
        refuse(path, `${shown(written)} is not allowed; allowed: ${allowed}`);
        return written;
      }
      for (const [place, value] of written.entries()) {
        const field = `${path}[${place}]`;
        const found = isObject(value) ? check(value) : true;
        if (!isObject(value)) refuse(field, `${shown(value)} is not allowed; allowed: ${element}`);
        else if (found !== true) {
          for (const error of found as ValidationError[])
            refuse(`${field}.${dotted(error.field)}`, String(error.expected));
        }
      }
      return written;
    },
  };
}

/** The checker writes `digests['SHA-256']` where places of a file are told by `digests.SHA-256`. */
function dotted(path: string): string {
  return path.replace(/\['([^']*)'\]/g, '.$1');
}

/** The check of a whole. */
export function compiled(root: ValidationRuleObject): SyncCheckFunction {
  // Its declarations promise a `default` on what it exports, which is not there.
  const Validator = FastestValidator as unknown as typeof FastestValidator.default;
  const validator = new Validator({ useNewCustomCheckerFunction: true, considerNullAsAValue: true });
  const schema: ValidationSchema = { $$root: true, ...root };
  return validator.compile(schema) as SyncCheckFunction;
}

/** A value that is read from what was written, or refused by a sentence for each mistake. */
export function checked(
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

/** A value as a sentence names it. */
export function shown(value: unknown): string {
  return typeof value === 'string'
    ? quoted(value)
    : Array.isArray(value)
      ? 'a list'
      : isObject(value)
        ? 'an object'
        : String(value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a name is refused, and what was probably meant. */
function unknownName(what: string, name: string, known: readonly string[]): string {
  if (name === 'SERVER_BILLING_FEE_PRECISION') {
    return 'is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION';
  }
  return `is not ${what}${didYouMean(name, known)}`;
}
