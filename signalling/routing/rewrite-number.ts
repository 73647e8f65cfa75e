/**
 * How numbers are rewritten: `from` and `to`, such as `00*` → `*` or `0????` → `49$…`. In `from`, `*` is any digits and `?` one
 * digit; in `to`, `$` keeps the digit that stands at that place of `from`, and `*` what its `*` stood for.
 */
export interface RewriteRule {
  readonly from: string;
  readonly to: string;
}

/** What is wrong with a rule, or undefined. */
export function rewriteProblem({ from, to }: RewriteRule): string | undefined {
  if (!/^\+?[\d?]*\*?$/.test(from) || from === '') return 'from is digits and ?, with one * at the end at most';
  if (!/^\+?[\d$]*\*?$/.test(to)) return 'to is digits and $, with one * at the end at most';
  if (to.endsWith('*') && !from.endsWith('*')) return 'to keeps with * what from has no * for';
  const fixed = from.replace(/\*$/, '').length;
  const beyond = [...to].findIndex((character, place) => character === '$' && place >= fixed);
  return beyond < 0 ? undefined : `$ at place ${beyond + 1} of to keeps a digit that from does not have there`;
}

/**
 * The number as a gateway's rules make it: of the rules that match the whole number the longest counts (that with most
 * characters before its `*`), of equal ones the first; without one the number stays. Linear in the number.
 */
export function rewriteNumber(rules: readonly RewriteRule[], number: string): string {
  let best: RewriteRule | undefined;
  for (const rule of rules) {
    if (matches(rule.from, number) && (best === undefined || fixedLength(rule) > fixedLength(best))) best = rule;
  }
  return best === undefined ? number : applied(best, number);
}

function matches(from: string, number: string): boolean {
  const open = from.endsWith('*');
  const fixed = open ? from.length - 1 : from.length;
  if (open ? number.length < fixed : number.length !== fixed) return false;
  for (let at = 0; at < fixed; at++) {
    if (from[at] === '?' ? !isDigit(number.charCodeAt(at)) : from[at] !== number[at]) return false;
  }
  return true;
}

function applied({ from, to }: RewriteRule, number: string): string {
  const fixed = from.endsWith('*') ? from.length - 1 : from.length;
  let result = '';
  for (let at = 0; at < to.length; at++) {
    if (to[at] === '$') result += number[at];
    else if (to[at] === '*') result += number.slice(fixed);
    else result += to[at];
  }
  return result;
}

function fixedLength({ from }: RewriteRule): number {
  // A rule without * is longer than one with it, as it says where the number ends.
  return from.endsWith('*') ? from.length - 1 : from.length + 0.5;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
