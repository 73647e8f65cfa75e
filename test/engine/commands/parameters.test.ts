import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ListedParameter, listParameters, type ParameterListing } from '../../../engine/commands/parameters.ts';
import { billingParameters } from '../../../rating/parameters.ts';
import { folder } from '../reference/folder.ts';
import { ratemill } from './ratemill.ts';

test('lists every parameter with value, default, range, unit, meaning and source', (t) => {
  const { dir, write } = folder(t);
  const file = write('ratemill.json', '{"parameters": {"SERVER_BILLING_FEE_PRECISTION": 4}}');
  const list = '911, 112, 110, 0800*, 5000*';
  const outcome = listParameters({ db: join(dir, 'x.duckdb'), set: [`SERVER_BILLING_FREE_E164S=${list}`] });
  const { parameters, warnings } = outcome.result as { parameters: ListedParameter[]; warnings: string[] };
  assert.deepEqual(
    parameters.map(({ name }) => name),
    [...billingParameters.map(({ name }) => name), 'quantiseRates'],
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    parameters.find(({ name }) => name === 'SERVER_BILLING_FEE_PRECISTION'),
    {
      name: 'SERVER_BILLING_FEE_PRECISTION',
      value: 4,
      default: 2,
      range: '0–4',
      unit: 'decimals',
      meaning: 'Decimals kept of a rate per minute, and of a fee before it is rounded to the fee unit.',
      reading: 'Half up; an amount above 0 becomes at least one unit of the last place. Only this spelling is known.',
      source: file,
    },
  );

  const lines = outcome.text().split('\n');
  assert.match(lines[0], /^name +value +default +range +unit +source$/);
  const at = lines.findIndex((line) => line.startsWith('SERVER_BILLING_FREE_E164S'));
  assert.match(lines[at], /^SERVER_BILLING_FREE_E164S +911, 112, 1… +\(none\) +list +numbers +--set$/);
  assert.equal(lines[at + 1], '    Called numbers whose calls are recorded with fee 0 and never looked up in a deck.');
  assert.equal(lines[at + 2], `    value: ${list}`);
});

test('parameters of the SIP companion follow, with those that do nothing, and why', (t) => {
  const { dir, write } = folder(t);
  const file = write('ratemill.json', '{"signalling": {"parameters": {"SS_SIP_TIMEOUT_INVITE": 8}}}');
  const outcome = listParameters({ db: join(dir, 'x.duckdb'), set: ['SS_MAX_CALL_DURATION=3600'] });
  const { signalling } = outcome.result as ParameterListing;
  const found = (name: string) => signalling.find((one) => one.name === name);
  assert.deepEqual([found('SS_SIP_TIMEOUT_INVITE')?.value, found('SS_SIP_TIMEOUT_INVITE')?.source], [8, file]);
  assert.deepEqual([found('SS_MAX_CALL_DURATION')?.value, found('SS_MAX_CALL_DURATION')?.source], [3600, '--set']);
  const lines = outcome.text().split('\n');
  const at = lines.findIndex((line) => line.startsWith('SS_MEDIA_PROXY_BEHIND_NAT'));
  assert.match(lines[at], /^SS_MEDIA_PROXY_BEHIND_NAT +On +On +On or Off +default$/);
  assert.match(lines[at + 2], /^ {4}does nothing\. Media does not pass here/);
  const files = lines.findIndex((line) => line.startsWith('SS_CDR_RECORD_TO_FILE'));
  assert.match(lines[files + 2], /^ {4}does nothing\. Events in Arrow files take their place/);
});

test('a limit for callers without session timer that is short is warned of', (t) => {
  const { dir } = folder(t);
  const warningsOf = (set: string[]) => {
    return (listParameters({ db: join(dir, 'x.duckdb'), set }).result as ParameterListing).warnings;
  };
  assert.deepEqual(warningsOf([]), []);
  assert.match(warningsOf(['SS_SIP_NO_TIMER_REINVITE_INTERVAL=900']).join(), /is 1\.5 times SS_SIP_SESSION_TTL 600 s/);
});

const scoped = {
  parameters: { SERVER_BILLING_FREE_TIME: 1 },
  scopes: {
    rateGroups: { retail: { SERVER_BILLING_FREE_TIME: 3 } },
    accounts: { cedar: { SERVER_BILLING_FREE_TIME: 4, SERVER_BILLING_NO_CDR_E164S: '7005, 7006, 7007' } },
    gateways: { 'in-7': { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 4, SERVER_BILLING_FREE_E164S: '700*' } },
  },
};

