import type { RatedColumns } from './columns.ts';
import { feeSteps } from './explain-fee.ts';
import { type LegParameters, type Step, shownParameters } from './explain-step.ts';
import { faults } from './malformed.ts';
import { formatMoney } from './money.ts';
import { compilePatterns, matchesPattern, parsePatterns } from './number-pattern.ts';
import type { BillingParameters } from './parameters.ts';
import { compilePlan } from './plan.ts';
import { type CallRecord, type DeckRow, rateSingleCall } from './single-call.ts';
import { isStored, type StatusName, statusCode, statuses } from './status.ts';

/** What overdraft prevention came to for a call that reached it. Amounts are micros. */
export interface OverdraftOutcome {
  readonly reserve: bigint;
  /** What was available when it was answered: not reserved for other calls. */
  readonly available: bigint;
  /** What was left when it ended, whatever was reserved for others; null when it was refused. */
  readonly left: bigint | null;
  readonly fee: bigint;
}

/** The path of a call as steps, and the figures it leads to. Money is micros; of a leg without a price all are null. */
export interface Explanation {
  readonly steps: readonly Step[];
  readonly status: StatusName;
  readonly billingNumber: string;
  readonly strippedCharacters: number;
  readonly holdSeconds: number;
  readonly rateId: number | null;
  readonly feeSeconds: number;
  readonly fee: bigint;
  readonly shortfall: bigint;
  readonly vendorRateId: number | null;
  readonly vendorFeeSeconds: number | null;
  readonly vendorFee: bigint | null;
}

/**
 * Explains a call by rating it: the call goes down the path as a batch of one, and the steps are read off its columns,
 * so that an explanation cannot say anything else than the path does.
 *
 * @param client parameters of the client leg, which decide all but the vendor fee
 * @param deck the rows of the two rate groups whose prefixes the numbers of the call begin with, in effect or not
 * @param overdraft what the replay of the account came to; undefined when its overdraft is allowed, null when it had
 *   enough for all its calls
 */
export function explainCall(
  call: CallRecord,
  client: LegParameters,
  vendor: LegParameters,
  deck: readonly DeckRow[],
  overdraft?: OverdraftOutcome | null,
): Explanation {
  const plan = compilePlan(client.parameters, client.quantiseRates, vendor.parameters);
  const out = rateSingleCall(call, plan, deck);
  const full = micros(out.fee);
  const limited = out.status[0] === statusCode.charged && overdraft ? overdraft : undefined;
  const fee = limited?.fee ?? full;
  const outcome = limited?.left === null ? 'overdraft_refused' : fee < full ? 'overdraft_capped' : undefined;
  const status = outcome ?? statuses[out.status[0]].name;
  const billingNumber = billingNumberOf(call, out);
  const path: Path = { call, client, vendor, deck, out, billingNumber, overdraft, status, fee };
  const priced = out.vendorRate[0] > 0;
  return {
    steps: [...callSteps(path), ...clientSteps(path), ...vendorSteps(path)],
    status,
    billingNumber,
    strippedCharacters: out.strippedCharacters[0],
    holdSeconds: out.holdSeconds[0],
    rateId: out.clientRate[0] || null,
    feeSeconds: out.feeSeconds[0],
    fee,
    shortfall: full - fee,
    vendorRateId: priced ? out.vendorRate[0] : null,
    vendorFeeSeconds: priced ? out.vendorFeeSeconds[0] : null,
    vendorFee: priced ? micros(out.vendorFee) : null,
  };
}

interface Path {
  readonly call: CallRecord;
  readonly client: LegParameters;
  readonly vendor: LegParameters;
  readonly deck: readonly DeckRow[];
  readonly out: RatedColumns;
  readonly billingNumber: string;
  readonly overdraft: OverdraftOutcome | null | undefined;
  /** The status and what is charged, after overdraft prevention. */
  readonly status: StatusName;
  readonly fee: bigint;
}

