import { column, type RunSection, summed } from './section.ts';

/** Calls near the duration caps, which may be zombies. */
export const longCalls: RunSection = {
  name: 'long_calls',
  title: 'Calls near the duration caps',
  note: 'Calls within 5 % of 7,200 s, the default limit for callers without session timer, or cut off by a cap (end reason -2). Nobody may have been on the line: see what they have in common.',
  empty: 'No call came near a duration cap.',
  sql: new URL('./long-calls.sql', import.meta.url),
  columns: [
    column('softswitch', 'text'),
    column('flow_no', 'text', 'flow number'),
    column('account', 'text'),
    column('caller_gateway', 'text', 'mapping gateway'),
    column('callee_gateway', 'text', 'routing gateway'),
    column('callee_e164', 'text', 'called number'),
    column('answered_at', 'time', 'answered (UTC)'),
    summed('hold_time', 'integer', 'hold time (s)'),
    column('end_reason', 'integer'),
    summed('fee', 'money'),
  ],
};