test('what is set for whom follows in a table of its own', (t) => {
  const { dir, write } = folder(t);
  write('ratemill.json', JSON.stringify(scoped));
  const { status, stdout, stderr } = ratemill(dir, ['parameters', '--set', 'SERVER_BILLING_FREE_TIME=5']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^SERVER_BILLING_FREE_TIME +5 +0 +0–86400 +s +--set$/m);
  assert.equal(
    stdout.slice(stdout.indexOf('\nscope ') + 1),
    `scope              parameter                                   value  system value
gateway in-7       SERVER_BILLING_GATEWAY_ROUTE_PREFIX             4             0
gateway in-7       SERVER_BILLING_FREE_E164S                    700*        (none)
account cedar      SERVER_BILLING_NO_CDR_E164S          7005, 7006,…        (none)
    value: 7005, 7006, 7007
account cedar      SERVER_BILLING_FREE_TIME                        4             5
rate group retail  SERVER_BILLING_FREE_TIME                        3             5
warning: --set SERVER_BILLING_FREE_TIME changes the system value; these keep a value of their own: account cedar, rate group retail
`,
  );
});

test('the values that apply to a gateway, an account and a rate group, with the source of each', (t) => {
  const { dir, write } = folder(t);
  write('ratemill.json', JSON.stringify(scoped));
  const leg = ['--gateway', 'in-7', '--account', 'cedar', '--rate-group', 'retial'];
  const { status, stdout, stderr } = ratemill(dir, ['parameters', ...leg]);
  assert.deepEqual([status, stderr], [0, '']);
  const lines = stdout.split('\n').filter((line) => /^(?!SERVER| {4}|quantise)|ratemill\.json/.test(line));
  assert.deepEqual(
    lines.map((line) => line.replaceAll(/ +/g, ' ')),
    [
      'as they apply to gateway in-7, account cedar, rate group retial (nothing is set for it)',
      '',
      'name value default range unit source',
      'SERVER_BILLING_GATEWAY_ROUTE_PREFIX 4 0 0–32 digits gateway in-7 in ratemill.json',
      'SERVER_BILLING_NO_CDR_E164S 7005, 7006,… (none) list numbers account cedar in ratemill.json',
      'SERVER_BILLING_FREE_E164S 700* (none) list numbers gateway in-7 in ratemill.json',
      'SERVER_BILLING_FREE_TIME 4 0 0–86400 s account cedar in ratemill.json',
      'warning: SERVER_BILLING_NO_CDR_E164S and SERVER_BILLING_FREE_E164S overlap (7005 and 700*, 7006 and 700*, 7007 and 700*): calls on both leave no record',
      '',
    ],
  );
});

test('--json has the leg, its values, all scoped values and the warnings', (t) => {
  const { dir, write } = folder(t);
  write('ratemill.json', JSON.stringify(scoped));
  const listing = (...words: string[]) => {
    const { status, stdout } = ratemill(dir, ['parameters', '--json', ...words]);
    assert.equal(status, 0);
    return JSON.parse(stdout) as ParameterListing;
  };
  const freeTime = ({ parameters }: ParameterListing) => {
    const found = parameters.find(({ name }) => name === 'SERVER_BILLING_FREE_TIME');
    return [found?.value, found?.source];
  };
  const system = listing();
  assert.equal(system.leg, null);
  assert.deepEqual(freeTime(system), [1, 'ratemill.json']);
  assert.deepEqual(
    system.scoped.map(({ kind, name, parameter }) => `${kind} ${name} ${parameter}`),
    [
      'gateway in-7 SERVER_BILLING_GATEWAY_ROUTE_PREFIX',
      'gateway in-7 SERVER_BILLING_FREE_E164S',
      'account cedar SERVER_BILLING_NO_CDR_E164S',
      'account cedar SERVER_BILLING_FREE_TIME',
      'rateGroup retail SERVER_BILLING_FREE_TIME',
    ],
  );
  assert.deepEqual(system.scoped[4], {
    kind: 'rateGroup',
    name: 'retail',
    parameter: 'SERVER_BILLING_FREE_TIME',
    value: 3,
    systemValue: 1,
    source: 'rate group retail in ratemill.json',
  });
  const retail = listing('--rate-group', 'retail', '--set', 'SERVER_BILLING_FREE_TIME=5');
  assert.deepEqual(retail.leg, { gateway: null, account: null, rateGroup: 'retail' });
  assert.deepEqual(freeTime(retail), [3, 'rate group retail in ratemill.json']);
  assert.equal(retail.scoped[4].systemValue, 5);
});

test('the example of the help is a configuration', (t) => {
  const { dir, write } = folder(t);
  const { stdout } = ratemill(dir, ['parameters', '--help']);
  const [example] = /\{ "scopes": \{.*?\} \} \} \}/s.exec(stdout) ?? [];
  write('ratemill.json', example ?? '');
  assert.equal((JSON.parse(ratemill(dir, ['parameters', '--json']).stdout) as ParameterListing).scoped.length, 3);
});

test('a mistake in a scope is refused with its place, status 2', (t) => {
  const { dir, write } = folder(t);
  write('ratemill.json', '{ "scopes": { "accounts": { "cedar": { "SERVER_BILLING_FREE_TIME": 86401 } } } }');
  const { status, stdout, stderr } = ratemill(dir, ['parameters']);
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(
    stderr,
    `ratemill: the configuration has a mistake; "ratemill parameters --help" says what may be set
  ratemill.json:1:40: scopes.accounts.cedar.SERVER_BILLING_FREE_TIME: 86401 is not allowed; allowed: a whole number from 0 to 86400 (s)
`,
  );
});
