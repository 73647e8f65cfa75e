import { column, type RunSection, summed } from './section.ts';

/** Calls of unauthorised sources. */
export const illegalBySource: RunSection = {
  name: 'illegal_by_source',
  title: 'Illegal calls by source',
  note: 'Calls of unauthorised sources by address. Numbers tried are distinct called numbers.',
  empty: 'No illegal call was recorded.',
  sql: new URL('./illegal-by-source.sql', import.meta.url),
  columns: [
    column('caller_ip', 'text', 'source'),
    summed('calls', 'integer'),
    column('numbers_tried', 'integer'),
    column('first_at', 'time', 'first (UTC)'),
    column('last_at', 'time', 'last (UTC)'),
  ],
};
