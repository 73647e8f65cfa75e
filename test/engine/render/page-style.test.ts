import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const style = readFileSync(new URL('../../../engine/render/page-style.css', import.meta.url), 'utf8');
const [light, dark] = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]),
  );
});

/** What is written on what: WCAG 2.2 asks for 4.5 to 1. */
const TEXT = [
  ...['paper', 'raised'].flatMap((ground) => [
    ['ink', ground],
    ['muted', ground],
  ]),
  ['link', 'paper'],
  ...['heat-1', 'heat-2', 'heat-3', 'rise-1', 'rise-2', 'fall-1', 'fall-2'].map((ground) => ['ink', ground]),
  ...['heat-4', 'heat-5', 'rise-3', 'fall-3'].map((ground) => ['paper', ground]),
];

/** What is drawn on the page: 3 to 1. */
const DRAWN = ['series-1', 'series-2', 'series-3', 'series-4', 'up', 'down'].map((colour) => [colour, 'paper']);

for (const [scheme, colours] of Object.entries({ light, dark })) {
  test(`contrast of ${scheme}`, () => {
    for (const [pairs, least] of [
      [TEXT, 4.5],
      [DRAWN, 3],
    ] as const) {
      for (const [front, ground] of pairs) {
        const ratio = contrast(colours[front], colours[ground]);
        assert.ok(ratio >= least, `${front} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });
}

test('light and dark have the same colours', () => {
  assert.ok(Object.keys(light).length > 15);
  assert.deepEqual(Object.keys(dark), Object.keys(light));
});

function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
