import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { OperatorError, usageError } from './errors.ts';
import { writeResult } from './output.ts';
import { type ReportFormat, reportFiles, reportFormats } from './render/report-files.ts';
import type { ReportPage } from './render/report-page.ts';

/** Where a report goes, as the options of a command say it. */
export interface ReportTarget {
  readonly format?: readonly ReportFormat[];
  readonly out?: string;
  readonly json?: boolean;
}

/** Reads `--format html,csv`. */
export function formatList(text: string): ReportFormat[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !reportFormats.some((format) => format === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(
      `${unknown.join(', ') || 'nothing'} is no format: choose of ${reportFormats.join(', ')}.`,
    );
  }
  return names as ReportFormat[];
}

/**
 * Writes a report: HTML and CSV to files of a folder, text and JSON to standard output unless a folder is named or there
 * are files anyway. With --json beside files, standard output says which were written.
 *
 * @param folder where files go unless `--out` names a folder
 * @throws OperatorError, exit status 2, when two formats would have to share standard output
 */
export async function writeReport(
  page: ReportPage,
  { format, out, json }: ReportTarget,
  folder: string,
): Promise<void> {
  const formats = format ?? [json ? 'json' : 'text'];
  const files = reportFiles(page, formats);
  const toFiles = out !== undefined || formats.includes('html') || formats.includes('csv');
  if (!toFiles) {
    if (files.length > 1 || (json && formats[0] !== 'json')) {
      throw usageError('text and JSON cannot share standard output: leave one out, or name a folder with --out');
    }
    await writeResult(files[0].pieces, undefined);
    return;
  }
  const dir = out ?? folder;
  makeFolder(dir);
  for (const { name, pieces } of files) await writeResult(pieces, join(dir, name));
  const written = files.map(({ name }) => join(dir, name));
  if (json) await writeResult([`${JSON.stringify({ dir, files: written }, null, 2)}\n`], undefined);
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new OperatorError(`the folder ${dir} cannot be made: ${message}. Name another with --out`, { cause: error });
  }
}
