import type { Command } from 'commander';
import { billingParameters } from '../../rating/parameters.ts';
import { allowedSignallingRange } from '../../signalling/parameter-value.ts';
import { signallingWarnings } from '../../signalling/parameter-warnings.ts';
import { defaultSignallingParameters, signallingParameters } from '../../signalling/parameters.ts';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { type ResolvedConfiguration, resolveConfiguration } from '../parameters/configuration.ts';
import { allowedRange } from '../parameters/parameter-value.ts';
import { type Leg, type ParameterScope, parametersFor, type ScopeKind, scopeKinds } from '../parameters/scopes.ts';
import { parameterWarnings } from '../parameters/warnings.ts';
import { parametersText } from '../render/parameters-text.ts';

/** `ratemill parameters`: every parameter with its value, default, range, unit, meaning and the source of its value. */
export function parametersCommand(): Command {
  return ratemillCommand('parameters')
    .summary('list all parameters, their values and where these come from')
    .description(
      'Lists all parameters: value, default, range, unit, meaning, and where the value comes from: the default, the\n' +
        'configuration file, or --set. Values set for single gateways, accounts or rate groups follow.',
    )
    .option('--gateway <gateway>', 'show the values that apply to calls of this gateway')
    .option('--account <account>', 'show the values that apply to calls of this account')
    .option('--rate-group <group>', 'show the values that apply to calls of this rate group')
    .addHelpText(
      'after',
      `
Set a parameter in ratemill.json beside the database:
  { "parameters": { "SERVER_BILLING_FEE_PRECISTION": 4, "SERVER_BILLING_FEE_UNIT": "0.0001" }, "quantiseRates": true }
or for one command:
  ratemill parameters --set SERVER_BILLING_FEE_PRECISTION=4 --set 'SERVER_BILLING_FREE_E164S=911, 112, 0800*'

quantiseRates (true or false) says whether rates are rounded to the precision before fees are computed.

Set a parameter for one gateway, account or rate group, as "scopes" of the same file:
  { "scopes": {
      "rateGroups": { "retail": { "SERVER_BILLING_FREE_TIME": 3 } },
      "accounts":   { "cedar":  { "SERVER_BILLING_FEE_UNIT": "0.01" } },
      "gateways":   { "in-7":   { "SERVER_BILLING_GATEWAY_ROUTE_PREFIX": 4 } } } }
The narrowest wins: gateway over account over rate group over system; --set changes values of the system. The mapping
gateway, the paying account and its rate group decide every parameter of a call. The routing gateway, its clearing
account and the rate group of that decide SERVER_BILLING_FEE_PRECISTION and SERVER_BILLING_FEE_UNIT of the vendor fee.

Examples:
  ratemill parameters                                       the system, then what is set for whom
  ratemill parameters --account cedar --rate-group retail   what applies to such a call, and from where`,
    )
    .action(perform(async (options: ParametersOptions) => listParameters(options)));
}

export interface ParametersOptions extends CommonOptions {
  readonly gateway?: string;
  readonly account?: string;
  readonly rateGroup?: string;
}

/** What `--json` gives. */
export interface ParameterListing {
  /** Whom the values apply to; null when they are those of the system. */
  readonly leg: Leg | null;
  readonly parameters: readonly ListedParameter[];
  /** Those of the SIP companion; empty when a leg is asked for. */
  readonly signalling: readonly ListedSignallingParameter[];
  /** All values of all scopes, narrowest kind first. */
  readonly scoped: readonly ScopedValue[];
  /** Those of the whole configuration, or of the values of the leg. */
  readonly warnings: readonly string[];
}

export interface ListedParameter {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly default: string | number | boolean;
  readonly range: string;
  readonly unit: string;
  readonly meaning: string;
  readonly reading: string;
  /** `default`, the configuration file, `--set`, or a scope of the file. */
  readonly source: string;
}

export interface ListedSignallingParameter extends Omit<ListedParameter, 'value' | 'default'> {
  readonly value: string | number | null;
  readonly default: string | number | null;
  /** The file of `signalling` that reads it; null for one that does nothing. */
  readonly readBy: string | null;
}

export interface ScopedValue {
  readonly kind: ScopeKind;
  /** Of the gateway, account or rate group. */
  readonly name: string;
  readonly parameter: string;
  readonly value: string | number;
  readonly systemValue: string | number;
  readonly source: string;
}

/** All parameters under the given options, and the warnings they raise. */
export function listParameters(options: ParametersOptions): Outcome {
  const configuration = resolveConfiguration(options);
  const leg = legOf(options);
  const { parameters, sources } = leg === null ? configuration : parametersFor(configuration, leg);
  const listing: ParameterListing = {
    leg,
    parameters: listed({ ...configuration, parameters, sources }),
    signalling: leg === null ? listedSignalling(configuration, options.set) : [],
    scoped: configuration.scopes.flatMap((scope) => scopedValues(configuration, scope)),
    warnings: leg === null ? warningsOf(configuration) : parameterWarnings(parameters),
  };
  return { result: listing, text: () => parametersText(listing) };
}

function warningsOf({ warnings, signalling }: ResolvedConfiguration): string[] {
  return [...warnings, ...signallingWarnings({ ...defaultSignallingParameters, ...signalling.parameters })];
}

function legOf({ gateway, account, rateGroup }: ParametersOptions): Leg | null {
  const leg: Leg = { gateway: gateway ?? null, account: account ?? null, rateGroup: rateGroup ?? null };
  return scopeKinds.some((kind) => leg[kind] !== null) ? leg : null;
}

function listed({ parameters, quantiseRates, sources }: ResolvedConfiguration): ListedParameter[] {
  return [
    ...billingParameters.map((parameter) => ({
      name: parameter.name,
      value: parameters[parameter.name],
      default: parameter.default,
      range: allowedRange(parameter),
      unit: parameter.unit,
      meaning: parameter.meaning,
      reading: parameter.reading,
      source: sources[parameter.name],
    })),
    {
      name: 'quantiseRates',
      value: quantiseRates,
      default: true,
      range: 'true, false',
      unit: '',
      meaning: 'Whether rates are rounded to SERVER_BILLING_FEE_PRECISTION decimals before fees are computed.',
      reading: 'A key of the configuration itself. false keeps rates as they stand in the deck.',
      source: sources.quantiseRates,
    },
  ];
}

function listedSignalling(
  { signalling, file }: ResolvedConfiguration,
  set: readonly string[],
): ListedSignallingParameter[] {
  return signallingParameters.map((parameter) => {
    const { name, default: usual, unit, meaning, reading, readBy } = parameter;
    const written = signalling.parameters?.[name];
    const source = written === undefined ? 'default' : set.some((one) => one.startsWith(`${name}=`)) ? '--set' : file;
    const value = written === undefined ? usual : written;
    const range = allowedSignallingRange(parameter);
    return { name, value, default: usual, range, unit, meaning, reading, readBy, source };
  });
}

function scopedValues({ parameters }: ResolvedConfiguration, scope: ParameterScope): ScopedValue[] {
  const { kind, name, values, source } = scope;
  return billingParameters.flatMap(({ name: parameter }) => {
    const value = values[parameter];
    return value === undefined ? [] : [{ kind, name, parameter, value, systemValue: parameters[parameter], source }];
  });
}
