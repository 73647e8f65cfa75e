import type { DuckDBConnection } from '@duckdb/node-api';
import { MICROS } from '../rating/money.ts';
import type { Parties } from '../rating/parties.ts';
import type { RateRows } from '../rating/tariff.ts';
import type { Names } from './names.ts';
import { readNumberColumns } from './read-columns.ts';

/** The rates of all groups that some account has, and who has which. */
export interface Tariff {
  readonly rates: RateRows;
  /** The rate groups in use, in the order of their places. */
  readonly groups: readonly string[];
  /** Rate group, as a place in the tariff's list, by account; accounts without one are left out. */
  readonly groupOfAccount: ReadonlyMap<string, number>;
  /** Clearing account by routing gateway. */
  readonly accountOfGateway: ReadonlyMap<string, string>;
}

/** The rows of the deck that are in force, as a relation of SQL. */
export const CURRENT_DECK = '(FROM rates WHERE replaced_by_load IS NULL)';

/**
 * Reads the current state of the accounts and the gateways, and of the deck.
 *
 * @param deck another deck: a relation with the columns of table `rates`
 */
export async function readTariff(connection: DuckDBConnection, deck = CURRENT_DECK): Promise<Tariff> {
  const groups = await texts(
    connection,
    `SELECT DISTINCT rate_group FROM accounts WHERE rate_group <> '' ORDER BY rate_group`,
  );
  const placeOfGroup = new Map(groups.map(([group], place) => [group, place]));
  const prefixes = await texts(connection, `SELECT prefix FROM (${PREFIXES(deck)}) ORDER BY prefix`);
  const [rateId, group, prefix, rate, connectFee, first, next, from, until, locked] = await readNumberColumns(
    connection,
    `WITH used AS (
       SELECT rate_group, (row_number() OVER (ORDER BY rate_group) - 1)::INTEGER AS place
       FROM (SELECT DISTINCT rate_group FROM accounts WHERE rate_group <> '')
     ), sorted AS (
       SELECT prefix, (row_number() OVER (ORDER BY prefix) - 1)::INTEGER AS place FROM (${PREFIXES(deck)})
     )
     SELECT rates.rate_id, used.place, sorted.place,
       (rates.rate * ${MICROS})::DOUBLE, (rates.connect_fee * ${MICROS})::DOUBLE,
       rates.first_increment, rates.next_increment,
       coalesce(epoch_ms(rates.effective_from)::DOUBLE, '-infinity'::DOUBLE),
       coalesce(epoch_ms(rates.effective_until)::DOUBLE, 'infinity'::DOUBLE),
       rates.locked::INTEGER
     FROM ${deck} AS rates JOIN used USING (rate_group) JOIN sorted USING (prefix)`,
  );
  const accounts = await texts(connection, `SELECT account, rate_group FROM accounts WHERE rate_group <> ''`);
  const gateways = await texts(
    connection,
    `SELECT gateway, account FROM gateways WHERE direction = 'routing' AND account <> ''`,
  );
  return {
    groups: groups.map(([group]) => group),
    rates: {
      groups: groups.length,
      prefixes: prefixes.map(([text]) => text),
      rateId: rateId as Int32Array,
      group: group as Int32Array,
      prefix: prefix as Int32Array,
      ratePerMinute: rate as Float64Array,
      connectFee: connectFee as Float64Array,
      firstIncrement: first as Int32Array,
      nextIncrement: next as Int32Array,
      effectiveFromMs: from as Float64Array,
      effectiveUntilMs: until as Float64Array,
      locked: Uint8Array.from(locked),
    },
    groupOfAccount: new Map(accounts.map(([account, rateGroup]) => [account, placeOfGroup.get(rateGroup) as number])),
    accountOfGateway: new Map(gateways.map(([gateway, account]) => [gateway, account])),
  };
}

/** Looks the tariff's accounts and gateways up by the ids that names have by now; ids may have been added since. */
export function resolveParties(tariff: Tariff, accounts: Names, gateways: Names): Parties {
  const { groupOfAccount } = tariff;
  const clearing = byId(gateways, '', (gateway) => tariff.accountOfGateway.get(gateway) ?? '');
  // First, because a clearing account that no call names yet is given an id here.
  const accountOfGateway = Int32Array.from(clearing, (account) => (account === '' ? 0 : accounts.idOf(account)));
  return {
    accountOfGateway,
    groupOfGateway: Int32Array.from(clearing, (account) => groupOfAccount.get(account) ?? -1),
    groupOfAccount: Int32Array.from(byId(accounts, -1, (account) => groupOfAccount.get(account) ?? -1)),
  };
}

/** Distinct prefixes of the groups in use. VARCHAR sorts by bytes, as the trie wants its digits. */
const PREFIXES = (deck: string) => `
  SELECT DISTINCT prefix FROM ${deck}
  WHERE rate_group IN (SELECT rate_group FROM accounts WHERE rate_group <> '')`;

function byId<T>(names: Names, nobody: T, of: (name: string) => T): T[] {
  const values = [nobody];
  for (let id = 1; id <= names.count; id++) values.push(of(names.nameOf(id)));
  return values;
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  return (await connection.runAndReadAll(sql)).getRows() as string[][];
}
