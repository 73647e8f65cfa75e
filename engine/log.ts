export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What is said of an event besides its name: flat, undefined fields are left out. Times are ISO 8601. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[] | undefined>>;

/** A log on standard error: one line an event, whatever its fields hold. Without a format nothing is written. */
export class Log {
  readonly on: boolean;
  readonly #format: LogFormat | undefined;
  readonly #command: string | undefined;

  /** @param command the word of the command line that names it */
  constructor(format: LogFormat | undefined, command?: string) {
    this.on = format !== undefined;
    this.#format = format;
    this.#command = command;
  }

  info(event: string, fields: LogFields = {}): void {
    this.#write('info', event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#write('warn', event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.#write('error', event, fields);
  }

  #write(level: string, event: string, fields: LogFields): void {
    if (!this.on) return;
    const time = new Date().toISOString();
    const command = this.#command;
    const line =
      this.#format === 'json'
        ? oneLine({ time, level, command, event, ...fields })
        : [time, level.padEnd(5), command, event, ...Object.entries(fields).map(field)].filter(Boolean).join(' ');
    process.stderr.write(`${line}\n`);
  }
}

/** Logs stages when they have ended, with the seconds they took; what took place in between belongs to the one before. */
export class StageLog {
  readonly #log: Log;
  #current: { readonly fields: LogFields; readonly sinceMs: number } | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  next(fields: LogFields): void {
    this.end();
    this.#current = { fields, sinceMs: performance.now() };
  }

  end(): void {
    if (this.#current === undefined) return;
    const { fields, sinceMs } = this.#current;
    this.#log.info('stage', { ...fields, seconds: Math.round(performance.now() - sinceMs) / 1000 });
    this.#current = undefined;
  }
}

/** What the lines of `--log` hold, for the help of the commands that have it. */
export const logHelp = `
--log json writes objects with the keys time (ISO 8601, UTC), level (info, warn, error), command, event, and by event:
  begin     version, pid, database
  waiting   message: who holds the database that --wait waits for
  stage     run (rate or retry), stage, seconds
  skipped   path, sameAs
  older     files, left aside by --since
  leftOut   path, reason
  warning   message, and calls or path
  mistake   path, message
  load      path, kind, outcome, loadId, rows, added, changed, mistakes
  summary   message, exitStatus, seconds, and the figures of the result
  error     message, details, exitStatus, and of a mistake of the program its stack
--log text has the same as key=value, values with spaces or control characters quoted as in JSON.`;

function field([name, value]: readonly [string, LogFields[string]]): string {
  if (value === undefined) return '';
  const plain = typeof value === 'string' && !/^[\w.,:;/+@%~-]+$/.test(value) ? oneLine(value) : value;
  return `${name}=${Array.isArray(plain) ? oneLine(plain) : plain}`;
}

/** JSON leaves characters alone that end a line for some readers, or move the cursor of a terminal. */
function oneLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
