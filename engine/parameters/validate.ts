import type { ValidationError, ValidationRuleObject } from 'fastest-validator';
import { type BillingParameters, billingParameters, type Parameter } from '../../rating/parameters.ts';
import { allowedValues, parseParameter } from './parameter-value.ts';
import type { JsonValue } from './read-json.ts';
import { type ScopeKind, scopeKinds } from './scopes.ts';
import { type SignallingSection, sectionMistakes, signallingRule } from './signalling-rules.ts';
import { checked, compiled, isObject, object, objectByName, REFUSED, shown } from './validation-rules.ts';

/** What a configuration says, each value read; what it does not say is missing. */
export interface ConfigurationValues {
  readonly parameters?: Partial<BillingParameters>;
  /** Parameters by the name of the gateway, account or rate group they are set for. */
  readonly scopes?: { readonly [K in `${ScopeKind}s`]?: Readonly<Record<string, Partial<BillingParameters>>> };
  readonly quantiseRates?: boolean;
  /** The section of the SIP companion, as far as it is set. */
  readonly signalling?: SignallingSection;
  /** Remarks of the people who keep the file, since JSON has no comments; they change nothing. */
  readonly notes?: string | readonly string[];
}

/** A mistake by its path, such as `parameters.SERVER_BILLING_FEE_TIME`; the path of the whole is empty. */
export interface ConfigurationMistake {
  readonly path: string;
  readonly problem: string;
}

export const parameterNames: readonly string[] = billingParameters.map(({ name }) => name);

/** Checks a configuration as a whole against a schema walked from the parameters: all its mistakes, or its values. */
export function validateConfiguration(
  value: JsonValue,
): { values: ConfigurationValues } | { mistakes: ConfigurationMistake[] } {
  // The checker writes what it read in place of what was written.
  const copy = structuredClone(value);
  const mistakes = mistakesOf(checkConfiguration(copy));
  if (mistakes.length > 0) return { mistakes };
  const values = withoutUndefined(copy) as ConfigurationValues;
  const between = sectionMistakes(values.signalling ?? {});
  return between.length > 0 ? { mistakes: between } : { values };
}

const parametersAllowed = 'an object of names and values, such as {"SERVER_BILLING_FEE_PRECISTION": 4}';
const scopesByNameAllowed =
  'an object of names and their parameters, such as {"cedar": {"SERVER_BILLING_FREE_TIME": 3}}';
const allowedAt: Readonly<Record<string, string>> = {
  '': 'an object with the keys parameters, scopes, quantiseRates and signalling',
  parameters: parametersAllowed,
  scopes: 'an object with the keys gateways, accounts and rateGroups',
  quantiseRates: 'true or false',
  signalling:
    'an object with the keys softswitch, realm, digestAlgorithms, listen, events, mappingGateways, routingGateways, terminals, maxCalls and parameters',
  notes: 'a text or a list of texts',
};

const parameterSet = object(
  'a parameter',
  Object.fromEntries(billingParameters.map((parameter) => [parameter.name, rule(parameter)])),
);
const checkParameters = compiled(parameterSet);

const checkConfiguration = compiled(
  object('a key', {
    parameters: parameterSet,
    scopes: object(`a kind of scope (${scopeKinds.map((kind) => `${kind}s`).join(', ')})`, {
      gateways: scopesByName('a gateway'),
      accounts: scopesByName('an account'),
      rateGroups: scopesByName('a rate group'),
    } satisfies Record<`${ScopeKind}s`, ValidationRuleObject>),
    quantiseRates: checked((written, refuse) => {
      if (written === true || written === 'true') return true;
      if (written === false || written === 'false') return false;
      return refuse(`${shown(written)} is not allowed; allowed: ${allowedAt.quantiseRates}`);
    }),
    signalling: signallingRule,
    notes: checked((written, refuse) => {
      const lines = Array.isArray(written) ? written : [written];
      if (lines.every((line) => typeof line === 'string')) return written;
      return refuse(`${shown(written)} is not allowed; allowed: ${allowedAt.notes}`);
    }),
  }),
);

function rule(parameter: Parameter): ValidationRuleObject {
  return checked((written, refuse) => {
    if (typeof written !== 'string')
      return refuse(`${shown(written)} is not allowed; allowed: ${allowedValues(parameter)}`);
    const read = parseParameter(parameter, written);
    return typeof read === 'object' ? refuse(...read.mistakes) : read;
  });
}

function scopesByName(named: string): ValidationRuleObject {
  return objectByName(named, scopesByNameAllowed, (value) =>
    isObject(value)
      ? mistakesOf(checkParameters(value))
      : [{ path: '', problem: `${shown(value)} is not allowed; allowed: ${parametersAllowed}` }],
  );
}

function mistakesOf(errors: true | ValidationError[]): ConfigurationMistake[] {
  if (errors === true) return [];
  return errors.map(({ type, field = '', expected, actual }) => ({
    path: field,
    problem: type === REFUSED ? String(expected) : `${shown(actual)} is not allowed; allowed: ${allowed(field)}`,
  }));
}

/** What may be at a path of the configuration, or of the parameters of a scope. */
function allowed(path: string): string {
  const parameter = billingParameters.find(({ name }) => path === name || path === `parameters.${name}`);
  return parameter ? allowedValues(parameter) : (allowedAt[path] ?? scopesByNameAllowed);
}

/** The checker leaves a key with undefined for each that was not written. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isObject(value)) return value;
  const written = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(written.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
