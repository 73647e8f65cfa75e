import type { Command } from 'commander';
import { billingParameters } from '../../rating/parameters.ts';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { resolveConfiguration } from '../parameters/configuration.ts';
import { allowedRange } from '../parameters/parameter-value.ts';
import { textTable } from '../render/text-table.ts';

/** `ratemill parameters`: every parameter with its value, default, range, unit, meaning and the source of its value. */
export function parametersCommand(): Command {
  return ratemillCommand('parameters')
    .summary('list all parameters, their values and where these come from')
    .description(
      'Lists all parameters: value, default, range, unit, meaning, and where the value comes from: the default, the\n' +
        'configuration file, or --set.',
    )
    .addHelpText(
      'after',
      `
Set a parameter in ratemill.json beside the database:
  { "parameters": { "SERVER_BILLING_FEE_PRECISTION": 4, "SERVER_BILLING_FEE_UNIT": "0.0001" }, "quantiseRates": true }
or for one command:
  ratemill parameters --set SERVER_BILLING_FEE_PRECISTION=4 --set 'SERVER_BILLING_FREE_E164S=911, 112, 0800*'

quantiseRates (true or false) says whether rates are rounded to the precision before fees are computed.`,
    )
    .action(perform(async (options: CommonOptions) => listParameters(options)));
}

/** A parameter as `--json` gives it. */
export interface ListedParameter {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly default: string | number | boolean;
  readonly range: string;
  readonly unit: string;
  readonly meaning: string;
  readonly reading: string;
  /** `default`, the configuration file, or `--set`. */
  readonly source: string;
}

/** All parameters under the given options, and the warnings they raise. */
export function listParameters(options: CommonOptions): Outcome {
  const { parameters, quantiseRates, sources, warnings } = resolveConfiguration(options);
  const listed: ListedParameter[] = billingParameters.map((parameter) => ({
    name: parameter.name,
    value: parameters[parameter.name],
    default: parameter.default,
    range: allowedRange(parameter),
    unit: parameter.unit,
    meaning: parameter.meaning,
    reading: parameter.reading,
    source: sources[parameter.name],
  }));
  listed.push({
    name: 'quantiseRates',
    value: quantiseRates,
    default: true,
    range: 'true, false',
    unit: '',
    meaning: 'Whether rates are rounded to SERVER_BILLING_FEE_PRECISTION decimals before fees are computed.',
    reading: 'A key of the configuration itself. false keeps rates as they stand in the deck.',
    source: sources.quantiseRates,
  });
  return { result: { parameters: listed, warnings }, text: () => parametersText(listed, warnings) };
}

const WIDEST_VALUE = 12;

/** A line of the table a parameter, its meaning below; a list too long for the table follows in full. */
function parametersText(listed: readonly ListedParameter[], warnings: readonly string[]): string {
  const [titles, ...lines] = textTable(
    [
      { title: 'name' },
      { title: 'value', align: 'right' },
      { title: 'default', align: 'right' },
      { title: 'range', align: 'right' },
      { title: 'unit' },
      { title: 'source' },
    ],
    listed.map((one) => [one.name, inTable(one.value), inTable(one.default), one.range, one.unit, one.source]),
  ).split('\n');
  const blocks = listed.map(({ meaning, value }, i) => {
    const full = String(value).length > WIDEST_VALUE ? `    value: ${value}\n` : '';
    return `${lines[i]}\n    ${meaning}\n${full}`;
  });
  return [`${titles}\n`, ...blocks, ...warnings.map((warning) => `warning: ${warning}\n`)].join('');
}

function inTable(value: string | number | boolean): string {
  const text = String(value);
  return text === '' ? '(none)' : text.length > WIDEST_VALUE ? `${text.slice(0, WIDEST_VALUE - 1)}…` : text;
}
