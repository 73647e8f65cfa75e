import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportFiles, reportFormats } from '../../../engine/render/report-files.ts';
import { samplePage } from './sample-page.ts';

test('a file a format, for CSV one a section with values, in the order asked for', () => {
  const names = (formats: Parameters<typeof reportFiles>[1]) =>
    reportFiles(samplePage, formats).map(({ name }) => name);
  assert.deepEqual(names(['json', 'csv']), [
    'report.json',
    'steps.csv',
    'sweep.csv',
    'both.csv',
    'accounts.csv',
    'nobody.csv',
  ]);
  assert.deepEqual(names(['html', 'text']), ['report.html', 'report.txt']);
});

test('every format is text in pieces', async () => {
  for (const format of reportFormats) {
    for (const { pieces } of reportFiles(samplePage, [format])) {
      for await (const piece of pieces) assert.ok(piece.length > 0, format);
    }
  }
});
