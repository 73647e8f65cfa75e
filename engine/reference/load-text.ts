import type { LoadReport } from './load-report.ts';
import { mistakeLines } from './mistake.ts';
import { precisionText } from './precision-effect.ts';

/** A load as text: what was loaded, warnings, and for a deck what the precision does to it. */
export function loadText(report: LoadReport): string {
  const { file, kind, outcome, loadId, rows, added, changed, warnings, mistakes, precision } = report;
  const warned = warnings.map((warning) => `  warning: ${warning}\n`).join('');
  switch (outcome) {
    case 'unchanged':
      return `${file}: already loaded as load ${loadId}, nothing changed\n${warned}`;
    case 'refused':
      return `${file}: nothing loaded, ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}\n`;
    case 'loaded': {
      const what = kind === 'rates' ? 'replaced' : 'changed';
      const same = rows - added - changed;
      const effect = precision ? precisionText(precision) : '';
      return (
        `${file}: ${rows} ${kind} read as load ${loadId}: ${added} added, ${changed} ${what}, ${same} already there\n` +
        `${warned}${effect}`
      );
    }
  }
}

/** The mistakes of a refused file, a line each, the first fifty of them. */
export function mistakesText({ file, mistakes }: LoadReport): string {
  return mistakeLines(file, mistakes)
    .map((line) => `${line}\n`)
    .join('');
}
