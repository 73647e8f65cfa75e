import { column, type RunSection, summed } from './section.ts';

/** What the run counted that kept no call from being rated. */
export const warnings: RunSection = {
  name: 'warnings',
  title: 'Warnings',
  empty: 'There was none.',
  sql: new URL('./warnings.sql', import.meta.url),
  columns: [column('warning', 'text'), summed('calls', 'integer')],
};
