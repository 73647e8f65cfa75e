import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { reportHtml } from '../../../engine/render/report-html.ts';
import type { Cell } from '../../../engine/render/report-page.ts';
import { hostileNames, hostilePage } from './hostile-page.ts';
import { type ParsedElement, parsedPage } from './parsed-page.ts';
import { manyRows, samplePage } from './sample-page.ts';

for (const [name, page] of Object.entries({ samplePage, hostilePage })) {
  const html = reportHtml(page);
  const { elements, errors } = parsedPage(html);
  const of = (tag: string) => elements.filter((element) => element.tag === tag);

  test(`${name} is valid HTML with unique ids, and what is labelled has its label`, () => {
    assert.deepEqual(errors, []);
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    assert.deepEqual(ids, [...new Set(ids)]);
    const labels = elements.flatMap(({ attributes }) => attributes['aria-labelledby']?.split(' ') ?? []);
    assert.ok(labels.length > 4);
    assert.deepEqual(
      labels.filter((label) => !ids.includes(label)),
      [],
    );
    for (const { attributes } of of('a')) assert.ok(ids.includes(attributes.href.slice(1)), attributes.href);
  });

  test(`${name} loads nothing, and runs its own script only`, () => {
    const loading = elements.filter(({ attributes }) =>
      ['src', 'srcset', 'action', 'data', 'xlink:href'].some((key) => key in attributes),
    );
    assert.deepEqual(loading, []);
    assert.deepEqual(
      elements.filter(({ attributes }) => Object.keys(attributes).some((key) => key.startsWith('on'))),
      [],
    );
    const tags = new Set(elements.map(({ tag }) => tag));
    for (const tag of ['img', 'link', 'iframe', 'object', 'embed', 'form', 'base', 'use', 'image'])
      assert.ok(!tags.has(tag), tag);
    assert.equal(of('script').length, 1);
    assert.equal(of('style').length, 1);
    assert.doesNotMatch(of('style')[0].text, /url\(|@import/);
    const [{ attributes }] = of('meta').filter((meta) => meta.attributes['http-equiv'] === 'Content-Security-Policy');
    const hash = createHash('sha256').update(of('script')[0].text).digest('base64');
    assert.equal(
      attributes.content,
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test(`every drawing of ${name} has a name, and its values as a table`, () => {
    const drawings = of('svg');
    assert.equal(drawings.length, 4);
    assert.equal(of('figcaption').length, 4);
    assert.equal(of('details').length, 4);
    for (const { attributes } of drawings) assert.equal(attributes.role, 'img');
  });
}

/** Texts of the cells of a table, a list a row. */
function cellsOf(html: string, id: string): string[][] {
  const [, table] = new RegExp(`<table id="${id}"[^]*?</table>`).exec(html)?.[0].split(/(?=<tbody>)/) ?? [];
  return table.split('</tr>').map((row) => [...row.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text));
}

test('a table shows the first 100 rows and the total of all, and says so', () => {
  const html = reportHtml(samplePage);
  const rows = cellsOf(html, 'accounts-table').filter((row) => row.length > 0);
  assert.equal(rows.length, 101);
  assert.deepEqual(rows[100], ['all', '71,400', '3,242,591,731,706,757,480.007140', '', '119,000', '']);
  assert.ok(
    html.includes('The first 100 of 120 rows; the total is over all. --format csv writes all, to accounts.csv.'),
  );
});

test('a page stays below 2 MB whatever the number of rows', () => {
  const rows = Array.from({ length: 200_000 }, (_, i): readonly Cell[] => manyRows.rows[i % 120]);
  const sections = Array.from({ length: 20 }, (_, i) => ({ ...manyRows, name: `s${i}`, rows }));
  assert.ok(Buffer.byteLength(reportHtml({ ...samplePage, sections })) < 2_000_000);
});

test('hostile names are text, and can be read as far as there is room', () => {
  const { elements } = parsedPage(reportHtml(hostilePage));
  const texts = elements.filter(({ tag }) => ['td', 'p', 'h1', 'title'].includes(tag)).map(({ text }) => text);
  for (const name of hostileNames.slice(0, 6)) assert.ok(texts.includes(name), name);
  const cell = elements.find(({ tag, text }) => tag === 'td' && text.startsWith('xxx')) as ParsedElement;
  assert.equal(cell.text.length, 300);
});
