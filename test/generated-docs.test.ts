import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { auditNames } from '../engine/audits/read-audit.ts';
import { billingParameters } from '../rating/parameters.ts';
import { signallingParameters } from '../signalling/parameters.ts';
import { auditsReadme, ratingReadme, signallingReadme } from './generated-docs.ts';

test('the generated tables of rating/README.md are current (npm run docs writes them)', () => {
  const { found, expected } = ratingReadme();
  assert.equal(found, expected);
});

test('the generated table of signalling/README.md is current, with every parameter (npm run docs writes it)', () => {
  const { found, expected } = signallingReadme();
  assert.equal(found, expected);
  const names = [...found.matchAll(/^\| (SS_\w+) \|/gm)].map(([, name]) => name);
  assert.deepEqual(
    names,
    signallingParameters.map(({ name }) => name),
  );
});

test('engine/audits/README.md is current, and has a section of every audit (npm run docs writes it)', () => {
  const { found, expected } = auditsReadme();
  assert.equal(found, expected);
  const sections = [...found.matchAll(/^### (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual(sections, auditNames());
});

test('rating/README.md names every parameter and only files that exist', () => {
  const { found } = ratingReadme();
  for (const { name } of billingParameters) {
    assert.ok(found.includes(name), name);
    assert.ok(found.includes(name.replace('SERVER_BILLING_', '')), name);
  }
  for (const [, file] of found.matchAll(/(?<![\w./-])([a-z-]+\.ts)\b/g)) {
    assert.ok(existsSync(new URL(`../rating/${file}`, import.meta.url)), file);
  }
});
