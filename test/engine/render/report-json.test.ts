import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportJson } from '../../../engine/render/report-json.ts';
import { samplePage } from './sample-page.ts';

test('figures and sections by name; all rows as objects, money as text', () => {
  // As it is written: through JSON and back.
  const { title, headline, sections } = JSON.parse(JSON.stringify(reportJson(samplePage)));
  assert.equal(title, samplePage.title);
  assert.deepEqual(headline, { revenue: '16271.113754', charged: 140_102, margin_percent: null });
  assert.deepEqual(Object.keys(sections), ['what', 'steps', 'sweep', 'both', 'accounts', 'nobody']);
  assert.equal(sections.accounts.rows.length, 120);
  assert.equal(sections.accounts.rows[3].fee, '-90071992547409951.000003');
  assert.equal(sections.accounts.total.fee, '3242591731706757480.007140');
  assert.deepEqual(sections.nobody, { rows: [] });
  assert.deepEqual(sections.steps[3], { step: 'rounding', amount: '-0.000001' });
  assert.deepEqual(sections.both[1]['fee unit 0.1'], null);
  assert.deepEqual(sections.what, ['Free time 6 s instead of 0 s.', 'On all calls.']);
});
