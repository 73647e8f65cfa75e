/** Exit statuses of the command line (interfaces.md, "Commands"). */
export const exitStatus = { done: 0, failed: 1, usage: 2, incomplete: 3, unrated: 4 } as const;

/**
 * A mistake of the operator or of the input, as opposed to one of ours: its message says what, where and what to do,
 * and is printed without a stack.
 */
export class OperatorError extends Error {
  readonly exitStatus: number;
  /** Further lines: one for each mistake found. */
  readonly details: readonly string[];

  constructor(message: string, options: { exitStatus?: number; details?: readonly string[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'OperatorError';
    this.exitStatus = options.exitStatus ?? exitStatus.failed;
    this.details = options.details ?? [];
  }
}

/** Wrong words on the command line or in the configuration: exit status 2. */
export function usageError(message: string, details: readonly string[] = []): OperatorError {
  return new OperatorError(message, { exitStatus: exitStatus.usage, details });
}

/** A failure after part of the work was stored for good, which must be told with it. */
export class FailedLater extends Error {
  /** What has become of the database. */
  readonly kept: string;

  /** @param stored what is stored, such as `run 2` */
  constructor(stored: string, cause: unknown) {
    const kept = `${stored} is stored, nothing else was changed`;
    super(`${cause instanceof Error ? cause.message : cause} (${kept})`, { cause });
    this.name = 'FailedLater';
    this.kept = kept;
  }
}
