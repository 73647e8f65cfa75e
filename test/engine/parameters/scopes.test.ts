import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Decimal } from 'decimal.js';
import { OperatorError } from '../../../engine/errors.ts';
import { type ResolvedConfiguration, resolveConfiguration } from '../../../engine/parameters/configuration.ts';
import { type Leg, parametersFor, scopeKinds } from '../../../engine/parameters/scopes.ts';
import { billingParameters, defaultParameters, type Parameter } from '../../../rating/parameters.ts';
import { folder } from '../reference/folder.ts';

const nobody: Leg = { gateway: null, account: null, rateGroup: null };
const words = { gateway: 'gateway', account: 'account', rateGroup: 'rate group' };

/** Resolves a configuration that is written into a file. */
function resolved(t: TestContext, written: unknown, ...set: string[]): ResolvedConfiguration & { file: string } {
  const { dir, write } = folder(t);
  const file = write('ratemill.json', typeof written === 'string' ? written : JSON.stringify(written));
  return { ...resolveConfiguration({ db: join(dir, 'ratemill.duckdb'), set }), file };
}

/** The lines that tell the mistakes of a configuration, without the folder of the file. */
function mistakes(t: TestContext, written: unknown): string[] {
  try {
    resolved(t, written);
  } catch (error) {
    assert.ok(error instanceof OperatorError);
    assert.equal(error.exitStatus, 2);
    return error.details.map((line) => line.slice(line.indexOf('ratemill.json')));
  }
  throw new assert.AssertionError({ message: 'no mistake found' });
}

