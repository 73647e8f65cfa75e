import { Decimal } from 'decimal.js';
import { type CallBatch, ratedColumns, textColumn } from '../../rating/columns.ts';
import { faults } from '../../rating/malformed.ts';
import { formatMoney, parseMoney } from '../../rating/money.ts';
import type { Parties } from '../../rating/parties.ts';
import { compilePlan } from '../../rating/plan.ts';
import { priceTariff } from '../../rating/pricing.ts';
import { rateBatch } from '../../rating/rate-batch.ts';
import { statusCode, statuses } from '../../rating/status.ts';
import { compileTariff, type RateRows } from '../../rating/tariff.ts';
import type { OracleCall, OracleSetting } from './oracle.ts';

/** What the kernel says of a call, in the words of the oracle. Amounts are plain decimals. */
export interface KernelResult {
  readonly status: string;
  readonly reason: string;
  readonly billingNumber: string;
  readonly holdSeconds: number;
  readonly basisSeconds: number;
  readonly rateId: number | null;
  readonly feeSeconds: number;
  readonly fee: string;
  readonly withheldFee: string;
  readonly vendorRateId: number | null;
  readonly vendorFeeSeconds: number | null;
  readonly vendorFee: string | null;
}

/** Rates calls with the kernel, cut into batches of `batchRows`, as the engine would. */
export function rateWithKernel(
  { parameters, quantiseRates, ...setting }: OracleSetting,
  calls: readonly OracleCall[],
  batchRows = calls.length,
): KernelResult[] {
  const plan = compilePlan(parameters, quantiseRates);
  const groups = [...new Set([...setting.accounts.values()].filter((group) => group !== null && group !== ''))];
  const accounts = [...setting.accounts.keys()];
  const gateways = [...setting.gatewayAccounts.keys()];
  const groupOf = (account: string | undefined) => groups.indexOf(setting.accounts.get(account as string) || 'none');
  const parties: Parties = {
    groupOfAccount: Int32Array.of(-1, ...accounts.map(groupOf), -1),
    groupOfGateway: Int32Array.of(-1, ...gateways.map((gateway) => groupOf(setting.gatewayAccounts.get(gateway))), -1),
    accountOfGateway: new Int32Array(gateways.length + 2),
  };
  const answers = calls.map(({ answeredMs }) => answeredMs).filter((ms) => ms !== null);
  const window = { fromMs: Math.min(...answers), untilMs: Math.max(...answers) };
  const rates = rateRows(
    setting.rates.filter(({ group }) => groups.includes(group)),
    groups as string[],
  );
  const tariff = compileTariff(rates, window);
  const pricing = priceTariff(tariff, plan);
  const results: KernelResult[] = [];
  for (let from = 0; from < calls.length; from += batchRows) {
    const some = calls.slice(from, from + batchRows);
    const batch = callBatch(some, accounts, gateways);
    const out = ratedColumns(some.length);
    rateBatch(batch, pricing, tariff, parties, out, { gatewayWithoutRates: 0, noVendorRate: 0 });
    some.forEach((call, i) => {
      const withheld = out.status[i] === statusCode.suppressed_server_hang_up;
      const fee = formatMoney(pair(out.fee, i), 0);
      const vendor = out.vendorRate[i] > 0;
      results.push({
        status: statuses[out.status[i]].name,
        reason: faults[out.fault[i]].name,
        billingNumber: Array.from(call.callee).slice(out.strippedCharacters[i]).join(''),
        holdSeconds: out.holdSeconds[i],
        basisSeconds: out.basisSeconds[i],
        rateId: withheld || out.status[i] === statusCode.rejected ? null : out.clientRate[i] || null,
        feeSeconds: withheld || out.status[i] === statusCode.rejected ? 0 : out.feeSeconds[i],
        fee: withheld ? '0' : fee,
        withheldFee: withheld ? fee : '0',
        vendorRateId: vendor ? out.vendorRate[i] : null,
        vendorFeeSeconds: vendor ? out.vendorFeeSeconds[i] : null,
        vendorFee: vendor ? formatMoney(pair(out.vendorFee, i), 0) : null,
      });
    });
  }
  return results;
}

/** Two words of a fee as micros. */
export function pair(words: Int32Array, i: number): bigint {
  return (BigInt(words[2 * i + 1]) << 32n) | BigInt(words[2 * i] >>> 0);
}

function callBatch(calls: readonly OracleCall[], accounts: readonly string[], gateways: readonly string[]): CallBatch {
  const id = (names: readonly string[], name: string | null) =>
    name === null ? 0 : names.includes(name) ? names.indexOf(name) + 1 : names.length + 1;
  const times = (of: (call: OracleCall) => number | null) => Float64Array.from(calls, (call) => of(call) ?? Number.NaN);
  const nobody = new Int32Array(calls.length);
  return {
    rows: calls.length,
    fault: new Uint8Array(calls.length),
    flowNo: new Uint32Array(2 * calls.length),
    softswitch: nobody,
    sipCallId: textColumn(calls.map(() => null)),
    callerE164: textColumn(calls.map(() => '')),
    calleeE164: textColumn(calls.map(({ callee }) => callee)),
    calleeToGatewayE164: textColumn(calls.map(({ calleeToGateway }) => calleeToGateway)),
    callerGateway: nobody,
    calleeGateway: Int32Array.from(calls, ({ calleeGateway }) => id(gateways, calleeGateway)),
    callerIp: nobody,
    calleeIp: nobody,
    account: Int32Array.from(calls, ({ account }) => id(accounts, account)),
    startMs: times(({ startMs }) => startMs),
    ringingMs: times(({ ringingMs }) => ringingMs),
    answeredMs: times(({ answeredMs }) => answeredMs),
    endedMs: times(({ endedMs }) => endedMs),
    endDirection: Uint8Array.from(calls, ({ endDirection }) => endDirection),
    endReason: nobody,
    billingMode: Int8Array.from(calls, ({ billingMode }) => billingMode),
    attempts: new Uint8Array(calls.length),
  };
}

function rateRows(rates: OracleSetting['rates'], groups: readonly string[]): RateRows {
  const prefixes = [...new Set(rates.map(({ prefix }) => prefix))].sort();
  const micros = (text: string) => Number(parseMoney(new Decimal(text).toFixed()));
  return {
    groups: groups.length,
    prefixes,
    rateId: Int32Array.from(rates, ({ id }) => id),
    group: Int32Array.from(rates, ({ group }) => groups.indexOf(group)),
    prefix: Int32Array.from(rates, ({ prefix }) => prefixes.indexOf(prefix)),
    ratePerMinute: Float64Array.from(rates, ({ rate }) => micros(rate)),
    connectFee: Float64Array.from(rates, ({ connectFee }) => micros(connectFee)),
    firstIncrement: Int32Array.from(rates, ({ first }) => first),
    nextIncrement: Int32Array.from(rates, ({ next }) => next),
    effectiveFromMs: Float64Array.from(rates, ({ from }) => from ?? Number.NEGATIVE_INFINITY),
    effectiveUntilMs: Float64Array.from(rates, ({ until }) => until ?? Number.POSITIVE_INFINITY),
    locked: Uint8Array.from(rates, ({ locked }) => (locked ? 1 : 0)),
  };
}
