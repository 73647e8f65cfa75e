import type { DuckDBConnection } from '@duckdb/node-api';
import { type BillingParameters, vendorParameters } from '../../rating/parameters.ts';
import { windowSql } from '../rerating/history.ts';
import { changesOf } from '../rerating/rerate.ts';
import { readStoredPlans, type StoredPlan } from '../rerating/stored-plans.ts';
import type { SweepAxis } from '../rerating/sweep.ts';
import type { WhatIf } from '../rerating/what-if.ts';

/** A change as readers are told of it: its cause, and from what to what, such as `0 → 6`. */
export interface StatedChange {
  readonly cause: string;
  readonly text: string;
}

/** Values that are named one by one. */
const MOST_NAMED = 3;

/**
 * What is changed for the calls of a window, with the values they are stored under; to be asked before anything is changed.
 * What a scope sets is not among them, because it stays.
 */
export async function statedChanges(
  connection: DuckDBConnection,
  whatIf: WhatIf,
  axes: readonly SweepAxis[] = [],
): Promise<StatedChange[]> {
  const plans = await readStoredPlans(connection, windowSql(whatIf.window), []);
  const ranges = axes.map(({ name, values }) => ({
    cause: name,
    value: `${values[0]} to ${values[values.length - 1]}`,
  }));
  return [...changesOf(whatIf), ...ranges].map(({ cause, value }) => {
    const now = shown(value);
    if (cause === 'rates') return { cause, text: now };
    const before = storedValues(plans, cause);
    return { cause, text: before.length === 0 ? `${now}, where no scope sets it` : `${enumerated(before)} → ${now}` };
  });
}

/** A line of all changes. */
export function changesText(changes: readonly StatedChange[]): string {
  return changes.map(({ cause, text }) => `${cause} ${text}`).join(', ');
}

/** The distinct values of a setting, numbers in their order. */
function storedValues(plans: readonly StoredPlan[], cause: string): string[] {
  const name = cause as keyof BillingParameters;
  const ofVendors: readonly string[] = vendorParameters;
  const found = plans.flatMap(({ parameters: [{ client, vendor, quantiseRates, scoped }] }): unknown[] => {
    if (cause === 'quantiseRates') return [quantiseRates];
    const ofVendor = ofVendors.includes(name) && !scoped.vendor.has(name) ? [vendor[name]] : [];
    return scoped.client.has(name) ? ofVendor : [client[name], ...ofVendor];
  });
  return [...new Set(found.map(String))].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)).map(shown);
}

function enumerated(values: readonly string[]): string {
  if (values.length === 1) return values[0];
  const named = values.length <= MOST_NAMED ? values.slice(0, -1) : values.slice(0, MOST_NAMED - 1);
  const last = values.length <= MOST_NAMED ? values[values.length - 1] : `${values.length - named.length} more`;
  return `${named.join(', ')} and ${last}`;
}

function shown(value: string): string {
  return value === '' ? '(empty)' : value;
}
