import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OperatorError } from '../../engine/errors.ts';
import { formatList, writeReport } from '../../engine/write-report.ts';
import { folder } from './reference/folder.ts';
import { samplePage } from './render/sample-page.ts';

test('formats are named with commas, once each', () => {
  assert.deepEqual(formatList('html, csv,html'), ['html', 'csv']);
  assert.throws(
    () => formatList('html,pdf,'),
    /pdf, {2}is no format: choose of html, csv, json, text\.|pdf.*is no format/,
  );
  assert.throws(() => formatList(''), /nothing is no format/);
});

test('files go to the folder of the command, or to the one named, which is made', async (t) => {
  const { dir } = folder(t);
  await writeReport(samplePage, { format: ['html'] }, join(dir, 'a', 'b'));
  assert.deepEqual(readdirSync(join(dir, 'a', 'b')), ['report.html']);
  await writeReport(samplePage, { format: ['text', 'json'], out: join(dir, 'c') }, join(dir, 'unused'));
  assert.deepEqual(readdirSync(join(dir, 'c')), ['report.json', 'report.txt']);
  assert.ok(readFileSync(join(dir, 'c', 'report.txt'), 'utf8').startsWith(samplePage.title));
  assert.deepEqual(readdirSync(dir), ['a', 'c']);
});

test('a folder that cannot be made is the operator’s business', async (t) => {
  const { dir, write } = folder(t);
  const file = write('file', '');
  await assert.rejects(
    writeReport(samplePage, { format: ['html'], out: join(file, 'x') }, dir),
    (error: OperatorError) => {
      assert.ok(error instanceof OperatorError);
      return /^the folder .* cannot be made: .* Name another with --out$/.test(error.message);
    },
  );
});

test('text and JSON cannot share standard output', async () => {
  await assert.rejects(
    writeReport(samplePage, { format: ['text', 'json'] }, 'x'),
    /text and JSON cannot share standard output: leave one out, or name a folder with --out/,
  );
  await assert.rejects(writeReport(samplePage, { format: ['text'], json: true }, 'x'), /cannot share standard output/);
});
