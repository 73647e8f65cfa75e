import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import { validateConfiguration } from '../../../engine/parameters/validate.ts';
import { billingParameters, defaultParameters, type Parameter } from '../../../rating/parameters.ts';

/** What is wrong with one parameter, or undefined. */
function problem(name: string, value: string): string | undefined {
  const checked = validateConfiguration({ parameters: { [name]: value } });
  if ('values' in checked) return undefined;
  assert.equal(checked.mistakes.length, 1);
  assert.equal(checked.mistakes[0].path, `parameters.${name}`);
  return checked.mistakes[0].problem;
}

function read(name: string, value: string): unknown {
  const checked = validateConfiguration({ parameters: { [name]: value } });
  assert.ok('values' in checked, `${name}=${value}`);
  return (checked.values.parameters as Record<string, unknown>)[name];
}

for (const parameter of billingParameters as readonly Parameter[]) {
  const { name, type, min, max } = parameter;

  test(`${name} takes its default and prints and parses back`, () => {
    assert.equal(read(name, String(parameter.default)), parameter.default);
    const inside = type === 'patterns' ? ['5000*, 7000', ''] : [String(min), String(max)];
    for (const text of inside) {
      const value = read(name, text);
      assert.equal(String(value), text);
      assert.equal(typeof value, type === 'int' || type === 'switch' ? 'number' : 'string');
      assert.equal(read(name, String(value)), value);
    }
  });

  test(`${name} refuses what is just outside, by name`, () => {
    if (type === 'patterns') {
      assert.equal(
        problem(name, '1*2'),
        'entry "1*2" is not a number pattern at position 2; allowed: digits, or digits and one * at the end',
      );
      return;
    }
    const step = type === 'decimal' ? '0.000001' : '1';
    for (const outside of [new Decimal(min ?? 0).minus(step).toFixed(), new Decimal(max ?? 0).plus(step).toFixed()]) {
      assert.match(problem(name, outside) ?? '', /^-?[\d.]+ is not allowed; allowed: /);
    }
    for (const nonsense of ['', ' 1', '1 ', '1e0', '0x1', '+1', 'NaN', '1,5', '01x', '٣']) {
      assert.match(problem(name, nonsense) ?? '', /is not allowed; allowed: /, `${name}=${nonsense}`);
    }
  });
}

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: { readonly key: string; readonly name: string; readonly value: number };
  readonly expect: { readonly recognised?: boolean; readonly valid?: boolean };
}

const vectorFile = new URL('../../../../shared/spec/vectors/rating.json', import.meta.url);

if (existsSync(vectorFile)) {
  const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: Vector[] };
  for (const { id, kind, given, expect } of vectors) {
    if (kind === 'config-key') {
      test(id, () => assert.equal(problem(given.key, '2') === undefined, expect.recognised));
    }
    if (kind === 'param-range') {
      test(id, () => assert.equal(problem(given.name, String(given.value)) === undefined, expect.valid));
    }
  }
} else {
  test('vectors config-key and param-range', (t) => t.skip(`${vectorFile.pathname} is not there`));
}

test('the sentences name the value and what is allowed', () => {
  assert.equal(
    problem('SERVER_BILLING_FREE_TIME', '86401'),
    '86401 is not allowed; allowed: a whole number from 0 to 86400 (s)',
  );
  assert.equal(problem('SERVER_BILLING_RECORD_ILLEGAL_CALL', 'yes'), '"yes" is not allowed; allowed: 0 or 1');
  assert.equal(
    problem('SERVER_BILLING_FEE_UNIT', '0.0000001'),
    '0.0000001 is not allowed; allowed: a plain decimal with at most 6 decimals from 0.000001 to 1000000 (money), ' +
      'such as "0.01"',
  );
});

test('ranges are decimal: what a binary fraction would let through is refused', () => {
  assert.notEqual(problem('SERVER_BILLING_FEE_UNIT', '1000000.00000000000000000001'), undefined);
  assert.notEqual(problem('SERVER_BILLING_FREE_TIME', '86400.00000000000000000001'), undefined);
});

test('an unknown name is told with the nearest one', () => {
  assert.equal(
    problem('SERVER_BILLING_FEE_PRECISION', '2'),
    'is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION',
  );
  assert.equal(problem('SERVER_BILLING_FEE_TIME', '2'), 'is not a parameter; did you mean SERVER_BILLING_FREE_TIME?');
  assert.equal(problem('fee_unit', '2'), 'is not a parameter; did you mean SERVER_BILLING_FEE_UNIT?');
  assert.equal(problem('COLOUR_OF_THE_WALL_IN_THE_OFFICE', '2'), 'is not a parameter');
});

test('the whole is checked: types, keys, every mistake', () => {
  const mistakes = (value: Parameters<typeof validateConfiguration>[0]) => {
    const checked = validateConfiguration(value);
    return 'mistakes' in checked ? checked.mistakes.map(({ path, problem: text }) => `${path}: ${text}`) : [];
  };
  assert.deepEqual(mistakes({ parameters: '5' }), [
    'parameters: 5 is not allowed; allowed: an object of names and values, such as {"SERVER_BILLING_FEE_PRECISTION": 4}',
  ]);
  assert.deepEqual(mistakes([]), [
    ': a list is not allowed; allowed: an object with the keys parameters, scopes, quantiseRates and signalling',
  ]);
  assert.deepEqual(mistakes({ quantiseRates: '1', quantizeRates: true }), [
    'quantiseRates: 1 is not allowed; allowed: true or false',
    'quantizeRates: is not a key; did you mean quantiseRates?',
  ]);
  assert.deepEqual(
    mistakes({ parameters: { SERVER_BILLING_FREE_TIME: null, SERVER_BILLING_FEE_PRECISTION: true, __proto__x: '1' } }),
    [
      'parameters.SERVER_BILLING_FREE_TIME: null is not allowed; allowed: a whole number from 0 to 86400 (s)',
      'parameters.SERVER_BILLING_FEE_PRECISTION: true is not allowed; allowed: a whole number from 0 to 4 (decimals)',
      'parameters.__proto__x: is not a parameter',
    ],
  );
  assert.deepEqual(validateConfiguration({}), { values: {} });
  assert.deepEqual(validateConfiguration({ quantiseRates: 'false', parameters: {} }), {
    values: { quantiseRates: false, parameters: {} },
  });
});

test('validation leaves its input and the defaults alone', () => {
  const value = { parameters: { SERVER_BILLING_FREE_TIME: '5' } };
  validateConfiguration(value);
  assert.deepEqual(value, { parameters: { SERVER_BILLING_FREE_TIME: '5' } });
  assert.equal(defaultParameters.SERVER_BILLING_FREE_TIME, 0);
});
