import type { Command } from 'commander';
import { type CommonOptions, type Outcome, perform, ratemillCommand } from '../command.ts';
import { openDatabase } from '../database.ts';
import { exitStatus, OperatorError, usageError } from '../errors.ts';
import { type ExplainedCall, explainStored, softswitchesWith } from '../explain.ts';
import { sightingsOf } from '../not-stored.ts';
import { explanationText, sightingsText } from '../render/explain-text.ts';

interface ExplainOptions extends CommonOptions {
  readonly softswitch?: string;
}

/** Calls of one number explained at once; of more the operator picks one. */
const MOST_CALLS = 3;

/** `ratemill explain FLOW_NO` */
export function explainCommand(): Command {
  return ratemillCommand('explain')
    .summary('explain how a call was rated, step by step')
    .description(
      'Shows the path of one stored call: each rule with its parameter, what went in and what came out, and the row of\n' +
        'the deck that was used. The call is rated again, under the parameters and the deck of its run, and compared\n' +
        'with what is stored.',
    )
    .argument('<flow_no>', 'number of the call')
    .option('--softswitch <name>', 'the switch it belongs to, where several have a call of that number')
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 the call is unknown, or its figures differ from what is stored; 2 wrong usage.

Examples:
  ratemill explain 1000042
  ratemill explain 1000042 --softswitch ss1 --json`,
    )
    .action(perform(async (flowNo: string, options: ExplainOptions) => explainFlowNumber(flowNo, options)));
}

/** Explains the calls of a number; one that is not stored is looked for among counted calls and rejected rows. */
export async function explainFlowNumber(text: string, options: ExplainOptions): Promise<Outcome> {
  const flowNo = readFlowNumber(text);
  if (options.set.length > 0) {
    throw usageError('explain takes the parameters of the run that rated the call: leave out --set');
  }
  const { connection, close } = await openDatabase(options.db, { readOnly: true });
  try {
    const all = await softswitchesWith(connection, flowNo);
    const some = all.filter((name) => options.softswitch === undefined || name === options.softswitch);
    if (some.length > MOST_CALLS) {
      throw usageError(`${some.length} softswitches have a call ${flowNo}: name one with --softswitch`, some);
    }
    const sightings = await sightingsOf(connection, flowNo, options.softswitch);
    if (some.length + sightings.counted.length + sightings.rejected.length === 0) {
      throw notFound(flowNo, all, options);
    }
    const calls: ExplainedCall[] = [];
    for (const softswitch of some) calls.push(await explainStored(connection, flowNo, softswitch));
    return {
      result: { calls, ...sightings },
      text: () => [...calls.map(explanationText), sightingsText(sightings)].filter((part) => part !== '').join('\n'),
      exitStatus: calls.some(({ differences }) => differences.length > 0) ? exitStatus.failed : exitStatus.done,
    };
  } finally {
    close();
  }
}

function readFlowNumber(text: string): bigint {
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value < 2n ** 64n) return value;
  throw usageError(`${text} is not a flow number: expected a whole number from 0 to ${2n ** 64n - 1n}`);
}

function notFound(flowNo: bigint, softswitches: readonly string[], { db, softswitch }: ExplainOptions): OperatorError {
  if (softswitch !== undefined && softswitches.length > 0) {
    return new OperatorError(`softswitch ${softswitch} has no call ${flowNo}; these have: ${softswitches.join(', ')}`);
  }
  const of = softswitch === undefined ? '' : ` of softswitch ${softswitch}`;
  return new OperatorError(
    `${db} knows no call ${flowNo}${of}: no run has read it. Rate the file it is in (ratemill rate FILE), or name another database with --db`,
  );
}