function subsets<T>([first, ...rest]: readonly T[]): T[][] {
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

test('the narrowest scope wins, whatever is set and whoever a leg belongs to', (t) => {
  const values = { gateway: 1, account: 2, rateGroup: 3 };
  const narrowestFirst = ['gateway', 'account', 'rateGroup'] as const;
  for (const setFor of subsets(narrowestFirst)) {
    const configuration = resolved(t, {
      parameters: { SERVER_BILLING_FREE_TIME: 9 },
      scopes: Object.fromEntries(
        setFor.map((kind) => [
          `${kind}s`,
          { mine: { SERVER_BILLING_FREE_TIME: values[kind] }, other: { SERVER_BILLING_FREE_TIME: 77 } },
        ]),
      ),
    });
    for (const known of subsets(narrowestFirst)) {
      const leg = { ...nobody, ...Object.fromEntries(known.map((kind) => [kind, 'mine'])) };
      const winner = narrowestFirst.find((kind) => setFor.includes(kind) && known.includes(kind));
      const { parameters, sources } = parametersFor(configuration, leg);
      const title = `set for ${setFor}, leg of ${known}`;
      assert.equal(parameters.SERVER_BILLING_FREE_TIME, winner ? values[winner] : 9, title);
      assert.equal(
        sources.SERVER_BILLING_FREE_TIME,
        winner ? `${words[winner]} mine in ${configuration.file}` : configuration.file,
        title,
      );
    }
  }
});

test('scopes of a leg add up, each parameter from the narrowest that sets it', (t) => {
  const configuration = resolved(t, {
    scopes: {
      rateGroups: { retail: { SERVER_BILLING_FREE_TIME: 3, SERVER_BILLING_FEE_PRECISTION: 4 } },
      accounts: { cedar: { SERVER_BILLING_FREE_TIME: 0 } },
      gateways: { 'in-7': { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 4 } },
    },
  });
  const { parameters, sources } = parametersFor(configuration, {
    gateway: 'in-7',
    account: 'cedar',
    rateGroup: 'retail',
  });
  assert.deepEqual(parameters, {
    ...defaultParameters,
    SERVER_BILLING_FREE_TIME: 0,
    SERVER_BILLING_FEE_PRECISTION: 4,
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 4,
  });
  const set = Object.entries(sources).filter(([, source]) => source !== 'default');
  assert.deepEqual(Object.fromEntries(set), {
    SERVER_BILLING_FREE_TIME: `account cedar in ${configuration.file}`,
    SERVER_BILLING_FEE_PRECISTION: `rate group retail in ${configuration.file}`,
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: `gateway in-7 in ${configuration.file}`,
  });
  assert.equal(sources.quantiseRates, 'default');
  // Names of one kind say nothing about another kind.
  assert.deepEqual(
    parametersFor(configuration, { gateway: 'cedar', account: 'retail', rateGroup: 'in-7' }).parameters,
    defaultParameters,
  );
});

test('without scopes there are none, and a leg has the values of the system', (t) => {
  for (const written of [{}, { scopes: {} }, { scopes: { accounts: {} } }, { scopes: { accounts: { cedar: {} } } }]) {
    const configuration = resolved(t, written);
    assert.deepEqual(configuration.scopes, []);
    const { parameters, sources } = parametersFor(configuration, { ...nobody, account: 'cedar' });
    assert.equal(parameters, configuration.parameters);
    assert.equal(sources, configuration.sources);
  }
});

for (const parameter of billingParameters as readonly Parameter[]) {
  const { name, type, min, max } = parameter;
  const inside = type === 'patterns' ? '5000*' : String(max === parameter.default ? min : max);
  const outside = type === 'patterns' ? '1*2' : new Decimal(max ?? 0).plus('0.000001').toFixed();

  test(`${name} can be set in every kind of scope, and is refused out of range by its path`, (t) => {
    for (const kind of scopeKinds) {
      const scopes = (value: string) => ({ scopes: { [`${kind}s`]: { one: { [name]: value } } } });
      const { parameters, sources } = parametersFor(resolved(t, scopes(inside)), { ...nobody, [kind]: 'one' });
      assert.deepEqual(
        { ...parameters, [name]: String(parameters[name as keyof typeof parameters]) },
        {
          ...defaultParameters,
          [name]: inside,
        },
      );
      assert.match(sources[name], new RegExp(`^${words[kind]} one in .*ratemill\\.json$`));
      const [refused, ...others] = mistakes(t, scopes(outside));
      assert.deepEqual(others, []);
      assert.match(refused, new RegExp(`^ratemill\\.json:1:\\d+: scopes\\.${kind}s\\.one\\.${name}: .*; allowed: `));
    }
  });
}

test('every mistake in a scope is listed, with its place and path', (t) => {
  const written = `{
  "scopes": {
    "account": { "cedar": {} },
    "vendors": {},
    "rateGroups": { "retail": { "SERVER_BILLING_FEE_PRECISION": 3, "quantiseRates": false } },
    "accounts": {
      "": { "SERVER_BILLING_FREE_TIME": 1 },
      " cedar": { "SERVER_BILLING_FREE_TIME": -1 },
      "a.b": { "FREE_TIME": 3, "SERVER_BILLING_FREE_E164S": "1x, *" },
      "__proto__": { "SERVER_BILLING_FREE_TIME": null },
      "birch": 5,
      "alder": null
    },
    "gateways": null
  },
  "scope": {}
}`;
  assert.deepEqual(mistakes(t, written), [
    'ratemill.json:3:5: scopes.account: is not a kind of scope (gateways, accounts, rateGroups); did you mean accounts?',
    'ratemill.json:4:5: scopes.vendors: is not a kind of scope (gateways, accounts, rateGroups)',
    'ratemill.json:5:33: scopes.rateGroups.retail.SERVER_BILLING_FEE_PRECISION: is not a parameter; the product spells it SERVER_BILLING_FEE_PRECISTION',
    'ratemill.json:5:68: scopes.rateGroups.retail.quantiseRates: is not a parameter',
    'ratemill.json:7:7: scopes.accounts.: "" is not allowed; allowed: the name of an account, without spaces around it',
    'ratemill.json:8:7: scopes.accounts. cedar: " cedar" is not allowed; allowed: the name of an account, without spaces around it',
    'ratemill.json:8:19: scopes.accounts. cedar.SERVER_BILLING_FREE_TIME: -1 is not allowed; allowed: a whole number from 0 to 86400 (s)',
    'ratemill.json:9:16: scopes.accounts.a.b.FREE_TIME: is not a parameter; did you mean SERVER_BILLING_FREE_TIME?',
    'ratemill.json:9:32: scopes.accounts.a.b.SERVER_BILLING_FREE_E164S: entry "1x" is not a number pattern at position 2; allowed: digits, or digits and one * at the end',
    'ratemill.json:9:32: scopes.accounts.a.b.SERVER_BILLING_FREE_E164S: entry "*" is not a number pattern at position 5; allowed: at least one digit before the *',
    'ratemill.json:10:22: scopes.accounts.__proto__.SERVER_BILLING_FREE_TIME: null is not allowed; allowed: a whole number from 0 to 86400 (s)',
    'ratemill.json:11:7: scopes.accounts.birch: 5 is not allowed; allowed: an object of names and values, such as {"SERVER_BILLING_FEE_PRECISTION": 4}',
    'ratemill.json:12:7: scopes.accounts.alder: null is not allowed; allowed: an object of names and values, such as {"SERVER_BILLING_FEE_PRECISTION": 4}',
    'ratemill.json:14:5: scopes.gateways: null is not allowed; allowed: an object of names and their parameters, such as {"cedar": {"SERVER_BILLING_FREE_TIME": 3}}',
    'ratemill.json:16:3: scope: is not a key; did you mean scopes?',
  ]);
  assert.deepEqual(mistakes(t, { scopes: [] }), [
    'ratemill.json:1:2: scopes: a list is not allowed; allowed: an object with the keys gateways, accounts and rateGroups',
  ]);
  assert.deepEqual(mistakes(t, { scopes: { gateways: [] } }), [
    'ratemill.json:1:12: scopes.gateways: a list is not allowed; allowed: an object of names and their parameters, such as {"cedar": {"SERVER_BILLING_FREE_TIME": 3}}',
  ]);
});

test('any name can have a scope', (t) => {
  const names = ['__proto__', 'constructor', 'a.b', '7', 'Ärger & Söhne', 'rate group: x=1'];
  const configuration = resolved(
    t,
    `{"scopes": {"accounts": {${names.map((name, i) => `${JSON.stringify(name)}: {"SERVER_BILLING_FREE_TIME": ${i + 1}}`)}}}}`,
  );
  assert.deepEqual(
    names.map((account) => parametersFor(configuration, { ...nobody, account }).parameters.SERVER_BILLING_FREE_TIME),
    names.map((_, i) => i + 1),
  );
  assert.deepEqual(parametersFor(configuration, { ...nobody, account: 'toString' }).parameters, defaultParameters);
});

test('--set changes the system, and says which scopes keep a value of their own', (t) => {
  const freeTime = (names: string[]) =>
    Object.fromEntries(names.map((name) => [name, { SERVER_BILLING_FREE_TIME: 3 }]));
  const scopes = { rateGroups: freeTime(['retail']), accounts: freeTime(['cedar']) };
  const set = ['SERVER_BILLING_FREE_TIME=6', 'SERVER_BILLING_FEE_PRECISTION=4', 'quantiseRates=false'];
  const configuration = resolved(t, { scopes }, ...set);
  assert.equal(configuration.parameters.SERVER_BILLING_FREE_TIME, 6);
  const ofCedar = parametersFor(configuration, { ...nobody, account: 'cedar' });
  assert.equal(ofCedar.parameters.SERVER_BILLING_FREE_TIME, 3);
  assert.equal(ofCedar.parameters.SERVER_BILLING_FEE_PRECISTION, 4);
  assert.equal(ofCedar.sources.SERVER_BILLING_FEE_PRECISTION, '--set');
  assert.deepEqual(configuration.warnings, [
    '--set SERVER_BILLING_FREE_TIME changes the system value; these keep a value of their own: account cedar, rate group retail',
  ]);
  assert.deepEqual(resolved(t, { scopes }).warnings, []);
  const many = { gateways: freeTime(['a', 'b', 'c', 'd', 'e', 'f', 'g']) };
  assert.deepEqual(resolved(t, { scopes: many }, 'SERVER_BILLING_FREE_TIME=6').warnings, [
    '--set SERVER_BILLING_FREE_TIME changes the system value; these keep a value of their own: gateway a, gateway b, gateway c, gateway d, gateway e, and 2 more',
  ]);
});

test('warns of what results within a scope, and names it; what the system has is said once', (t) => {
  const { warnings } = resolved(t, {
    parameters: { SERVER_BILLING_FREE_E164S: '800*, 1*' },
    scopes: {
      accounts: { cedar: { SERVER_BILLING_NO_CDR_E164S: '8005, 7*' }, birch: { SERVER_BILLING_FREE_TIME: 2 } },
      rateGroups: { retail: { SERVER_BILLING_FEE_UNIT: '0.0001' } },
      gateways: { 'in-7': { SERVER_BILLING_FEE_UNIT: '0.0001', SERVER_BILLING_FEE_PRECISTION: 4 } },
    },
  });
  assert.deepEqual(warnings, [
    'SERVER_BILLING_FREE_E164S: 1* is very broad: every call to a number that begins with 1 is free',
    'account cedar: SERVER_BILLING_NO_CDR_E164S and SERVER_BILLING_FREE_E164S overlap (8005 and 800*): calls on both leave no record',
    'account cedar: SERVER_BILLING_NO_CDR_E164S: 7* is very broad: every call to a number that begins with 7 leaves no record and no charge',
    'rate group retail: SERVER_BILLING_FEE_UNIT 0.0001 is finer than SERVER_BILLING_FEE_PRECISTION 2 allows (0.01), and has no effect',
  ]);
});

test('a scope is warned of whichever of two parameters it sets', (t) => {
  const system = {
    SERVER_BILLING_NO_CDR_E164S: '5000*',
    SERVER_BILLING_FREE_E164S: '800*',
    SERVER_BILLING_FEE_PRECISTION: 4,
    SERVER_BILLING_FEE_UNIT: '0.0001',
  };
  const each: [values: Record<string, string | number>, warning: string][] = [
    [{ SERVER_BILLING_NO_CDR_E164S: '8001' }, 'overlap (8001 and 800*)'],
    [{ SERVER_BILLING_FREE_E164S: '50001' }, 'overlap (5000* and 50001)'],
    [
      { SERVER_BILLING_FEE_PRECISTION: 3 },
      'SERVER_BILLING_FEE_UNIT 0.0001 is finer than SERVER_BILLING_FEE_PRECISTION 3',
    ],
    [
      { SERVER_BILLING_FEE_UNIT: '0.00001' },
      'SERVER_BILLING_FEE_UNIT 0.00001 is finer than SERVER_BILLING_FEE_PRECISTION 4',
    ],
  ];
  assert.deepEqual(resolved(t, { parameters: system }).warnings, []);
  for (const [values, expected] of each) {
    const [warning, ...others] = resolved(t, { parameters: system, scopes: { accounts: { cedar: values } } }).warnings;
    assert.deepEqual(others, []);
    assert.ok(warning.startsWith('account cedar: ') && warning.includes(expected), warning);
  }
});
