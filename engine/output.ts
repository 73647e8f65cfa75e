import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { OperatorError } from './errors.ts';
import { grouped } from './render/amounts.ts';

/** Pieces of text, to be written one after the other; all of them together need not fit into memory. */
export type TextPieces = AsyncIterable<string> | Iterable<string>;

/**
 * Writes a result to a file, or without one to standard output.
 *
 * @throws OperatorError when the file cannot be written; then it is as it was
 */
export async function writeResult(pieces: TextPieces, file: string | undefined): Promise<void> {
  await (file === undefined ? writeToOutput(pieces) : writeToFile(pieces, file));
}

/** Says on standard error that a file is there. */
export function tellWritten(file: string, size: string): void {
  process.stderr.write(`wrote ${file}: ${size}\n`);
}

/** Waits for a slow reader; one that has gone (`… | head`) ends the output and is no failure. */
async function writeToOutput(pieces: TextPieces): Promise<void> {
  let gone = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
  });
  for await (const piece of pieces) {
    await new Promise<void>((resolve) => process.stdout.write(piece, () => resolve()));
    if (gone) break;
  }
}

/** The file appears whole or not at all. */
async function writeToFile(pieces: TextPieces, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    const handle = openSync(part, 'w');
    try {
      for await (const piece of pieces) writeFileSync(handle, piece);
    } finally {
      closeSync(handle);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw new OperatorError(`${file} cannot be written: ${message}. Check the folder and the space on it`, {
      cause: error,
    });
  }
  tellWritten(file, `${grouped(statSync(file).size)} bytes`);
}