/** Rules 1 to 10, up to the one that ends the path. */
function* callSteps({ call, client, out, billingNumber }: Path): Generator<Step> {
  const { parameters } = client;
  const status = out.status[0];
  // Statuses are listed in the order of the path: a call of a later one has passed all rules before.
  const passed = (name: StatusName) => status > statusCode[name];
  const verdict = (name: StatusName, otherwise: string) =>
    status === statusCode[name] ? `ends here: ${name}` : otherwise;
  const step = (rule: string, names: readonly (keyof BillingParameters)[], input: string, output: string): Step => {
    return { leg: 'call', rule, parameters: shownParameters(client, ...names), input, output };
  };
  if (!passed('rejected')) {
    yield step('malformed', [], faults[out.fault[0]].sentence, 'ends here: rejected');
    return;
  }
  yield step(
    'strip prefix',
    ['SERVER_BILLING_GATEWAY_ROUTE_PREFIX'],
    call.calleeE164,
    billingNumber || '(nothing left)',
  );

  const noCdr = listed(parameters.SERVER_BILLING_NO_CDR_E164S, billingNumber);
  yield step(
    'no-CDR list',
    ['SERVER_BILLING_NO_CDR_E164S'],
    billingNumber,
    verdict('no_cdr', 'not on the list') + noCdr,
  );
  if (!passed('no_cdr')) return;

  const hold = `${out.holdSeconds[0]} s`;
  const connected =
    call.answeredMs === null ? 'never answered' : `${call.endedMs - call.answeredMs} ms from answer to end`;
  yield step('hold time', ['SERVER_BILLING_HOLD_TIME_PRECISION'], connected, hold);

  const mode = `billing mode ${call.billingMode}${call.billingMode === -1 ? ': illegal' : ''}`;
  yield step(
    'record illegal call',
    ['SERVER_BILLING_RECORD_ILLEGAL_CALL'],
    mode,
    verdict('suppressed_illegal', 'kept'),
  );
  if (!passed('suppressed_illegal')) return;
  yield step(
    'record zero hold time',
    ['SERVER_BILLING_RECORD_ZERO_HOLD_TIME'],
    hold,
    verdict('suppressed_zero_hold', 'kept'),
  );
  if (!passed('suppressed_zero_hold')) return;
  yield step(
    'record server hang-up',
    ['SERVER_BILLING_RECORD_SERVER_HANG_UP'],
    `ended by the ${['caller', 'callee', 'server'][call.endDirection]}`,
    verdict('suppressed_server_hang_up', 'kept'),
  );
  if (!passed('suppressed_server_hang_up')) return;

  yield step('illegal', [], mode, verdict('illegal', 'authorised'));
  if (!passed('illegal')) return;
  const free = listed(parameters.SERVER_BILLING_FREE_E164S, billingNumber);
  yield step(
    'toll-free list',
    ['SERVER_BILLING_FREE_E164S'],
    billingNumber,
    verdict('toll_free', 'not on the list') + free,
  );
  if (!passed('toll_free')) return;
  yield step('zero hold', [], hold, verdict('zero_hold', 'connected'));
  if (!passed('zero_hold')) return;
  const basis = `basis ${out.basisSeconds[0]} s`;
  yield step('free time', ['SERVER_BILLING_FREE_TIME'], hold, verdict('within_free_time', basis));
}

/** Rules 11 to 17: the rate of the account, and its fee. */
function* clientSteps(path: Path): Generator<Step> {
  const { call, client, out, billingNumber } = path;
  const status = out.status[0];
  if (status <= statusCode.within_free_time) return;
  const step = (rule: string, input: string, output: string): Step => {
    return { leg: 'client', rule, parameters: [], input, output };
  };
  if (status === statusCode.invalid_number) {
    yield step('number check', billingNumber, 'ends here: invalid_number');
    return;
  }
  yield step('number check', billingNumber, 'digits');
  const account = call.account ?? '(no account)';
  if (status === statusCode.unknown_account) {
    yield step('account', account, 'ends here: unknown_account');
    return;
  }
  yield step('account', account, `rate group ${call.accountGroup}`);
  const found = match(path, call.accountGroup, billingNumber, out.clientRate[0]);
  const prefix = found.rate ? `prefix ${found.rate.prefix}` : 'ends here: no_rate';
  yield { ...step('longest prefix', `${billingNumber} in ${call.accountGroup}`, prefix), ...found };
  if (found.rate === undefined) return;
  yield step('lock', `prefix ${found.rate.prefix}`, found.rate.locked ? 'ends here: locked_prefix' : 'open');
  if (found.rate.locked) return;
  const [seconds, feeSeconds] = [out.basisSeconds[0], out.feeSeconds[0]];
  const fee = micros(out.fee);
  yield* feeSteps({ leg: 'client', row: found.rate, seconds, feeSeconds, fee }, client);
  yield* overdraftSteps(path, fee);
  yield step('fee', path.status, formatMoney(path.fee));
}

