import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableHtml } from '../../../engine/render/html-table.ts';
import type { Cell, Column } from '../../../engine/render/report-page.ts';

const columns: Column[] = [
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'fee', title: 'Fee', kind: 'money' },
  { name: 'seconds', title: 'minutes', kind: 'duration' },
];

const table = (rows: readonly (readonly Cell[])[], total?: readonly Cell[]) =>
  tableHtml({ id: 't', labelledBy: 'h', columns, rows, total, file: 't.csv' });

test('a cell carries its value where it is shown otherwise', () => {
  const html = table([['a', '1234.5', 90]], ['all', '1234.5678', 90]);
  assert.ok(html.includes('<tr><td class="text">a</td><td class="money" data-value="1234.5">1,234.5000</td>'));
  assert.ok(html.includes('<td class="duration" data-value="90">2</td>'));
  assert.match(html, /<tfoot>\n<tr><td class="text">all<\/td><td class="money" data-value="1234.5678">1,234.5678</);
});

test('null is told from an empty text', () => {
  const html = table([
    ['', null, null],
    [null, '1', 1],
  ]);
  assert.ok(html.includes('<tr><td class="text"></td><td class="money" data-null></td>'));
  assert.ok(html.includes('<tr><td class="text" data-null></td>'));
});

test('characters that HTML cannot carry are in JSON', () => {
  const html = table([['a\u0000\ufffe"', '1', 1]]);
  assert.ok(html.includes('data-json="&quot;a\\u0000\\ufffe\\&quot;&quot;"'), html);
});

test('the names of columns and of the file go to the script', () => {
  const html = tableHtml({
    id: 't',
    labelledBy: 'h',
    columns: [{ ...columns[0], name: `a"'` }],
    rows: [],
    file: 'x"y',
  });
  assert.ok(html.includes('data-file="x&quot;y" data-columns="[&quot;a\\&quot;&#39;&quot;]"'));
});
