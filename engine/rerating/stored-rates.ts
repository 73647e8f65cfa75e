import type { DuckDBConnection } from '@duckdb/node-api';
import { MICROS } from '../../rating/money.ts';
import {
  type CompiledTariff,
  compileTariff,
  noRates,
  TERM_CONNECT,
  TERM_FIRST,
  TERM_NEXT,
  TERM_RATE,
  TERMS,
  type Window,
} from '../../rating/tariff.ts';
import { readNumberColumns } from '../read-columns.ts';
import { readTariff, resolveParties, type Tariff } from '../read-tariff.ts';
import { readNames } from '../store/history.ts';
import type { Lookups } from './stored-plans.ts';

/** What rates cost, by their id. */
export interface StoredRates {
  readonly lookups: Lookups;
  /**
   * Two places a rate, side by side since calls ask for rates in no order: of its terms in both tariffs of `lookups`, -1
   * for none, and of its destination, 1 for the first of `destinations` and 0 for none.
   */
  readonly placesOf: Int32Array;
  readonly destinations: readonly string[];
}

export interface DecksAsked {
  /** Calls were answered between these; undefined when no rate is looked up. */
  readonly answered: Window | undefined;
  /** The deck that rates are looked up in after a change of rates, a relation of SQL; the current one when undefined. */
  readonly changed?: string;
}

/**
 * Reads what rates cost. Calls keep rates that may have been replaced since, or belong to a group nobody has any more: so
 * the terms of all rows ever loaded stand behind those of the tariffs which numbers are looked up in.
 */
export async function readStoredRates(connection: DuckDBConnection, asked: DecksAsked): Promise<StoredRates> {
  const { answered, changed: deck } = asked;
  const names = await readNames(connection);
  const tariff = answered === undefined ? NO_TARIFF : await readTariff(connection);
  const compile = ({ rates }: Tariff) => compileTariff(rates, answered ?? { fromMs: 0, untilMs: 0 });
  const current = compile(tariff);
  const changed = deck === undefined ? current : compile(await readTariff(connection, deck));
  const stored = await readPrices(connection, deck);
  const offset = Math.max(current.terms.length, changed.terms.length) / TERMS;
  const withStored = (compiled: CompiledTariff): CompiledTariff => ({
    ...compiled,
    terms: joinTerms(compiled.terms, offset, stored.terms),
  });
  const currentTariff = withStored(current);
  return {
    lookups: {
      parties: resolveParties(tariff, names.account, names.gateway),
      current: currentTariff,
      changed: changed === current ? currentTariff : withStored(changed),
    },
    placesOf: stored.placesOf(offset),
    destinations: stored.destinations,
  };
}

const NO_TARIFF: Tariff = {
  groups: [],
  groupOfAccount: new Map(),
  accountOfGateway: new Map(),
  rates: noRates,
};

/** Terms of a tariff, terms nobody refers to up to `offset`, and those of rates by id. */
function joinTerms(own: Float64Array, offset: number, stored: Float64Array): Float64Array {
  const terms = new Float64Array(offset * TERMS + stored.length);
  // Increments of 1: of an increment of 0 there is no multiple.
  for (let place = own.length; place < offset * TERMS; place++) terms[place] = 1;
  terms.set(own);
  terms.set(stored, offset * TERMS);
  return terms;
}

async function readPrices(connection: DuckDBConnection, changed: string | undefined) {
  const rows = changed === undefined ? 'rates' : `(FROM rates UNION BY NAME FROM ${changed})`;
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE stored_prices AS
    SELECT (row_number() OVER () - 1)::INTEGER AS place, *
    FROM (SELECT DISTINCT rate, connect_fee, first_increment, next_increment FROM ${rows});
    CREATE OR REPLACE TEMP TABLE stored_destinations AS
    SELECT row_number() OVER (ORDER BY destination)::INTEGER AS place, destination
    FROM (SELECT DISTINCT destination FROM ${rows})`);
  const [rate, connectFee, first, next] = await readNumberColumns(
    connection,
    `SELECT (rate * ${MICROS})::DOUBLE, (connect_fee * ${60 * MICROS})::DOUBLE, first_increment, next_increment
     FROM stored_prices ORDER BY place`,
  );
  const [rateId, price, destination] = await readNumberColumns(
    connection,
    `SELECT rate_id, p.place, d.place FROM ${rows} JOIN stored_prices p USING (rate, connect_fee, first_increment, next_increment)
     JOIN stored_destinations d USING (destination)`,
  );
  const texts = await connection.runAndReadAll('SELECT destination FROM stored_destinations ORDER BY place');
  await connection.run('DROP TABLE stored_prices; DROP TABLE stored_destinations');
  const terms = new Float64Array(rate.length * TERMS);
  for (let place = 0; place < rate.length; place++) {
    terms[place * TERMS + TERM_RATE] = rate[place];
    terms[place * TERMS + TERM_CONNECT] = connectFee[place];
    terms[place * TERMS + TERM_FIRST] = first[place];
    terms[place * TERMS + TERM_NEXT] = next[place];
  }
  /** @param offset of the place of the first of `terms` */
  const placesOf = (offset: number): Int32Array => {
    let highest = 0;
    for (let row = 0; row < rateId.length; row++) if (rateId[row] > highest) highest = rateId[row];
    const places = new Int32Array(2 * (highest + 1));
    for (let at = 0; at < places.length; at += 2) places[at] = -1;
    for (let row = 0; row < rateId.length; row++) {
      places[2 * rateId[row]] = offset + price[row];
      places[2 * rateId[row] + 1] = destination[row];
    }
    return places;
  };
  return { terms, placesOf, destinations: texts.getRows().map(([name]) => name as string) };
}
