import { aliasTable, pick, type Random } from '../signalling/traffic/random.ts';
import { type Country, countries } from './countries.ts';

/** Share of prefixes that have no shorter one of the deck at their beginning (measurements.md). */
const ROOT_SHARE = 0.02;

/** How many prefixes with an ancestor have a length, from 5 to 11 digits; most have 7. */
const LENGTH_WEIGHTS = [8, 20, 42, 16, 8, 4, 2];
const SHORTEST_CHILD = 5;

/** Prefixes of a deck in ascending order, with the country of each. */
export interface DeckPrefixes {
  readonly prefixes: readonly string[];
  readonly countries: readonly Country[];
}

/**
 * Draws `count` different prefixes of 4 to 11 digits: a few roots of four digits in real countries, and children of these.
 *
 * @param count 100 to 200,000
 */
export function drawPrefixes(count: number, random: Random): DeckPrefixes {
  const countryOf = new Map<string, Country>();
  const roots = drawRoots(Math.max(1, Math.round(count * ROOT_SHARE)), random);
  for (const { prefix, country } of roots) countryOf.set(prefix, country);
  const byWeight = aliasTable(roots.map(({ country }) => country.weight));
  const byLength = aliasTable(LENGTH_WEIGHTS);
  while (countryOf.size < count) {
    const { prefix: root, country } = roots[pick(byWeight, random.word())];
    const prefix = withDigits(root, SHORTEST_CHILD + pick(byLength, random.word()), random);
    if (!countryOf.has(prefix)) countryOf.set(prefix, country);
  }
  const prefixes = [...countryOf.keys()].sort();
  return { prefixes, countries: prefixes.map((prefix) => countryOf.get(prefix)!) };
}

function drawRoots(count: number, random: Random): { prefix: string; country: Country }[] {
  const byWeight = aliasTable(countries.map(({ weight }) => weight));
  const roots = new Map<string, Country>();
  while (roots.size < count) {
    const country = countries[pick(byWeight, random.word())];
    const prefix = withDigits(country.code, 4, random);
    if (!roots.has(prefix) && ownerOf(prefix) === country) roots.set(prefix, country);
  }
  return [...roots].map(([prefix, country]) => ({ prefix, country }));
}

const byCode = new Map(countries.map((country) => [country.code, country]));

/** The country a number belongs to: the longest code it begins with. */
function ownerOf(prefix: string): Country | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const country = byCode.get(prefix.slice(0, length));
    if (country !== undefined) return country;
  }
  return undefined;
}

function withDigits(start: string, length: number, random: Random): string {
  let prefix = start;
  while (prefix.length < length) {
    // No area code of the North American plan begins with 0 or 1.
    prefix += prefix === '1' ? 2 + random.below(8) : random.below(10);
  }
  return prefix;
}
