import { nameKinds } from '../names.ts';
import { adjustmentChecks } from './adjustment-checks.ts';
import { ledgerChecks } from './ledger-checks.ts';
import { overdraftChecks } from './overdraft-checks.ts';
import { priceChecks } from './price-checks.ts';
import { pruneChecks } from './prune-checks.ts';
import { runChecks } from './run-checks.ts';

/** An invariant of the database. Both statements are SQL: how many rows are looked at, and which of them break it. */
export interface Check {
  readonly name: string;
  readonly meaning: string;
  readonly over: string;
  readonly violations: string;
}

const ROLES = [
  { column: 'softswitch_id', kind: 'softswitch' },
  { column: 'account_id', kind: 'account' },
  { column: 'vendor_account_id', kind: 'account' },
  { column: 'caller_gateway_id', kind: 'gateway' },
  { column: 'callee_gateway_id', kind: 'gateway' },
  { column: 'caller_ip_id', kind: 'ip' },
  { column: 'callee_ip_id', kind: 'ip' },
] as const;

/** The numbers by which calls refer to names and to rows of the deck, and by which entries are ordered. */
const referenceChecks: readonly Check[] = [
  {
    name: 'rate ids',
    meaning: 'rows of the deck are numbered 1, 2, 3 …, each once',
    over: 'SELECT count(*) FROM rates',
    violations: numbering('rates', 'rate_id', "'rates'"),
  },
  {
    name: 'name ids',
    meaning: 'names of a kind are numbered 1, 2, 3 …, each once, and no name twice',
    over: 'SELECT count(*) FROM call_names',
    violations: `${numbering('call_names', 'id', 'kind')}
      UNION ALL SELECT kind, count(*), min(id), max(id) FROM call_names GROUP BY kind, name HAVING count(*) > 1`,
  },
  {
    name: 'entry numbers',
    meaning: 'entries of the ledger are numbered 1, 2, 3 …, each once',
    over: 'SELECT count(*) FROM ledger',
    violations: numbering('ledger', 'entry_no', "'ledger'"),
  },
  {
    name: 'names of calls',
    meaning: `every ${nameKinds.join(', ')} a call refers to is there`,
    over: 'SELECT count(*) FROM kept_calls',
    violations: ROLES.map(({ column, kind }) => {
      return `SELECT run_id, '${column}' AS "column", ${column} AS id, count(*) AS calls FROM kept_calls
        WHERE ${column} NOT BETWEEN 1 AND (SELECT count(*) FROM call_names WHERE kind = '${kind}') GROUP BY ALL`;
    }).join(' UNION ALL '),
  },
  {
    name: 'rates of calls',
    meaning: 'every row of the deck a call refers to is there',
    over: 'SELECT count(rate_id) + count(vendor_rate_id) FROM kept_calls',
    violations: ['rate_id', 'vendor_rate_id']
      .map((column) => {
        return `SELECT run_id, '${column}' AS "column", ${column} AS id, count(*) AS calls
          FROM kept_calls c ANTI JOIN rates r ON r.rate_id = c.${column} WHERE ${column} IS NOT NULL GROUP BY ALL`;
      })
      .join(' UNION ALL '),
  },
];

/** All invariants, in the order in which they are looked at. */
export const checks: readonly Check[] = [
  ...runChecks,
  ...referenceChecks,
  ...priceChecks,
  ...ledgerChecks,
  ...adjustmentChecks,
  ...overdraftChecks,
  ...pruneChecks,
];

function numbering(table: string, id: string, kind: string): string {
  return `SELECT ${kind} AS kind, count(*) AS rows, min(${id}) AS first, max(${id}) AS last FROM ${table} GROUP BY ALL
    HAVING min(${id}) <> 1 OR max(${id}) <> count(*) OR count(DISTINCT ${id}) <> count(*)`;
}
