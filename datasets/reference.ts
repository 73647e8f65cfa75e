import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeckOptions, makeDeck, rateLines } from './deck.ts';
import { makeParties, type PartyOptions, partyLines } from './parties.ts';

/** The files of a set of reference data. */
export const referenceFiles = { rates: 'rates.csv', accounts: 'accounts.csv', gateways: 'gateways.csv' } as const;

export type ReferenceKind = keyof typeof referenceFiles;

/** A deck, accounts and gateways as CSV (interfaces.md, "Reference data"). The same options give the same bytes. */
export function makeReference(options: DeckOptions & PartyOptions): Record<ReferenceKind, Buffer> {
  const { accounts, gateways } = makeParties(options);
  return {
    rates: csv(rateLines(makeDeck(options))),
    accounts: csv(partyLines(accounts)),
    gateways: csv(partyLines(gateways)),
  };
}

/** Writes reference data into a folder, which it makes; each file appears whole. */
export function writeReference(folder: string, reference: Record<ReferenceKind, Buffer>): void {
  mkdirSync(folder, { recursive: true });
  for (const [kind, file] of Object.entries(referenceFiles)) {
    const path = join(folder, file);
    writeFileSync(`${path}.part`, reference[kind as ReferenceKind]);
    renameSync(`${path}.part`, path);
  }
}

const CHUNK_CHARACTERS = 1 << 20;

function csv(lines: Iterable<string>): Buffer {
  const chunks: Buffer[] = [];
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length > CHUNK_CHARACTERS) {
      chunks.push(Buffer.from(text));
      text = '';
    }
  }
  return Buffer.concat([...chunks, Buffer.from(text)]);
}
