import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** A worked example of signalling.json. */
export interface SignallingVector {
  readonly id: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: fields differ from kind to kind
  readonly given: Record<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: fields differ from kind to kind
  readonly expect: Record<string, any>;
}

const file = new URL('../../../shared/spec/vectors/signalling.json', import.meta.url);
const vectors: readonly SignallingVector[] = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: SignallingVector[] }).vectors
  : [];

/** A test for each worked example of these kinds, titled by its id; one that is skipped where the examples are not there. */
export function testVectors(kinds: readonly string[], check: (vector: SignallingVector) => void | Promise<void>): void {
  if (vectors.length === 0)
    test(`${kinds.join(', ')} of signalling.json`, { skip: 'the worked examples are not here' });
  for (const kind of kinds) {
    const found = vectors.filter((vector) => vector.kind === kind);
    if (found.length === 0 && vectors.length > 0) throw new Error(`signalling.json has no examples of ${kind}`);
    for (const vector of found) test(vector.id, () => check(vector));
  }
}

/** Milliseconds as the examples write seconds: `31.5`. */
export function secondsText(ms: number): string {
  return String(ms / 1000);
}
