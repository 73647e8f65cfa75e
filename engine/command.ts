import { Command, InvalidArgumentError } from 'commander';
import { usageError } from './errors.ts';

/** What a command leaves: a machine-readable result, the same as text, and the exit status of the process. */
export interface Outcome {
  readonly result: unknown;
  readonly text: () => string;
  readonly exitStatus?: number;
}

/** The options every command takes. */
export interface CommonOptions {
  readonly db: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}

export const defaultDatabase = 'ratemill.duckdb';

/**
 * A command of ratemill with the options all share. What its action returns is printed by `perform`:
 * the text, or with --json the result.
 */
export function ratemillCommand(name: string): Command {
  return new Command(name)
    .option('--db <file>', 'the database', defaultDatabase)
    .option('--config <file>', 'the configuration (default: ratemill.json beside the database)')
    .option('--set <NAME=VALUE>', 'override a parameter for this command; may be repeated', collect, [])
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for the options and examples)')
    .allowExcessArguments(false);
}

/** Wraps the action of a command: prints its outcome to standard output and sets the exit status. */
export function perform<A extends unknown[]>(action: (...args: A) => Promise<Outcome>): (...args: A) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const outcome = await action(...args);
    const text = command.opts().json ? `${JSON.stringify(outcome.result, jsonValue, 2)}\n` : outcome.text();
    process.stdout.write(text);
    process.exitCode = outcome.exitStatus ?? 0;
  };
}

/**
 * The format of a result, which --format names; --json is --format json.
 *
 * @throws OperatorError, exit status 2, when both are given and differ
 */
export function formatOf<F extends string>(
  { format, json }: { readonly format?: F; readonly json?: boolean },
  otherwise: F,
): F | 'json' {
  if (json && format !== undefined && format !== 'json') {
    throw usageError(`--json and --format ${format} cannot be had together: leave one out`);
  }
  return format ?? (json ? 'json' : otherwise);
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

/** Reads a whole number of an option, refusing anything else by its value. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`${text} is not a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
