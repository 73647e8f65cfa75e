import { formatMoney } from '../../rating/money.ts';
import { byGroupAndPrefix, type DeckRow, sameTime } from './deck-rows.ts';

/** Numbers a client pays less for, a minute, than the vendor charges. */
export interface NegativeMargin {
  readonly rateGroup: string;
  /** The numbers concerned begin with this: the longer of both prefixes. */
  readonly prefix: string;
  readonly client: string;
  readonly clientRate: string;
  readonly vendor: string;
  readonly vendorPrefix: string;
  readonly vendorRate: string;
  /** Vendor rate less client rate. */
  readonly loss: string;
}

type Prefixes = ReadonlyMap<string, readonly DeckRow[]>;

/**
 * Client rates below the vendor's, rate against rate: increments and connect fees are left out, locked rows too.
 *
 * A client's row is compared with the longest vendor prefix it begins with, and each vendor row with the longest
 * client prefix *it* begins with: a cheap 49 sold loses on a dear 4915 bought.
 *
 * @returns the largest loss first
 */
export function negativeMargins(client: readonly DeckRow[], vendor: readonly DeckRow[]): NegativeMargin[] {
  const open = vendor.filter(({ locked }) => !locked);
  const vendorPrefixes: Prefixes = [...byGroupAndPrefix(open).values()][0] ?? new Map();
  const found: [loss: number, margin: NegativeMargin][] = [];
  const compare = (sold: DeckRow, bought: DeckRow) => {
    if (sold.rate >= bought.rate) return;
    const loss = bought.rate - sold.rate;
    found.push([loss, marginOf(sold, bought, loss)]);
  };
  for (const prefixes of byGroupAndPrefix(client.filter(({ locked }) => !locked)).values()) {
    for (const rows of prefixes.values()) {
      for (const sold of rows)
        for (const bought of longest(vendorPrefixes, sold, sold.prefix.length)) compare(sold, bought);
    }
    for (const bought of open) {
      const own = prefixes.get(bought.prefix)?.some((row) => sameTime(row, bought));
      if (!own) for (const sold of longest(prefixes, bought, bought.prefix.length - 1)) compare(sold, bought);
    }
  }
  return found.sort(([a], [b]) => b - a).map(([, margin]) => margin);
}

/** The rows of the longest prefix, of at most `length` digits, that are in force at some time of the given row. */
function longest(prefixes: Prefixes, row: DeckRow, length: number): readonly DeckRow[] {
  for (let digits = length; digits > 0; digits--) {
    const rows = prefixes.get(row.prefix.slice(0, digits))?.filter((one) => sameTime(one, row));
    if (rows && rows.length > 0) return rows;
  }
  return [];
}

function marginOf(sold: DeckRow, bought: DeckRow, loss: number): NegativeMargin {
  return {
    rateGroup: sold.rateGroup,
    prefix: sold.prefix.length > bought.prefix.length ? sold.prefix : bought.prefix,
    client: sold.origin,
    clientRate: formatMoney(sold.rate, 0),
    vendor: bought.origin,
    vendorPrefix: bought.prefix,
    vendorRate: formatMoney(bought.rate, 0),
    loss: formatMoney(loss, 0),
  };
}
