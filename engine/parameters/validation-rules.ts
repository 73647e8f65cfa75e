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

/** A mistake by its path, such as `parameters.SERVER_BILLING_FEE_TIME`; the path of the whole is empty. */
export interface ConfigurationMistake {
  readonly path: string;
  readonly problem: string;
}

/** The kind of our own errors; `expected` of such a one is the whole sentence. */
const REFUSED = 'refused';

/** What may be where a rule holds, for what the checker refuses by itself: null, and what is no object. */
const allowedBy = new WeakMap<ValidationRuleObject, string>();

/**
 * An object of known keys; every other one is refused with the known name that is nearest.
 *
 * @param what what a key is, such as `a key of events`
 * @param allowed what the whole may be
 */
export function object(
  what: string,
  properties: Record<string, ValidationRuleObject>,
  allowed = `an object with the keys ${Object.keys(properties).join(', ')}`,
): ValidationRuleObject {
  const names = Object.keys(properties);
  return allowing(allowed, {
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
  });
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
  mistakes: (value: unknown) => readonly ConfigurationMistake[],
): ValidationRuleObject {
  return allowing(allowed, {
    type: 'custom',
    optional: true,
    nullable: false,
    check: (written: unknown, errors: CheckerFunctionError[], _rule: unknown, path: string) => {
      const refuse = (field: string, problem: string) => errors.push({ type: REFUSED, field, expected: problem });
      if (!isObject(written)) {
        refuse(path, refusal(written, allowed));
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
  });
}

/**
 * A list whose elements are objects of one shape. The checker keeps a rule by its path: each key needs one of its own.
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
  const check = compiled(object(what, properties, element));
  return allowing(allowed, {
    type: 'custom',
    optional: true,
    nullable: false,
    check: (written: unknown, errors: CheckerFunctionError[], _rule: unknown, path: string) => {
      const refuse = (field: string, problem: string) => errors.push({ type: REFUSED, field, expected: problem });
      if (!Array.isArray(written)) {
        refuse(path, refusal(written, allowed));
        return written;
      }
      for (const [place, value] of written.entries()) {
        const field = `${path}[${place}]`;
        for (const inner of check(value)) {
          refuse(inner.path === '' ? field : `${field}.${inner.path}`, inner.problem);
        }
      }
      return written;
    },
  });
}

/** The check of a whole, which puts what it reads in place of what was written. */
export function compiled(root: ValidationRuleObject): (value: unknown) => ConfigurationMistake[] {
  // Its declarations promise a `default` on what it exports, which is not there.
  const Validator = FastestValidator as unknown as typeof FastestValidator.default;
  const validator = new Validator({ useNewCustomCheckerFunction: true, considerNullAsAValue: true });
  const schema: ValidationSchema = { $$root: true, ...root };
  const check = validator.compile(schema) as SyncCheckFunction;
  return (value) => {
    const errors = check(value);
    return errors === true ? [] : errors.map((error) => mistakeOf(root, error));
  };
}

/**
 * A value that is read from what was written, or refused by a sentence for each mistake.
 *
 * @param allowed what it may be
 * @param isNullable whether null, which stays as it is, is one of that
 */
export function checked(
  allowed: string,
  read: (written: unknown, refuse: (...problems: string[]) => unknown) => unknown,
  isNullable = false,
): ValidationRuleObject {
  return allowing(allowed, {
    type: 'custom',
    optional: true,
    nullable: isNullable,
    check: (written: unknown, errors: CheckerFunctionError[]) =>
      read(written, (...problems) => {
        const sentences = problems.length > 0 ? problems : [refusal(written, allowed)];
        for (const expected of sentences) errors.push({ type: REFUSED, expected });
        return written;
      }),
  });
}

/** The sentence that refuses a value. */
export function refusal(value: unknown, allowed: string): string {
  return `${shown(value)} is not allowed; allowed: ${allowed}`;
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

function allowing(allowed: string, rule: ValidationRuleObject): ValidationRuleObject {
  allowedBy.set(rule, allowed);
  return rule;
}

function mistakeOf(root: ValidationRuleObject, { type, field: written = '', expected, actual }: ValidationError) {
  const field = dotted(written);
  if (type === REFUSED) return { path: field, problem: String(expected) };
  // Keys that are not known are refused by us, so each one on the way has its rule.
  let rule = root;
  for (const key of field === '' ? [] : field.split('.')) rule = rule.properties[key];
  return { path: field, problem: refusal(actual, allowedBy.get(rule) ?? '') };
}

/** The checker writes `digests['SHA-256']` where places of a file are told by `digests.SHA-256`. */
function dotted(path: string): string {
  return path.replace(/\['([^']*)'\]/g, '.$1');
}

/** Why a name is refused, and what was probably meant. */
function unknownName(what: string, name: string, known: readonly string[]): string {
  if (name === 'SERVER_BILLING_FEE_PRECISION') {
    return 'is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION';
  }
  return `is not ${what}${didYouMean(name, known)}`;
}
