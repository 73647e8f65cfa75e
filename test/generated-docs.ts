import { readFileSync } from 'node:fs';
import { allowedWords } from '../engine/audits/audit-values.ts';
import { type Audit, auditNames, findAudit } from '../engine/audits/read-audit.ts';
import { billingParameters } from '../rating/parameters.ts';
import { statuses } from '../rating/status.ts';
import { allowedSignallingRange } from '../signalling/parameter-value.ts';
import { type SignallingParameter, signallingParameters } from '../signalling/parameters.ts';

const README = new URL('../rating/README.md', import.meta.url);
const SIGNALLING = new URL('../signalling/README.md', import.meta.url);
const AUDITS = new URL('../engine/audits/README.md', import.meta.url);

/** The steps of the path in their order: rule of rating.md, what it decides, file, parameters, columns it fills. */
const PATH = [
  ['1', 'rows that cannot be calls', 'malformed.ts', [], 'fault, status'],
  ['2', 'calls rated already', 'keep-record.ts', [], 'status'],
  ['', 'billing number', 'strip-prefix.ts', ['GATEWAY_ROUTE_PREFIX'], 'billingStart, strippedCharacters'],
  ['3', 'no-CDR list', 'number-pattern.ts', ['NO_CDR_E164S'], 'status'],
  ['', 'hold time', 'hold-time.ts', ['HOLD_TIME_PRECISION'], 'holdSeconds'],
  [
    '4–6',
    'record switches',
    'keep-record.ts',
    ['RECORD_ILLEGAL_CALL', 'RECORD_ZERO_HOLD_TIME', 'RECORD_SERVER_HANG_UP'],
    'status, withheld',
  ],
  ['7', 'illegal calls', 'keep-record.ts', [], 'status'],
  ['8', 'toll-free list', 'number-pattern.ts', ['FREE_E164S'], 'status'],
  ['9, 10', 'zero hold time, free time', 'free-time.ts', ['FREE_TIME'], 'basisSeconds, status'],
  ['11', 'number, longest prefix', 'client-leg.ts, digit-trie.ts', [], 'prefix, status'],
  ['12–14', 'account, rate, lock', 'client-leg.ts, match-rate.ts, tariff.ts', [], 'clientRate, status'],
  ['', 'increments', 'increments.ts', [], 'feeSeconds'],
  ['', 'fee', 'fee.ts, rounding.ts', ['FEE_PRECISTION', 'FEE_UNIT'], 'fee'],
  ['17', 'charged', 'client-leg.ts', [], 'status'],
  ['', 'vendor leg', 'vendor-leg.ts', [], 'vendorAccount, vendorRate, vendorFeeSeconds, vendorFee'],
  [
    '15, 16',
    'overdraft prevention, over all batches',
    'pricing.ts, overdraft.ts, live-calls.ts, balance.ts',
    ['PREVENT_OVERDRAFT_ADVANCE_TIME'],
    'status, fee, shortfall as stored',
  ],
] as const;

/** A paper as it stands, and as what it is generated from says it should be. */
export interface GeneratedDoc {
  readonly path: URL;
  readonly found: string;
  readonly expected: string;
}

/** rating/README.md, from the declarations of the rules. */
export function ratingReadme(): GeneratedDoc {
  return filledIn(README, { path: pathTable(), parameters: parameterTable(), statuses: statusTable() });
}

/** signalling/README.md, from the declarations of the parameters. */
export function signallingReadme(): GeneratedDoc {
  return filledIn(SIGNALLING, { parameters: signallingTable() });
}

/** engine/audits/README.md, from the headers of the audits. */
export function auditsReadme(): GeneratedDoc {
  const audits = auditNames().map(findAudit);
  return filledIn(AUDITS, { list: auditTable(audits), audits: audits.map(auditSection).join('\n') });
}

function filledIn(path: URL, sections: Readonly<Record<string, string>>): GeneratedDoc {
  const found = readFileSync(path, 'utf8');
  let expected = found;
  for (const [name, text] of Object.entries(sections)) {
    expected = expected.replace(
      new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(\n<!-- end -->)`),
      (_, start, end) => `${start}\n${text}${end}`,
    );
  }
  return { path, found, expected };
}

function pathTable(): string {
  return markdown(
    ['rule', 'step', 'file', 'SERVER_BILLING_…', 'columns'],
    PATH.map(([rule, step, file, parameters, columns]) => [rule, step, file, parameters.join(', '), columns]),
  );
}

function parameterTable(): string {
  return markdown(
    ['parameter', 'default', 'range', 'unit', 'meaning', 'reading'],
    billingParameters.map((one) => [
      one.name,
      `${one.default}` || '(empty)',
      'min' in one ? `${one.min} to ${one.max}` : 'numbers, or prefixes with a trailing \\*',
      one.unit,
      one.meaning,
      one.reading,
    ]),
  );
}

function signallingTable(): string {
  return markdown(
    ['parameter', 'default', 'range', 'unit', 'meaning', 'reading', 'read by'],
    (signallingParameters as readonly SignallingParameter[]).map((one) => {
      return [
        one.name,
        one.default === null ? 'null' : String(one.default),
        allowedSignallingRange(one),
        one.unit,
        one.meaning,
        one.readBy === null ? '' : one.reading,
        one.readBy === null ? `nothing. ${one.reading}` : `\`${one.readBy}.ts\``,
      ];
    }),
  );
}

function statusTable(): string {
  return markdown(
    ['code', 'status', 'recorded in', 'charged'],
    statuses.map(({ name, recorded, charged }, code) => [String(code), name, recorded, charged ? 'yes' : 'no']),
  );
}

function auditTable(audits: readonly Audit[]): string {
  return markdown(
    ['audit', 'title', 'parameters'],
    audits.map(({ name, title, parameters }) => [
      `[${name}](#${name})`,
      title,
      parameters.map((parameter) => `${parameter.name}=${parameter.default}`).join(', '),
    ]),
  );
}

function auditSection({ name, title, answers, parameters, columns }: Audit): string {
  const settings = markdown(
    ['parameter', 'default', 'allowed', 'meaning'],
    parameters.map((parameter) => [parameter.name, parameter.default, allowedWords(parameter), parameter.meaning]),
  );
  const results = markdown(
    ['column', 'unit', 'meaning'],
    columns.map((column) => [column.name, column.unit, column.meaning]),
  );
  const tables = parameters.length > 0 ? `${settings}\n${results}` : results;
  return `### ${name}\n\n${title}. ${answers}\n\n${tables}`;
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(titles) + line(titles.map(() => '---')) + rows.map(line).join('');
}
