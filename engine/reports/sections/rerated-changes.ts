import { column, type RunSection, summed } from './section.ts';

/** What a re-rating changed, or its undo, by cause. */
export const reratedChanges: RunSection = {
  name: 'rerated_changes',
  title: 'What was changed',
  note: 'Changes in the order of the path of a call, each on top of those before it, with the calls whose fee it changed: a call may be among those of several.',
  empty: 'No fee was changed.',
  sql: new URL('./rerated-changes.sql', import.meta.url),
  columns: [
    column('cause', 'text', 'change'),
    column('value', 'text', 'to'),
    column('calls', 'integer'),
    summed('delta', 'money', 'change of fees'),
  ],
};
