import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { openDatabase } from '../../../engine/database.ts';
import { LONGEST_TEXT } from '../../../engine/render/html-table.ts';
import { sectionCsv } from '../../../engine/render/report-csv.ts';
import { reportHtml } from '../../../engine/render/report-html.ts';
import type { ReportPage, TableSection } from '../../../engine/render/report-page.ts';
import { shortened } from '../../../engine/render/value-text.ts';
import { ratemill } from '../commands/ratemill.ts';
import { plainMap } from '../reconcile/compare.ts';
import { hostilePage } from '../render/hostile-page.ts';
import { manyRows, samplePage } from '../render/sample-page.ts';
import { readNightPage } from '../reports/night-page.ts';
import { type Chromium, startChromium, withoutChromium } from './chromium.ts';

const skip = withoutChromium;
const dir = mkdtempSync(join(tmpdir(), 'ratemill-pages-'));
const pages: Record<string, ReportPage> = { sample: samplePage, hostile: hostilePage };
/** Pages that commands write of the database of the night, by name; a report goes to a folder of that name. */
const written: Record<string, readonly string[]> = {
  impact: [
    'impact',
    '--set',
    'SERVER_BILLING_FREE_TIME=6',
    '--set',
    'SERVER_BILLING_FEE_UNIT=0.001',
    '--out',
    'impact',
  ],
  curve: ['impact', '--sweep', 'SERVER_BILLING_FREE_TIME=0..60/5', '--out', 'curve'],
  grid: [
    ...['impact', '--sweep', 'SERVER_BILLING_FREE_TIME=0..30/3', '--sweep', 'SERVER_BILLING_FEE_PRECISTION=0..4'],
    ...['--out', 'grid'],
  ],
  reconciliation: ['reconcile', 'partner.csv', '--account', 'client-002', '--map', plainMap],
};
let chromium: Chromium;

before(async () => {
  if (skip) return;
  pages.night = await readNightPage(dir);
  for (const [name, page] of Object.entries(pages)) writeFileSync(fileOf(name), reportHtml(page));
  writeFileSync(join(dir, 'partner.csv'), await partnerFile());
  for (const [name, words] of Object.entries(written)) {
    const { stderr, stdout } = ratemill(dir, [...words, '--format', 'html']);
    assert.doesNotMatch(stderr, /^ratemill: /);
    writeFileSync(fileOf(name), stdout === '' ? readFileSync(join(dir, name, 'report.html')) : stdout);
  }
  chromium = await startChromium();
});

after(async () => {
  await chromium?.close();
  rmSync(dir, { recursive: true });
});

function fileOf(name: string): string {
  return join(dir, `${name}.html`);
}

/** Calls of an account as a partner might have them: some longer, some not at all. */
async function partnerFile(): Promise<string> {
  const { connection, close } = await openDatabase(join(dir, 'ratemill.duckdb'), { readOnly: true });
  const found = await connection.runAndReadAll(`
    SELECT concat_ws(',', callee_e164, strftime(answered_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S'),
      hold_time + CASE WHEN flow_no % 9 = 0 THEN 60 ELSE 0 END, fee)
    FROM rated_calls WHERE account = 'client-002' AND hold_time > 0 AND flow_no % 7 > 0 ORDER BY flow_no`);
  close();
  return `${['number,start,seconds,money', ...found.getRows().map(([line]) => line)].join('\n')}\n`;
}

