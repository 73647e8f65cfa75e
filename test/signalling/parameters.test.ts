import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type SignallingParameter, signallingParameters } from '../../signalling/parameters.ts';

const parameters: readonly SignallingParameter[] = signallingParameters;

interface KnownParameter {
  readonly name: string;
  readonly kind: string;
  readonly scope: string;
  readonly default: unknown;
  readonly range: unknown;
}

const knownFile = new URL('../../../shared/spec/vectors/parameters.json', import.meta.url);
const known: readonly KnownParameter[] = existsSync(knownFile)
  ? (JSON.parse(readFileSync(knownFile, 'utf8')) as { parameters: KnownParameter[] }).parameters
  : [];

test('the parameters of the softswitch that are known are declared, with their defaults and ranges', {
  skip: known.length === 0 ? 'parameters.json is not here' : false,
}, () => {
  const ofSystem = known.filter(({ kind, name }) => kind === 'SS' && name.startsWith('SS_'));
  assert.deepEqual(ofSystem.map(({ name }) => name).sort(), parameters.map(({ name }) => name).sort());
  for (const { name, default: value, range } of ofSystem) {
    const declared = parameters.find((one) => one.name === name) as SignallingParameter;
    // Auto stands for no value of ours.
    if (value !== 'unknown') assert.equal(declared.default, value === 'Auto Negotiation' ? null : value, name);
    if (typeof range !== 'object' || range === null) continue;
    const { min, max, allowed } = range as { min?: number; max?: number; allowed?: readonly (string | number)[] };
    if (min !== undefined) assert.equal(declared.min, min, name);
    if (max !== undefined) assert.equal(declared.max, max, name);
    if (allowed !== undefined) assert.deepEqual(declared.allowed ?? ['On', 'Off'], allowed, name);
  }
});

test('the file that is said to read a parameter does, and one that nothing reads says why', () => {
  for (const { name, readBy, reading, meaning } of parameters) {
    assert.match(meaning, /^[A-Z].*\.$/, name);
    if (readBy === null) assert.match(reading, /^[A-Z"].*\.$/, name);
    else {
      const source = readFileSync(new URL(`../../signalling/${readBy}.ts`, import.meta.url), 'utf8');
      assert.ok(source.includes(name), `${readBy}.ts reads ${name}`);
    }
  }
});
