import { distance } from 'fastest-levenshtein';

/** The known name that is closest to one nobody knows, or undefined when none resembles it. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const steps = Math.min(...abbreviations(candidate).map((form) => distance(name.toUpperCase(), form.toUpperCase())));
    if (steps < least) [nearest, least] = [candidate, steps];
  }
  return least <= Math.max(2, name.length / 2) ? nearest : undefined;
}

/** `; did you mean …?` for the end of a message, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** People write FEE_UNIT for SERVER_BILLING_FEE_UNIT. */
function abbreviations(name: string): string[] {
  return [name, name.replace(/^SERVER_/, ''), name.replace(/^SERVER_BILLING_/, ''), name.replace(/^SS_/, '')];
}
