import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** A worked example of signalling.json; which fields there are depends on its kind. */
export interface SignallingVector {
  readonly id: string;
  readonly kind: string;
  readonly given: VectorFields;
  readonly expect: VectorFields;
}

interface VectorFields {
  readonly value: string;
  readonly name: string;
  readonly valid: boolean;
  readonly intervals_s: readonly string[];
  readonly send_retry?: number;
  readonly send_times_s: readonly string[];
  readonly response_at_s: string;
  readonly retry: number;
  readonly gateways: number;
  readonly timeout_invite_s: string | null;
  readonly method?: string;
  readonly attempts: readonly { readonly gateway: number; readonly send_times_s: readonly string[] }[];
  readonly fail_s: string;
  readonly events: readonly {
    readonly t_s: string;
    readonly event: string;
    readonly session?: number;
    readonly credentials?: 'none' | 'bad' | 'good';
  }[];
  readonly code: 401 | 407;
  readonly timeout_s: number;
  readonly max_retry: number;
  readonly suspend_s: number;
  readonly reply_unauthorized?: boolean;
  readonly results?: readonly (number | string)[];
  readonly suspended_until_s: string | null;
  readonly retries: number;
  readonly guesses_per_hour: string;
  readonly guesses_per_hour_rounded: number;
  readonly seconds_per_attempt: string;
  readonly first_limit: string;
  readonly total_s: string;
  readonly minimum_timeout_s: number;
  readonly meets_rule?: boolean;
  readonly timeouts_s?: Readonly<Record<string, number>>;
  readonly stage: string;
  readonly fail_at_s: string | null;
  readonly field: string;
  readonly override_s: number;
  readonly system_s: number;
  readonly ttl_s: number;
  readonly segment: number;
  readonly config_error?: boolean;
  readonly interval_s: string;
  readonly early_hangup_s: number;
  readonly answered_refreshes: readonly number[];
  readonly refresh_times_s: readonly string[];
  readonly bye_at_s: string;
  readonly invite_headers: Readonly<Record<string, string>>;
  readonly ok_headers?: Readonly<Record<string, string>>;
  readonly gateway_sip_timer?: boolean;
  readonly timer: boolean;
  readonly no_timer_s: number | null;
  readonly max_call_s: number | null;
  readonly cap_s: number | null;
  readonly by: string | readonly string[] | null;
  readonly call_start_s: number;
  readonly change_at_s: number;
  readonly old_s: number;
  readonly new_s: number;
  readonly ends_at_s: number;
  readonly max_unconfirmed_s: number | null;
  readonly ratio: string;
  readonly meets_minimum_3: boolean;
  readonly seconds: number;
  readonly minutes: string;
  readonly hours: string;
  readonly devices: number;
  readonly period_s: number;
  readonly interval_ms: number;
  readonly one_time: number;
  readonly batches_per_period: number;
  readonly capacity: number;
  readonly batches_needed: number;
  readonly fits: boolean;
  readonly served: number;
  readonly missed: number;
  readonly last_batch_at_s: string;
  readonly batches_per_s: string;
  readonly message: string;
  readonly enabled: boolean;
  readonly payload_hex?: string;
  readonly is_sip?: boolean;
  readonly nat_expire_s: number;
  readonly shorter_than_expiry: boolean;
  readonly within_one_fifth: boolean;
  readonly nat_udp_timeout_s: number;
  readonly covered: boolean;
}

const file = new URL('../../../shared/spec/vectors/signalling.json', import.meta.url);
const vectors: readonly SignallingVector[] = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: SignallingVector[] }).vectors
  : [];

/** A test for each worked example of these kinds, titled by its id; one that is skipped where the examples are not there. */
export function testVectors(kinds: readonly string[], check: (vector: SignallingVector) => void | Promise<void>): void {
  if (vectors.length === 0)
    test(`${kinds.join(', ')} of signalling.json`, { skip: 'the worked examples are not here' });
  for (const kind of kinds) {
    const found = vectors.filter((vector) => vector.kind === kind);
    if (found.length === 0 && vectors.length > 0) throw new Error(`signalling.json has no examples of ${kind}`);
    for (const vector of found) test(vector.id, () => check(vector));
  }
}

/** Milliseconds as the examples write seconds: `31.5`. */
export function secondsText(ms: number): string {
  return String(ms / 1000);
}
