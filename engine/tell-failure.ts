import { exitStatus } from './errors.ts';
import { Log, type LogFormat, logFormats } from './log.ts';
import { printable } from './render/text-table.ts';

/** A failure as the operator is told of it. */
export interface Failure {
  readonly exitStatus: number;
  readonly message: string;
  /** Further lines: one for each mistake found. */
  readonly details?: readonly string[];
  /** Of a mistake of the program: what its makers ask for. */
  readonly stack?: string;
}

/** How the command line wants failures to be told, also one that cannot be read: so they are looked for in its words. */
export interface Telling {
  readonly log: LogFormat | undefined;
  /** --summary: all on one line. */
  readonly oneLine: boolean;
  readonly command: string | undefined;
}

/** @param words the command line, without the program */
export function tellingOf(words: readonly string[]): Telling {
  const options = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  const log = logFormats.find(
    (format) => options.includes(`--log=${format}`) || options[options.indexOf('--log') + 1] === format,
  );
  return {
    log: options.some((word) => /^--log(=|$)/.test(word)) ? log : undefined,
    oneLine: options.includes('--summary'),
    command: options.find((word) => /^[a-z]+$/.test(word)),
  };
}

/** Says a failure on standard error: as text, as one line with --summary, or as a line of the log. */
export function tellFailure(failure: Failure, { log, oneLine, command }: Telling): number {
  const { message, details = [], stack } = failure;
  if (log !== undefined) {
    new Log(log, command).error('error', { message, details, exitStatus: failure.exitStatus, stack });
  } else if (oneLine) {
    process.stderr.write(`${printable(`ratemill: failed: ${[message, ...details].join('; ')}`)}\n`);
  } else {
    process.stderr.write(`ratemill: ${message}\n${details.map((line) => `  ${line}\n`).join('')}`);
    if (stack !== undefined) process.stderr.write(`${stack}\n`);
  }
  return failure.exitStatus;
}

/** @param message what commander says of a command line that it cannot read */
export function usageFailure(message: string): Failure {
  return {
    exitStatus: exitStatus.usage,
    message: `${message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}; see --help`,
  };
}
