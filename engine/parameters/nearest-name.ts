import { distance } from 'fastest-levenshtein';

/** The known name that is closest to one nobody knows, or undefined when none resembles it. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(Math.max(2, name.length / 2)) + 1;
  const upper = name.toUpperCase();
  for (const candidate of known) {
    // So many characters more cannot be got rid of in fewer steps: what is no name at all costs nothing.
    if (name.length - candidate.length >= least) continue;
    for (const form of abbreviations(candidate)) {
      const steps = distance(upper, form.toUpperCase());
      if (steps < least) [nearest, least] = [candidate, steps];
    }
  }
  return nearest;
}

/** `; did you mean …?` for the end of a message, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** People write FEE_UNIT for SERVER_BILLING_FEE_UNIT. */
function abbreviations(name: string): Iterable<string> {
  if (!name.startsWith('S')) return [name];
  return new Set([name, name.replace(/^SERVER_/, ''), name.replace(/^SERVER_BILLING_/, ''), name.replace(/^SS_/, '')]);
}
