import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { optionTags } from '../../../signalling/message/option-tags.ts';

test('the tags of all lines of that name, in lower case', () => {
  const headers = new SipHeaders([
    { name: 'Supported', value: 'timer, 100rel' },
    { name: 'Require', value: 'path' },
    { name: 'Supported', value: ' Replaces,,timer' },
  ]);
  assert.deepEqual([...optionTags(headers, 'Supported')], ['timer', '100rel', 'replaces']);
  assert.deepEqual([...optionTags(headers, 'Require')], ['path']);
  assert.equal(optionTags(headers, 'Proxy-Require').size, 0);
});
