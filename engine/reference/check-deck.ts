import type { DuckDBConnection } from '@duckdb/node-api';
import { OperatorError } from '../errors.ts';
import { type DeckRow, rowsOfDatabase, rowsOfFile } from './deck-rows.ts';
import { type HiddenPeriod, hiddenPeriods } from './hidden-periods.ts';
import { rates } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import { type NegativeMargin, negativeMargins } from './negative-margins.ts';
import { type PrecisionEffect, precisionEffect } from './precision-effect.ts';
import { openReference, readReference } from './read-reference.ts';

/** What `rates check` found. With mistakes, which loading would refuse, nothing else is looked at. */
export interface DeckCheck {
  readonly file: string;
  readonly rows: number;
  readonly mistakes: readonly Mistake[];
  readonly precision?: PrecisionEffect;
  readonly hidden: readonly HiddenPeriod[];
  /** Null when no vendor group was named. */
  readonly margins: readonly NegativeMargin[] | null;
  /** Null when the database was not looked at. */
  readonly againstDatabase: { readonly added: number; readonly sameKey: number } | null;
}

export interface DeckCheckOptions {
  readonly vendorGroup?: string;
  readonly precision: number;
  readonly quantiseRates: boolean;
  /** The database to check the deck against. */
  readonly connection?: DuckDBConnection;
}

/**
 * Lints a deck without loading it (interfaces.md, "Reference data").
 *
 * @throws OperatorError when the file cannot be read, or no rates are known of the vendor group
 */
export async function checkDeck(file: string, options: DeckCheckOptions): Promise<DeckCheck> {
  const { table, mistakes } = readReference(openReference(file), rates);
  if (mistakes.length > 0) {
    return { file, rows: table.rows, mistakes, hidden: [], margins: null, againstDatabase: null };
  }
  const deck = rowsOfFile(table);
  const loaded = options.connection ? await rowsOfDatabase(options.connection) : [];
  const keys = new Set(deck.map(key));
  // A loaded row of the same key would stay as it is or be replaced: it hides nothing.
  const others = loaded.filter((row) => !keys.has(key(row)));
  const groups = new Set(deck.map(({ rateGroup }) => rateGroup));
  const sameKey = loaded.length - others.length;
  return {
    file,
    rows: table.rows,
    mistakes,
    precision: precisionEffect(table, options.precision, options.quantiseRates),
    hidden: hiddenPeriods([...others.filter(({ rateGroup }) => groups.has(rateGroup)), ...deck]),
    margins: options.vendorGroup === undefined ? null : marginsAgainst(options.vendorGroup, file, deck, others),
    againstDatabase: options.connection ? { added: deck.length - sameKey, sameKey } : null,
  };
}

function marginsAgainst(
  vendorGroup: string,
  file: string,
  deck: readonly DeckRow[],
  loaded: readonly DeckRow[],
): NegativeMargin[] {
  const vendor = [...deck, ...loaded].filter(({ rateGroup }) => rateGroup === vendorGroup);
  if (vendor.length === 0) {
    throw new OperatorError(
      `there are no rates of the vendor group ${vendorGroup} in ${file}` +
        `${loaded.length > 0 ? ' and in the database' : '; add --against-db to take those of the database'}`,
    );
  }
  // A deck of the vendor alone is compared with what is sold now.
  const ofOthers = (rows: readonly DeckRow[]) => rows.filter(({ rateGroup }) => rateGroup !== vendorGroup);
  const client = ofOthers(deck).length > 0 ? ofOthers(deck) : ofOthers(loaded);
  if (client.length === 0) {
    throw new OperatorError(
      `${file} has rates of the vendor group ${vendorGroup} alone` +
        `${loaded.length > 0 ? ', and so has the database' : '; add --against-db to compare them with those of the database'}`,
    );
  }
  return negativeMargins(client, vendor);
}

function key({ rateGroup, prefix, fromMs }: DeckRow): string {
  return `${rateGroup}\0${prefix}\0${fromMs}`;
}
