import { column, type RunSection, summed } from './section.ts';

/** The files of the run. */
export const files: RunSection = {
  name: 'files',
  title: 'Files',
  empty: 'The run read no file: it retried calls that waited.',
  sql: new URL('./files.sql', import.meta.url),
  columns: [
    column('path', 'text', 'file'),
    summed('rows', 'integer', 'calls'),
    summed('bytes', 'integer'),
    column('sha256', 'text', 'SHA-256'),
  ],
};
