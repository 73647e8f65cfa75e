import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../../../engine/render/charts/chart-svg.ts';
import type { Chart } from '../../../../engine/render/report-page.ts';
import { bars, heatMap, lines, waterfall } from '../sample-page.ts';

for (const chart of [bars, lines, waterfall, heatMap] satisfies Chart[]) {
  test(`${chart.kind} are one image with a name, in colours of the page, with no style, script or link of its own`, () => {
    const svg = chartSvg(chart, 'steps-chart-1');
    assert.match(
      svg,
      /^<svg viewBox="0 0 960 \d+" role="img" aria-labelledby="steps-chart-1-title steps-chart-1-values"><title id=/,
    );
    assert.ok(svg.includes(`<title id="steps-chart-1-title">${chart.title}</title>`));
    assert.doesNotMatch(svg, /<style|<script|href|class=|ecmeta|url\(|\sid="(?!steps-)|\son\w+=/);
    // A line has no inside, whatever the library fills it with.
    const seen = svg.replaceAll(/d="M0 5L25 5"[^>]*? fill="#000"/g, '');
    const colours = new Set([...seen.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour));
    assert.deepEqual(
      [...colours].filter((colour) => !/^(var\(--[\w-]+\)|none)$/.test(colour)),
      [],
    );
    assert.equal(svg, chartSvg(chart, 'steps-chart-1'), 'the same drawing each time');
  });
}

test('names that would break out of SVG, or out of their line, are text', () => {
  const hostile = ['</text><script>alert(1)</script>', '"><img src=x>', 'a\nb\u202egnp.exe', 'x'.repeat(10_000)];
  const svg = chartSvg(
    { ...bars, categories: hostile, series: [{ name: '<b>&', values: ['1', '2', '3', '4'] }], title: hostile[0] },
    'a',
  );
  assert.doesNotMatch(svg, /<(script|img|b)\b|\u202e|\n/);
  assert.ok(svg.includes('<title id="a-title">&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>'));
  assert.ok(svg.includes('&lt;/text&gt;&lt;script&gt;'), 'on the axis');
  assert.ok(svg.length < 20_000);
});
