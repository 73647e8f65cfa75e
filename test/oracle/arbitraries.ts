/**
 * fast-check arbitraries for whole cases: one setting and the calls rated under it.
 *
 * Calls are drafted without knowing the setting and fitted to it by `map`, not by `chain`: so a failing case shrinks in
 * its calls and in its setting at once.
 */
import fc from 'fast-check';
import { accountNames, digits, gatewayNames, landmarks, settingArbitrary } from './deck-arbitraries.ts';
import { endOfTime, firstTime, listEntries, type OracleCall, type OracleRate, type OracleSetting } from './oracle.ts';

/** One setting and 20 to 60 calls. */
export type OracleCase = { setting: OracleSetting; calls: OracleCall[] };

/** Numbers that are no numbers, among them digits of other scripts, and characters of two UTF-16 units. */
const oddNumbers = [
  '',
  '+',
  '++441',
  '44a1',
  '4 41',
  ' 441',
  '441\t',
  '#441',
  '441*',
  '-441',
  '4.4',
  '４４１',
  '٤٤١',
  '📞441',
];

/** A called number still in parts: what comes before the billing number depends on the prefix length. */
interface NumberDraft {
  kind: 'digits' | 'bare' | 'rate' | 'list' | 'odd';
  plus: boolean;
  lead: string;
  tail: string;
  odd: string;
  /** which row of the deck or entry of a list */
  pick: number;
}

const numberDraft: fc.Arbitrary<NumberDraft> = fc.record({
  kind: fc.constantFrom(...repeat('rate', 12), ...repeat('digits', 4), 'bare', ...repeat('list', 2), 'odd'),
  plus: fc.constantFrom(false, false, true),
  lead: digits(6, 6),
  tail: fc.oneof({ weight: 4, arbitrary: digits(0, 8) }, { weight: 1, arbitrary: digits(9, 24) }),
  odd: fc.constantFrom(...oddNumbers),
  pick: fc.nat(999),
});

function repeat<T extends string>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}

/** The row of the deck a number is made for. */
function aimedAt(draft: NumberDraft, rates: OracleRate[]): OracleRate {
  return rates[draft.pick % rates.length];
}

/** The number of a draft, with `lead` digits in front that the switch will strip again. */
function fittedNumber(draft: NumberDraft, setting: OracleSetting, lead: number): string {
  const { parameters, rates } = setting;
  const before = (draft.plus ? '+' : '') + draft.lead.slice(0, lead);
  switch (draft.kind) {
    case 'rate':
      return before + aimedAt(draft, rates).prefix + draft.tail;
    case 'digits':
      return before + draft.tail;
    case 'bare':
      // Not longer than the prefix that is stripped, often.
      return before.slice(0, draft.pick % 8);
    case 'odd':
      return draft.pick % 2 === 0 ? draft.odd : before + draft.odd;
    case 'list': {
      const entries = listEntries(`${parameters.SERVER_BILLING_NO_CDR_E164S},${parameters.SERVER_BILLING_FREE_E164S}`);
      const entry = entries[draft.pick % entries.length] ?? '441';
      // A digit too many is a near miss of an exact entry.
      const rest = entry.endsWith('*') ? draft.tail : draft.tail.slice(0, draft.pick % 3 === 0 ? 1 : 0);
      return before + entry.replace('*', '') + rest;
    }
  }
}

/** When a call is answered: within the window of the row it aims at, beside a landmark, or at the ends of time. */
const instant = fc.oneof(
  { weight: 8, arbitrary: fc.record({ in: fc.constant('window'), ms: fc.integer({ min: -1, max: 1e9 }) }) },
  { weight: 2, arbitrary: fc.record({ in: fc.constant('window'), ms: fc.constantFrom(-1, 0, 1) }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...landmarks), fc.constantFrom(-1, 0, 1, -86_400_000, 86_400_000))
      .map(([landmark, beside]) => ({ in: 'time', ms: landmark + beside })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(firstTime, firstTime + 1, endOfTime - 1, endOfTime - 100_000)
      .map((ms) => ({ in: 'time', ms })),
  },
);

const seconds = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 5, 6, 7, 29, 30, 31, 59, 60, 61, 66, 119, 120, 121, 3599, 3600, 3601) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 7200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 86_000, max: 10 * 86_400 }) },
  // Weeks to decades: with a dear rate beyond 2^53 millionths, and beyond what the tables hold.
  { weight: 1, arbitrary: fc.integer({ min: 600_000, max: 365 * 86_400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 600_000, max: 34 * 365 * 86_400 }) },
);

/** Milliseconds beyond the full second, counted from it or from the time precision of the setting. */
const remainder = fc.oneof(
  fc.record({ from: fc.constant('second'), ms: fc.constantFrom(0, 0, 1, 49, 50, 999) }),
  fc.record({ from: fc.constant('precision'), ms: fc.constantFrom(-1, 0, 1) }),
  fc.record({ from: fc.constant('second'), ms: fc.integer({ min: 0, max: 999 }) }),
);

