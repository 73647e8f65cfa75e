import { allowedWords } from '../audits/audit-values.ts';
import type { Audit, AuditParameter } from '../audits/read-audit.ts';
import { type TextColumn, textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn[] = [
  { title: 'name', align: 'left' },
  { title: 'title', align: 'left' },
  { title: 'parameters', align: 'left' },
];

/** The audits there are: a line each, and one for every further parameter. */
export function auditsText(audits: readonly Audit[]): string {
  const rows = audits.flatMap(({ name, title, parameters }) => {
    const [first = '', ...further] = parameters.map(parameterText);
    return [[name, title, first], ...further.map((parameter) => ['', '', parameter])];
  });
  return textTable(COLUMNS, rows);
}

/** `minutes=15 (a whole number, 1 to 180 minutes)` */
function parameterText(parameter: AuditParameter): string {
  return `${parameter.name}=${parameter.default} (${allowedWords(parameter)})`;
}
