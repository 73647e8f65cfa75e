import { readdirSync, readFileSync } from 'node:fs';
import { usageError } from '../errors.ts';
import { nearestName } from '../parameters/nearest-name.ts';
import type { Query } from '../read-only-query.ts';

/** What a parameter of an audit may be; `amount` is a decimal with at most six decimals. */
export const auditTypes = ['whole', 'amount', 'text', 'moment'] as const;

export interface AuditParameter {
  readonly name: string;
  readonly type: (typeof auditTypes)[number];
  /** As it would be typed. */
  readonly default: string;
  /** `1 to 60`: values of a whole number or an amount, characters of a text; empty for a moment. */
  readonly allowed: string;
  readonly unit: string;
  readonly meaning: string;
}

export interface AuditColumn {
  readonly name: string;
  /** Empty for names and numbers of calls. */
  readonly unit: string;
  readonly meaning: string;
}

/** A query with the header that says what it is for. SQL of no header has no title, and no parameters. */
export interface Audit extends Pick<Query, 'before' | 'sql'> {
  readonly name: string;
  readonly title: string;
  readonly answers: string;
  readonly parameters: readonly AuditParameter[];
  readonly columns: readonly AuditColumn[];
}

const FOLDER = new URL('./', import.meta.url);

/** The names of all audits, which are those of their files. */
export function auditNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return files.map((file) => file.replace(/\.sql$/, '')).sort();
}

/** A single word is the name of an audit: no query of SQL is that short. */
export function isAuditName(text: string): boolean {
  return /^[\w.-]*\w[\w.-]*$/.test(text);
}

/** @throws OperatorError, exit status 2, with the nearest name when there is no such audit */
export function findAudit(name: string): Audit {
  const names = auditNames();
  if (names.includes(name)) return readAudit(name, readFileSync(new URL(`${name}.sql`, FOLDER), 'utf8'));
  const nearest = nearestName(name, names);
  throw usageError(`there is no audit ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, [
    '"ratemill sql --list" lists those there are; a query of your own has more than one word.',
  ]);
}

/**
 * Reads the header of an audit: comment lines `-- key: value` at the start of the SQL, which further lines `--   …` go on.
 *
 * @throws OperatorError, exit status 2, that names a line which is not as a header has it
 */
export function readAudit(name: string, text: string): Audit {
  const fields = headerFields(text);
  const all = (key: string) => fields.filter((field) => field.key === key).map(({ value }) => value);
  return {
    name,
    title: all('title').join(' '),
    answers: all('answers').join(' '),
    parameters: all('parameter').map((line) => readParameter(name, line)),
    columns: all('column').map((line) => {
      const [column, unit, meaning] = parts(name, line, ['name', 'unit', 'meaning']);
      return { name: column, unit, meaning };
    }),
    before: all('uses')
      .flatMap((list) => list.split(',').map((one) => readShared(name, one.trim())))
      .join('\n'),
    sql: text,
  };
}

/** The whole of an audit as one text to change and run: what it shares with others stands in it, instead of a name. */
export function standaloneSql({ before, sql }: Audit): string {
  const header = /^(?:--.*\n)*/.exec(sql)?.[0] ?? '';
  const kept = header.replace(/^-- uses:.*\n/gm, '');
  return [kept, before, sql.slice(header.length)].filter((part) => part !== '' && part !== undefined).join('\n');
}

function headerFields(text: string): { key: string; value: string }[] {
  const fields: { key: string; value: string }[] = [];
  for (const line of text.split('\n')) {
    const [, key, value] = /^-- (title|answers|parameter|column|uses): *(.*)$/.exec(line) ?? [];
    const more = /^-- {3}(.*)$/.exec(line)?.[1];
    const last = fields.at(-1);
    if (key !== undefined) fields.push({ key, value: value.trim() });
    else if (more !== undefined && last !== undefined) last.value += ` ${more.trim()}`;
    else break;
  }
  return fields;
}

function readParameter(audit: string, line: string): AuditParameter {
  const [name, type, otherwise, allowed, unit, meaning] = parts(audit, line, [
    'name',
    'type',
    'default',
    'allowed',
    'unit',
    'meaning',
  ]);
  const known = auditTypes.find((one) => one === type);
  const range = type === 'moment' ? allowed === '' : /^\S+ to \S+$/.test(allowed);
  if (known === undefined || !range) {
    throw usageError(`${audit}: parameter ${name} has type "${type}" and allowed "${allowed}"`, [
      `expected one of ${auditTypes.join(', ')}, and a range such as 1 to 60 (none for a moment)`,
    ]);
  }
  return { name, type: known, default: otherwise, allowed, unit, meaning };
}

function parts(audit: string, line: string, titles: readonly string[]): string[] {
  const found = line.split('|').map((part) => part.trim());
  if (found.length === titles.length) return found;
  throw usageError(`${audit}: the header has "${line}"; expected ${titles.join(' | ')}`);
}

function readShared(audit: string, name: string): string {
  const known = readdirSync(new URL('shared/', FOLDER)).map((file) => file.replace(/\.sql$/, ''));
  if (known.includes(name)) return readFileSync(new URL(`shared/${name}.sql`, FOLDER), 'utf8');
  throw usageError(`${audit} uses "${name}"; there are ${known.sort().join(' and ')}`);
}
