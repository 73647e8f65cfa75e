import { auditValues } from '../../../engine/audits/audit-values.ts';
import { findAudit } from '../../../engine/audits/read-audit.ts';
import type { ParameterScope } from '../../../engine/parameters/scopes.ts';
import { type PlainValue, plainValue } from '../../../engine/plain-value.ts';
import { streamQuery } from '../../../engine/read-only-query.ts';
import type { BillingParameters } from '../../../rating/parameters.ts';
import { arrowFile, type Event, event, noon } from '../events.ts';
import type { Rating } from '../rating.ts';

/** The rows of an audit as `ratemill sql NAME --param … --json` prints them, with the values alone. */
export async function auditRows(
  { connection }: Rating,
  name: string,
  ...given: readonly string[]
): Promise<PlainValue[][]> {
  const audit = findAudit(name);
  const result = await streamQuery(connection, { ...audit, values: auditValues(audit, given) });
  return (await result.getRows()).map((row) => row.map(plainValue));
}

/** A call of alice that is answered 5 seconds after noon and lasts so many seconds. */
export function lasting(flowNo: number, seconds: number, changes: Partial<Event> = {}): Event {
  return event(flowNo, { ended_at: noon + 5000 + 1000 * seconds, ...changes });
}

/** Rates calls in a run of their own. */
export async function rateCalls(
  { rate, write }: Rating,
  events: readonly Event[],
  parameters: Partial<BillingParameters> = {},
  scopes: readonly ParameterScope[] = [],
): Promise<void> {
  await rate(write(`${events[0].softswitch}-${events[0].flow_no}.arrow`, arrowFile(events)), parameters, false, scopes);
}

/** Parameters of one account. */
export function scopeOf(account: string, values: ParameterScope['values']): ParameterScope {
  return { kind: 'account', name: account, values, source: `account ${account}` };
}
