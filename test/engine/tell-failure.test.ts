import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingOf, usageFailure } from '../../engine/tell-failure.ts';

const telling = (line: string) => {
  const { log, oneLine, command } = tellingOf(line.split(' '));
  return [log, oneLine, command];
};

test('how failures are told is found in any command line, also a wrong one', () => {
  assert.deepEqual(telling('rate events --log json'), ['json', false, 'rate']);
  assert.deepEqual(telling('rate --log=text --sinc 2d'), ['text', false, 'rate']);
  assert.deepEqual(telling('rate --summary --max-unrated x'), [undefined, true, 'rate']);
  assert.deepEqual(telling('rate --log xml'), [undefined, false, 'rate']);
  assert.deepEqual(telling('rate json -- --log json --summary'), [undefined, false, 'rate']);
  assert.deepEqual(telling('--version'), [undefined, false, undefined]);
});

test('what commander says becomes one line', () => {
  assert.equal(
    usageFailure("error: unknown option '--sinc'\n(Did you mean --since?)").message,
    "unknown option '--sinc' (Did you mean --since?); see --help",
  );
});
