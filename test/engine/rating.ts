import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ParameterScope } from '../../engine/parameters/scopes.ts';
import { type RetryResult, retryWaiting } from '../../engine/retry.ts';
import type { RunOptions, RunResult } from '../../engine/run.ts';
import { runRating } from '../../engine/run.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import { folder, type Loading, loading } from './reference/folder.ts';

/** A database with reference data, a folder for event files, and what the tests ask of them. */
export interface Rating extends Loading {
  readonly dir: string;
  readonly write: (name: string, content: string | Buffer) => string;
  /** Rates files, folders or globs; parameters are four decimals unless set. */
  readonly rate: (
    patterns: string | readonly string[],
    parameters?: Partial<BillingParameters>,
    salvage?: boolean,
    scopes?: readonly ParameterScope[],
  ) => Promise<RunResult>;
  /** Retries the calls that wait, under parameters like those of `rate`. */
  readonly retry: (parameters?: Partial<BillingParameters>) => Promise<RetryResult>;
}

/** A deck of two groups, accounts, gateways: small, with every kind of row that makes a difference. */
export const reference = {
  rates: `rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee,effective_from,effective_until,locked
retail,49,Germany,0.0125,60,60,0,,,
retail,4915,Germany Mobile,0.0333,30,6,0.05,,,
retail,4930,Berlin,0.01,1,1,0,2026-03-01,2026-03-02T12:00:05Z,
retail,4930,Berlin,0.02,60,6,0,2026-03-03,,
retail,44,United Kingdom,0.0099,6,6,0,,,
retail,4490,Premium,2.5,60,60,0,,,yes
retail,88,Dear,999999.999999,60,60,0,,,
carrier,49,Germany,0.008,1,1,0,,,
carrier,99,Technical,0.006,60,60,0.001,,,
carrier,44,United Kingdom,0.007,1,1,0,,,yes
`,
  accounts: `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone
alice,Alice,client,retail,100,0,allow,Europe/Berlin
bob,Bob,client,,0,0,allow,UTC
carrier-1,Carrier,vendor,carrier,0,0,allow,UTC
carrier-2,Without rates,vendor,,0,0,allow,UTC
`,
  gateways: `gateway,direction,account,address
in-1,mapping,alice,192.0.2.1
out-1,routing,carrier-1,198.51.100.1
out-2,routing,carrier-2,198.51.100.2
`,
} as const;

/** A database in memory with the reference data of the tests. */
export async function ratingTest(
  t: TestContext,
  data: { [K in keyof typeof reference]?: string } = reference,
): Promise<Rating> {
  const opened = await loading(t);
  for (const kind of ['rates', 'accounts', 'gateways'] as const) {
    if (data[kind] !== undefined) await opened.load(kind, data[kind]);
  }
  return {
    ...opened,
    ...folder(t),
    rate: (patterns, parameters = {}, salvage = false, scopes = []) =>
      runRating(opened.connection, {
        patterns: typeof patterns === 'string' ? [patterns] : patterns,
        configuration: { ...configurationOf({ ...fourDecimals, ...parameters }), scopes },
        salvage,
      }),
    retry: (parameters = {}) =>
      retryWaiting(opened.connection, { configuration: configurationOf({ ...fourDecimals, ...parameters }) }),
  };
}

/** That `ratemill verify` would find nothing. */
export async function assertVerified({ connection }: Pick<Rating, 'connection'>): Promise<void> {
  const broken = (await verifyDatabase(connection)).filter(({ violations }) => violations > 0);
  assert.deepEqual(broken, []);
}

export const fourDecimals = { SERVER_BILLING_FEE_PRECISTION: 4, SERVER_BILLING_FEE_UNIT: '0.0001' };

/** A configuration as if its changes had been set. */
export function configurationOf(changes: Partial<BillingParameters>): RunOptions['configuration'] {
  const parameters = { ...defaultParameters, ...changes };
  const names = [...Object.keys(parameters), 'quantiseRates'];
  return {
    parameters,
    scopes: [],
    quantiseRates: true,
    sources: Object.fromEntries(names.map((name) => [name, name in changes ? 'test' : 'default'])),
    warnings: [],
    file: 'ratemill.json',
    signalling: {},
  };
}
