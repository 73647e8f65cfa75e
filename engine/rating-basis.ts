import { availableParallelism } from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type CompiledTariff, compileTariff, type Window } from '../rating/tariff.ts';
import type { NameTables } from './arrow/call-batches.ts';
import { ParameterSets } from './parameter-sets.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { readTariff, type Tariff } from './read-tariff.ts';

/** What a run rates with: names by number, the deck, and what parameters make of it. */
export interface RatingBasis {
  readonly names: NameTables;
  readonly tariff: Tariff;
  readonly compiled: CompiledTariff;
  readonly sets: ParameterSets;
}

/**
 * Rows of a table have no order, so its row groups may be built side by side. Twice as many threads as cores, because
 * they take turns at waiting for the next chunk. The limit is DuckDB's share of a memory that does not grow with the
 * input.
 */
export const STORE_SETTINGS = `
  SET preserve_insertion_order = false;
  SET threads = ${2 * availableParallelism()};
  SET memory_limit = '640MB'`;

/** Reads and compiles the current deck for calls answered within a window of time. */
export async function ratingBasis(
  connection: DuckDBConnection,
  configuration: ResolvedConfiguration,
  names: NameTables,
  answered: Window,
): Promise<RatingBasis> {
  const tariff = await readTariff(connection);
  const compiled = compileTariff(tariff.rates, answered);
  return { names, tariff, compiled, sets: new ParameterSets(configuration, compiled, tariff, names) };
}