for (const name of ['sample', 'hostile', 'night', ...Object.keys(written)]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${name}, ${colorScheme}: opens without network or complaint, accessible, every label in its place`, {
      skip,
    }, async () => {
      const { page, complaints } = await chromium.open(fileOf(name), { colorScheme });
      await page.evaluate('inPage.openDetails()');
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(await page.evaluate('inPage.misplacedLabels()'), []);
      assert.equal(await page.evaluate('inPage.overflow()'), 0, 'the page does not scroll sideways');
      await page.setViewportSize({ width: 400, height: 800 });
      assert.equal(await page.evaluate('inPage.overflow()'), 0, 'nor on a telephone');
      const ground = await page.evaluate('inPage.ground()');
      assert.equal(ground, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 28)');
      assert.deepEqual(complaints, []);
      await page.context().close();
    });
  }

  test(`${name} prints: light, folded tables open, nothing beside the paper`, { skip }, async () => {
    const { page, complaints } = await chromium.open(fileOf(name), { colorScheme: 'dark' });
    await page.evaluate('inPage.countFoldedOnPaper()');
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    assert.ok(sheets >= 1 && sheets <= 60, `${sheets} sheets`);
    assert.equal(await page.title(), '0 folded');
    assert.equal(await page.locator('details[open]').count(), 0, 'folded again');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 703, height: 1000 });
    assert.equal(await page.evaluate('inPage.overflow()'), 0);
    assert.deepEqual(await page.evaluate('inPage.cutTables()'), []);
    assert.equal(await page.evaluate('inPage.ground()'), 'rgb(255, 255, 255)');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test('columns sort by value: names upwards, figures downwards, the other way round at the next click', {
  skip,
}, async () => {
  const { page, complaints } = await chromium.open(fileOf('sample'));
  const rows = manyRows.rows.slice(0, 100);
  const expected = (column: number, compare: (a: string, b: string) => number) =>
    rows
      .map((row) => row[column])
      .sort((a, b) => {
        return a === null || b === null ? Number(a === null) - Number(b === null) : compare(String(a), String(b));
      });
  const micros = (text: string) => BigInt(text.replace('.', ''));
  const byAmount = (a: string, b: string) => (micros(a) < micros(b) ? -1 : micros(a) > micros(b) ? 1 : 0);
  const byNumber = (a: string, b: string) => Number(a) - Number(b);
  const table = page.locator('#accounts-table');
  for (const [column, compare] of [
    [1, byNumber],
    [2, byAmount],
    [3, byNumber],
    [4, byNumber],
  ] as const) {
    const head = table.locator('thead th').nth(column);
    await head.locator('button').click();
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await valuesOf(table, column), expected(column, (a, b) => compare(b, a)).map(asText));
    await head.locator('button').click();
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(await valuesOf(table, column), expected(column, compare).map(asText));
  }
  await table.locator('thead th').first().locator('button').press('Enter');
  assert.equal(await table.locator('[aria-sort]').count(), 1);
  assert.deepEqual((await valuesOf(table, 0)).slice(0, 2), ['client-000', 'client-001']);
  assert.match((await table.locator('tfoot').textContent()) ?? '', /^\s*all71,400/, 'the total stays where it is');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('search keeps the rows with all words, and says how many', { skip }, async () => {
  const { page } = await chromium.open(fileOf('sample'));
  const search = page.getByRole('searchbox', { name: 'Search Accounts' });
  const found = search.locator('xpath=../..').locator('output');
  const visible = page.locator('#accounts-table tbody tr:visible');
  await search.fill('CLIENT-09  2026-03-04');
  assert.equal(await found.textContent(), '6 of 100 rows');
  assert.equal(await visible.count(), 6);
  await search.fill('no such account');
  assert.equal(await found.textContent(), '0 of 100 rows');
  await search.fill('');
  assert.equal(await visible.count(), 100);
  await page.context().close();
});

test('a downloaded table is the CSV file, hostile names or not; of a search it is what was found', {
  skip,
}, async () => {
  const names = hostilePage.sections[1] as TableSection;
  const rows = names.rows.map(([name, amount]) => [shortened(String(name), LONGEST_TEXT), amount]);
  const hostile = await chromium.open(fileOf('hostile'));
  assert.equal(await download(hostile.page, '#names-table'), [...sectionCsv({ ...names, rows })].join(''));
  await hostile.page.context().close();
  const { page, complaints } = await chromium.open(fileOf('sample'));
  const first = { ...manyRows, rows: manyRows.rows.slice(0, 100) };
  assert.equal(await download(page, '#accounts-table'), [...sectionCsv(first)].join(''));
  await page.getByRole('searchbox', { name: 'Search Accounts' }).fill('client-042');
  assert.equal(
    await download(page, '#accounts-table'),
    [...sectionCsv({ ...manyRows, rows: [manyRows.rows[42]] })].join(''),
  );
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('an impact is sorted, searched and downloaded as the sample is', { skip }, async () => {
  const { page, complaints } = await chromium.open(fileOf('impact'));
  const { sections } = JSON.parse(ratemill(dir, [...written.impact.slice(0, -2), '--json']).stdout);
  const accounts: { account: string; fee_after: string; calls: number }[] = sections.by_account.rows;
  assert.ok(accounts.length > 10, 'there is something to sort');
  const table = page.locator('#by_account-table');
  const calls = table.locator('thead th').nth(1);
  await calls.locator('button').click();
  const descending = accounts.map((one) => Number(one.calls)).sort((a, b) => b - a);
  assert.deepEqual((await valuesOf(table, 1)).map(Number), descending);
  await page.getByRole('searchbox', { name: 'Search By account' }).fill(accounts[3].account);
  assert.deepEqual(await table.locator('tbody tr:visible th, tbody tr:visible td:first-child').allTextContents(), [
    accounts[3].account,
  ]);
  const [, line, ...more] = (await download(page, '#by_account-table')).trim().split('\r\n');
  assert.deepEqual([line.split(',')[0], line.split(',')[6], more], [accounts[3].account, accounts[3].fee_after, []]);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('with scripts off the tables are there, and nothing that would do nothing', { skip }, async () => {
  const { page } = await chromium.open(fileOf('night'), { javaScriptEnabled: false });
  assert.equal(await page.locator('button, input').count(), 0);
  assert.ok((await page.locator('#statuses-table tbody tr').count()) > 5);
  await page.locator('summary').first().click();
  assert.ok(await page.locator('details table').first().isVisible());
  await page.context().close();
});

/** Values of a column as the page holds them, in the order shown; null is an empty text. */
function valuesOf(table: Locator, column: number): Promise<string[]> {
  return table.locator('tbody tr').evaluateAll((rows, place) => {
    return rows.map((row) => {
      const cell = row.children[place];
      return cell.getAttribute('data-value') ?? cell.textContent ?? '';
    });
  }, column);
}

function asText(value: unknown): string {
  return value === null ? '' : String(value);
}

async function download(page: Page, table: string): Promise<string> {
  const button = page.locator(`div.tools:has(+ div.table > ${table})`).getByRole('button', { name: /^Download CSV/ });
  const [started] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFileSync(await started.path(), 'utf8');
}

/** What axe-core finds wrong, of every severity, with the first place of each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return results.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 200)}`);
}
