import type { ConfigurationSource } from './configuration.ts';
import { nearestName } from './nearest-name.ts';
import type { JsonValue } from './read-json.ts';
import { parameterNames, validateConfiguration } from './validate.ts';

/**
 * Reads `--set NAME=VALUE`, as often as given; of one name the last counts.
 * Values and messages are those of the configuration file.
 */
export function parseOverrides(set: readonly string[]): ConfigurationSource {
  const mistakes: string[] = [];
  const parameters: Record<string, JsonValue> = Object.create(null);
  const signalling: Record<string, JsonValue> = Object.create(null);
  const keys: Record<string, JsonValue> = Object.create(null);
  for (const override of set) {
    const equals = override.indexOf('=');
    const name = override.slice(0, equals);
    if (equals < 1) {
      mistakes.push(`--set ${override}: expected NAME=VALUE, such as SERVER_BILLING_FEE_PRECISTION=4`);
    } else if (name.startsWith('SS_')) {
      signalling[name] = override.slice(equals + 1);
    } else if (nearestName(name, [...parameterNames, 'quantiseRates']) === 'quantiseRates') {
      // A slip in the name of a key is told with the nearest key.
      keys[name] = override.slice(equals + 1);
    } else {
      parameters[name] = override.slice(equals + 1);
    }
  }
  const checked = validateConfiguration({ ...keys, parameters, signalling: { parameters: signalling } });
  if ('values' in checked) return { values: checked.values, mistakes };
  for (const { path, problem } of checked.mistakes) {
    const name = path.replace(/^(signalling\.)?parameters\./, '');
    mistakes.push(`--set ${name}: ${problem}`);
  }
  return { values: {}, mistakes };
}
