import { column, type RunSection } from './section.ts';

/** Parameters set for a gateway, an account or a rate group. */
export const scopedParameters: RunSection = {
  name: 'scoped_parameters',
  title: 'Parameters of scopes',
  note: 'What gateways, accounts and rate groups change for their calls. Leg: client decides all but the vendor fee. Sets: combinations of scopes that calls of the run came under.',
  empty: 'None was set for a gateway, account or rate group.',
  sql: new URL('./scoped-parameters.sql', import.meta.url),
  columns: [
    column('source', 'text'),
    column('leg', 'text'),
    column('name', 'text', 'parameter'),
    column('value', 'text'),
    column('sets', 'integer', 'sets'),
  ],
};