const badTimes = [0, -1, firstTime - 1, endOfTime, endOfTime + 1, Date.UTC(2200, 0, 1), Date.UTC(1969, 6, 20)];

/** What is changed in a call so that it must be rejected, or just not. */
const flaw: fc.Arbitrary<Partial<OracleCall>> = fc.oneof(
  { weight: 60, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('startMs', 'ringingMs', 'answeredMs', 'endedMs'), fc.constantFrom(...badTimes))
      .map(([field, time]) => ({ [field]: time })),
  },
  { weight: 1, arbitrary: fc.constantFrom(3, 127, 128, 255).map((endDirection) => ({ endDirection })) },
  { weight: 1, arbitrary: fc.constantFrom(-2, -128, 4, 127).map((billingMode) => ({ billingMode })) },
);

/** Which two times of a call are put in the wrong order; such a row is rejected. */
const disorder = fc.oneof(
  { weight: 60, arbitrary: fc.constant('none') },
  { weight: 1, arbitrary: fc.constantFrom('answered before start', 'ended before answered', 'ended before start') },
);

const callDraft = fc.record({
  callee: numberDraft,
  calleeToGateway: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: numberDraft }),
  payer: fc.constantFrom(...repeat('fitting', 12), ...accountNames, null),
  gateway: fc.constantFrom(...repeat('fitting', 8), ...gatewayNames, null),
  answered: instant,
  isAnswered: fc.constantFrom(true, true, true, true, true, true, true, false),
  setupMs: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 120_000 })),
  // Ringing is checked for its year only: it may come before the start and after the end.
  ringing: fc.oneof(fc.constant(null), fc.integer({ min: -1000, max: 130_000 })),
  seconds,
  remainder,
  endDirection: fc.constantFrom(0, 1, 2),
  billingMode: fc.constantFrom(0, 1, 2, 3, 0, 1, 2, 3, 1, -1),
  flaw,
  disorder,
});

type CallDraft = typeof callDraft extends fc.Arbitrary<infer T> ? T : never;

/** One of `names` whose rate group has the row a draft aims at, or else the first of them. */
function fitting(names: string[], groupOf: (name: string) => string | null | undefined, row: OracleRate): string {
  return names.find((name) => groupOf(name) === row.group) ?? names[0];
}

/** The call a draft becomes under a setting. */
function fittedCall(draft: CallDraft, setting: OracleSetting): OracleCall {
  const { parameters, rates, accounts, gatewayAccounts } = setting;
  const { remainder, disorder, payer, gateway } = draft;
  const row = aimedAt(draft.callee, rates);
  const vendorRow = aimedAt(draft.calleeToGateway ?? draft.callee, rates);
  const vendorGroup = (name: string) => accounts.get(gatewayAccounts.get(name) ?? '');
  const answered = draft.answered.ms + (draft.answered.in === 'window' ? (row.from ?? landmarks[0]) : 0);
  // A call must fit between the ends of time, or most at the edges would be rejected.
  const startMs = Math.max(firstTime, answered - draft.setupMs);
  const rest = remainder.ms + (remainder.from === 'precision' ? parameters.SERVER_BILLING_HOLD_TIME_PRECISION : 0);
  const length = draft.seconds * 1000 + rest;
  const lastMs = endOfTime - 1;
  const call: OracleCall = {
    callee: fittedNumber(draft.callee, setting, parameters.SERVER_BILLING_GATEWAY_ROUTE_PREFIX),
    calleeToGateway: draft.calleeToGateway && fittedNumber(draft.calleeToGateway, setting, 0),
    account: payer === 'fitting' ? fitting(accountNames, (name) => accounts.get(name), row) : payer,
    calleeGateway: gateway === 'fitting' ? fitting(gatewayNames, vendorGroup, vendorRow) : gateway,
    startMs,
    ringingMs: draft.ringing === null ? null : Math.min(lastMs, Math.max(firstTime, startMs + draft.ringing)),
    answeredMs: draft.isAnswered ? answered : null,
    endedMs: Math.min(lastMs, answered + length),
    endDirection: draft.endDirection,
    billingMode: draft.billingMode,
    ...draft.flaw,
  };
  if (disorder === 'answered before start') call.startMs = answered + 1;
  if (disorder === 'ended before answered') call.endedMs = answered - 1;
  if (disorder === 'ended before start') call.endedMs = startMs - 1;
  return call;
}

/** Whole cases, the way the property tests take them. */
export const caseArbitrary: fc.Arbitrary<OracleCase> = fc
  .tuple(settingArbitrary, fc.array(callDraft, { minLength: 20, maxLength: 60, size: 'max' }))
  .map(([setting, drafts]) => ({ setting, calls: drafts.map((draft) => fittedCall(draft, setting)) }));
