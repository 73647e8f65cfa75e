import { column, type RunSection } from './section.ts';

/** Parameters of the run. */
export const parameters: RunSection = {
  name: 'parameters',
  title: 'Parameters',
  empty: 'None is stored.',
  sql: new URL('./parameters.sql', import.meta.url),
  columns: [column('name', 'text', 'parameter'), column('value', 'text'), column('source', 'text')],
};
