import { Command, InvalidArgumentError, Option } from 'commander';
import type { OpenOptions } from './database.ts';
import { usageError } from './errors.ts';
import { version } from './finish-run.ts';
import { Log, type LogFields, type LogFormat, logFormats, logHelp } from './log.ts';

/** What a command leaves: a machine-readable result, the same as text, and the exit status of the process. */
export interface Outcome {
  readonly result: unknown;
  readonly text: () => string;
  readonly exitStatus?: number;
  /** The result in a line, for --summary and the log, and its figures. */
  readonly summary?: { readonly line: string; readonly fields: LogFields };
}

/** The options every command takes. */
export interface CommonOptions {
  readonly db: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** The options of commands that write the database, and are run at night. */
export interface WritingOptions extends CommonOptions {
  readonly wait?: number;
  readonly log?: LogFormat;
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

const LONGEST_WAIT_SECONDS = 86_400;

/** `--wait`, in seconds; what it says goes to `openDatabase` by way of `writing`. */
export function waitOption(): Option {
  const meaning = 'how long to try again while another process uses the database (default: 0)';
  return new Option('--wait <seconds>', meaning).argParser(wholeNumber(0, LONGEST_WAIT_SECONDS));
}

/** A command that writes the database: it can wait for it, and log what it does. */
export function writingCommand(name: string): Command {
  return ratemillCommand(name)
    .addOption(waitOption())
    .addOption(new Option('--log <format>', 'log to standard error, a line an event').choices(logFormats))
    .addHelpText('after', logHelp);
}

/**
 * Wraps the action of a command: prints its outcome to standard output, with --log also begin and end of it to standard
 * error, and sets the exit status.
 */
export function perform<A extends unknown[]>(action: (...args: A) => Promise<Outcome>): (...args: A) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const { json, summary, log: format, db } = command.opts();
    const log = new Log(format, firstWord(command));
    const startedMs = performance.now();
    log.info('begin', { version: version(), pid: process.pid, database: db });
    const outcome = await action(...args);
    const status = outcome.exitStatus ?? 0;
    const text = json ? `${JSON.stringify(outcome.result, jsonValue, 2)}\n` : outcome.text();
    process.stdout.write(summary && outcome.summary ? `ratemill: ${outcome.summary.line}\n` : text);
    log.info('summary', {
      message: outcome.summary?.line,
      exitStatus: status,
      seconds: Math.round(performance.now() - startedMs) / 1000,
      ...outcome.summary?.fields,
    });
    process.exitCode = status;
  };
}

/** The log of a command, and how it opens the database. */
export function writing(command: string, { wait, log: format }: WritingOptions): { log: Log; open: OpenOptions } {
  const log = new Log(format, command);
  return { log, open: { waitSeconds: wait ?? 0, onWait: (message) => log.warn('waiting', { message }) } };
}

/** Says warnings of a configuration: in the log, and without one on standard error. */
export function tellWarnings(warnings: readonly string[], log: Log): void {
  for (const message of warnings) {
    if (log.on) log.warn('warning', { message });
    else process.stderr.write(`warning: ${message}\n`);
  }
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

/** Of `ratemill load rates`: load. */
function firstWord(command: Command): string {
  return command.parent?.parent ? firstWord(command.parent) : command.name();
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
