import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escaped, textHtml } from '../../../engine/render/escaped.ts';

test('nothing ends an element or a quoted attribute', () => {
  assert.equal(escaped(`<a href="x" title='y'>&amp;`), '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
});

test('text is one line', () => {
  assert.equal(textHtml('a\n<b>\uffff'), 'a\u{fffd}&lt;b&gt;\u{fffd}');
});
