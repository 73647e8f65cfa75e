import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import { OperatorError, usageError } from '../errors.ts';
import { parseOverrides } from './overrides.ts';
import { JsonError, type Place, readJson } from './read-json.ts';
import { type ParameterScope, scopesOf } from './scopes.ts';
import type { SignallingSection } from './signalling-rules.ts';
import { type ConfigurationValues, validateConfiguration } from './validate.ts';
import { configurationWarnings } from './warnings.ts';

/**
 * The parameters a command works with: those of the system, and what scopes set in their place (`parametersFor`).
 * `sources` says of each name and of quantiseRates where the value of the system is from.
 */
export interface ResolvedConfiguration {
  readonly parameters: BillingParameters;
  /** Narrowest kind first; empty when nothing is scoped. */
  readonly scopes: readonly ParameterScope[];
  readonly quantiseRates: boolean;
  /** `default`, the file, or `--set`. */
  readonly sources: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** The configuration file, whether it is there or not. */
  readonly file: string;
  /** Its section of the SIP companion, with what --set puts in its place. */
  readonly signalling: SignallingSection;
}

/**
 * Reads the configuration: the defaults, then `ratemill.json` beside the database or the file of --config, then --set.
 * --set changes values of the system: what a scope sets stays. (interfaces.md, "Configuration")
 *
 * @throws OperatorError, exit status 2, with a line for every mistake of the file and of --set
 */
export function resolveConfiguration(options: {
  readonly db: string;
  readonly config?: string;
  readonly set: readonly string[];
}): ResolvedConfiguration {
  const file = options.config ?? join(dirname(options.db), 'ratemill.json');
  const fromFile = options.config === undefined && !existsSync(file) ? nothing : readConfiguration(file);
  const fromSet = parseOverrides(options.set);
  const mistakes = [...fromFile.mistakes, ...fromSet.mistakes];
  if (mistakes.length > 0) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    throw usageError(`the configuration has ${count}; "ratemill parameters --help" says what may be set`, mistakes);
  }
  const parameters = { ...defaultParameters, ...fromFile.values.parameters, ...fromSet.values.parameters };
  const scopes = scopesOf(fromFile.values.scopes ?? {}, file);
  return {
    parameters,
    scopes,
    quantiseRates: fromSet.values.quantiseRates ?? fromFile.values.quantiseRates ?? true,
    sources: Object.fromEntries(
      [...Object.keys(defaultParameters), 'quantiseRates'].map((name) => [
        name,
        says(fromSet.values, name) ? '--set' : says(fromFile.values, name) ? file : 'default',
      ]),
    ),
    warnings: configurationWarnings(parameters, scopes, fromSet.values.parameters ?? {}),
    file,
    signalling: {
      ...fromFile.values.signalling,
      parameters: { ...fromFile.values.signalling?.parameters, ...fromSet.values.signalling?.parameters },
    },
  };
}

/** What one source says, or the lines that tell its mistakes. */
export interface ConfigurationSource {
  readonly values: ConfigurationValues;
  readonly mistakes: readonly string[];
}

const nothing: ConfigurationSource = { values: {}, mistakes: [] };

/** Reads and checks a configuration file. A mistake is `file:line:column: path: what is wrong`. */
export function readConfiguration(file: string): ConfigurationSource {
  try {
    const { value, places } = readJson(readText(file));
    const checked = validateConfiguration(value);
    if ('values' in checked) return { values: checked.values, mistakes: [] };
    const mistakes = checked.mistakes.map(({ path, problem }) => ({ path, problem, place: places.get(path) }));
    mistakes.sort((a, b) => ordinal(a.place) - ordinal(b.place));
    return { values: {}, mistakes: mistakes.map((one) => inFile(file, one.place, `${one.path}: ${one.problem}`)) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { values: {}, mistakes: [inFile(file, error.place, error.message)] };
  }
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (cause as Error).message;
    throw new OperatorError(`the configuration ${file} cannot be read: ${problem}. Name another with --config`, {
      exitStatus: 2,
      cause,
    });
  }
  if (!isUtf8(bytes)) throw usageError(`the configuration ${file} is not UTF-8 text: save it as UTF-8`);
  return bytes.toString('utf8').replace(/^\u{feff}/u, '');
}

function inFile(file: string, place: Place | undefined, problem: string): string {
  return `${file}${place ? `:${place.line}:${place.column}` : ''}: ${problem.replace(/^: /, '')}`;
}

/** Orders places of one file; a line is never this long. */
function ordinal(place: Place | undefined): number {
  return place ? place.line * 2 ** 32 + place.column : 0;
}

function says(values: ConfigurationValues, name: string): boolean {
  return name === 'quantiseRates' ? values.quantiseRates !== undefined : name in (values.parameters ?? {});
}