/** Rules 15 and 16, for an account whose overdraft is prevented. */
function* overdraftSteps({ client, overdraft }: Path, full: bigint): Generator<Step> {
  if (overdraft === undefined) return;
  const parameters = shownParameters(client, 'SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME');
  const step = (rule: string, input: string, output: string): Step => {
    return { leg: 'client', rule, parameters, input, output };
  };
  if (overdraft === null) {
    yield step('overdraft', 'all calls of the run', 'the account had enough for them');
    return;
  }
  const { reserve, available, left, fee } = overdraft;
  const shortfall = `shortfall ${formatMoney(full - fee)}`;
  const asked = `reserve ${formatMoney(reserve)} of ${formatMoney(available)} available`;
  yield step('overdraft: answer', asked, left === null ? `ends here: overdraft_refused, ${shortfall}` : 'reserved');
  if (left === null) return;
  const charged = fee < full ? `overdraft_capped at ${formatMoney(fee)}, ${shortfall}` : 'charged in full';
  yield { ...step('overdraft: end', `fee ${formatMoney(full)} of ${formatMoney(left)} left`, charged), parameters: [] };
}

/** What the clearing account of the routing gateway charges, and what is left. */
function* vendorSteps(path: Path): Generator<Step> {
  const { call, vendor, out, billingNumber } = path;
  const status = out.status[0];
  const step = (rule: string, input: string, output: string): Step => {
    return { leg: 'vendor', rule, parameters: [], input, output };
  };
  if (isStored[status] === 0 || status === statusCode.illegal || out.holdSeconds[0] === 0) return;
  if (call.gateway === null) {
    yield step('routing gateway', '(none)', 'no vendor leg');
    return;
  }
  if (call.vendorAccount === null) {
    yield step('routing gateway', call.gateway, 'not loaded: no vendor fee');
    return;
  }
  yield step('routing gateway', call.gateway, `clearing account ${call.vendorAccount}`);
  if (call.vendorGroup === null) {
    yield step('clearing account', call.vendorAccount, 'has no rate group: no vendor fee');
    return;
  }
  yield step('clearing account', call.vendorAccount, `rate group ${call.vendorGroup}`);
  const sent = call.calleeToGatewayE164;
  const number = sent === null ? billingNumber : sent.replace(/^\+/, '');
  yield step('number sent', sent ?? '(not told: the billing number)', number || '(nothing left)');
  const found = match(path, call.vendorGroup, number, out.vendorRate[0]);
  const prefix = found.rate ? `prefix ${found.rate.prefix}` : 'no rate, or a locked one: no vendor fee';
  yield { ...step('longest prefix', `${number} in ${call.vendorGroup}`, prefix), ...found };
  if (found.rate === undefined) return;
  const [seconds, feeSeconds] = [out.holdSeconds[0], out.vendorFeeSeconds[0]];
  const fee = micros(out.vendorFee);
  yield* feeSteps({ leg: 'vendor', row: found.rate, seconds, feeSeconds, fee }, vendor);
  yield step('vendor fee', '', formatMoney(fee));
  yield step('margin', `${formatMoney(path.fee)} - ${formatMoney(fee)}`, formatMoney(path.fee - fee));
}

/** The row the path took, and the rows it passed over because they were not in effect. */
function match({ call, deck }: Path, group: string | null, number: string, rateId: number) {
  const rate = deck.find((row) => row.rateId === rateId);
  const at = call.answeredMs ?? Number.NaN;
  const notEffective = deck
    .filter(({ rateGroup, prefix }) => rateGroup === group && number.startsWith(prefix))
    .filter(({ prefix }) => prefix.length >= (rate?.prefix.length ?? 0))
    .filter(({ effectiveFromMs, effectiveUntilMs }) => {
      return (
        (effectiveFromMs !== null && at < effectiveFromMs) || (effectiveUntilMs !== null && at >= effectiveUntilMs)
      );
    })
    .sort((a, b) => b.prefix.length - a.prefix.length || a.rateId - b.rateId);
  return { rate, notEffective };
}

/** Which entry of a list the number is, as the end of a sentence. */
function listed(list: string, number: string): string {
  const parsed = parsePatterns(list);
  const bytes = new TextEncoder().encode(number);
  const entry =
    'patterns' in parsed &&
    parsed.patterns.find((pattern) => matchesPattern(compilePatterns([pattern]), bytes, 0, bytes.length));
  return entry ? ` (entry ${entry})` : '';
}

function billingNumberOf({ calleeE164 }: CallRecord, { strippedCharacters }: RatedColumns): string {
  return Array.from(calleeE164).slice(strippedCharacters[0]).join('');
}

/** Two words of an amount as micros. */
function micros(words: Int32Array): bigint {
  return (BigInt(words[1]) << 32n) | BigInt(words[0] >>> 0);
}
