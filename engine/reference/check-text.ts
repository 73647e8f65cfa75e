import { textTable } from '../render/text-table.ts';
import type { DeckCheck } from './check-deck.ts';
import { mistakeLines } from './mistake.ts';
import { precisionText } from './precision-effect.ts';

/** Rows of each finding that are printed; --json has all. */
const PRINTED = 20;

/** The findings of `rates check` as text. */
export function checkText(check: DeckCheck): string {
  const { file, rows, mistakes, precision, hidden, margins, againstDatabase } = check;
  if (mistakes.length > 0) {
    return `${file}: ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; it would not be loaded\n${mistakeLines(file, mistakes).join('\n')}\n`;
  }
  const parts = [`${file}: ${rows} rates, no mistakes\n`];
  if (againstDatabase) {
    const { added, sameKey } = againstDatabase;
    parts.push(`Against the database: ${added} with a new key, ${sameKey} with the key of a loaded rate.\n`);
  }
  if (precision) parts.push(precisionText(precision));
  parts.push(hidden.length === 0 ? 'No periods of one prefix overlap.\n' : hiddenText(hidden));
  if (margins) parts.push(margins.length === 0 ? 'No rate is below the vendor’s.\n' : marginsText(margins));
  return parts.join('\n');
}

function hiddenText(hidden: DeckCheck['hidden']): string {
  const table = textTable(
    [
      { title: 'rate_group' },
      { title: 'prefix', align: 'left' },
      { title: 'hidden' },
      { title: 'by' },
      { title: 'from' },
      { title: 'until' },
    ],
    hidden
      .slice(0, PRINTED)
      .map((one) => [one.rateGroup, one.prefix, one.hidden, one.by, one.from ?? 'ever', one.until ?? 'for good']),
  );
  return `${count(hidden)} hidden for a time by one of the same prefix that begins later:\n${table}${more(hidden)}`;
}

function marginsText(margins: NonNullable<DeckCheck['margins']>): string {
  const table = textTable(
    [
      { title: 'rate_group' },
      { title: 'numbers' },
      { title: 'sold in' },
      { title: 'rate', align: 'right' },
      { title: 'bought in' },
      { title: 'rate', align: 'right' },
      { title: 'loss/min', align: 'right' },
    ],
    margins
      .slice(0, PRINTED)
      .map((one) => [
        one.rateGroup,
        `${one.prefix}*`,
        one.client,
        one.clientRate,
        `${one.vendor} (${one.vendorPrefix})`,
        one.vendorRate,
        one.loss,
      ]),
  );
  return `${count(margins)} below the vendor’s:\n${table}${more(margins)}`;
}

function count(all: readonly unknown[]): string {
  return all.length === 1 ? '1 rate is' : `${all.length} rates are`;
}

function more(all: readonly unknown[]): string {
  return all.length > PRINTED ? `… and ${all.length - PRINTED} more; --json lists all\n` : '';
}
