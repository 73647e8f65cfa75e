import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedSignallingValues, parseSignallingParameter } from '../../signalling/parameter-value.ts';
import { type SignallingParameter, signallingParameters } from '../../signalling/parameters.ts';
import { testVectors } from './vectors.ts';

const parameters: readonly SignallingParameter[] = signallingParameters;

testVectors(['param-range'], ({ given, expect }) => {
  const parameter = parameters.find(({ name }) => name === given.name);
  assert.ok(parameter, given.name);
  assert.equal(parseSignallingParameter(parameter, String(given.value)) !== undefined, expect.valid);
});

test('each default is allowed, and read back as it is; just outside of a range is refused', () => {
  for (const parameter of parameters) {
    const { name, default: value, min, max } = parameter;
    assert.deepEqual(parseSignallingParameter(parameter, String(value ?? 'null')), { value }, name);
    for (const outside of [min === undefined ? [] : [min - 1], max === undefined ? [] : [max + 1]].flat()) {
      assert.equal(parseSignallingParameter(parameter, String(outside)), undefined, `${name} ${outside}`);
    }
    assert.notEqual(allowedSignallingValues(parameter), '');
  }
  assert.equal(new Set(parameters.map(({ name }) => name)).size, parameters.length);
});

test('one that nothing reads says why, or belongs to what is to come', () => {
  assert.ok(parameters.some(({ readBy }) => readBy === null));
  assert.ok(parameters.some(({ readBy }) => readBy !== null));
});
