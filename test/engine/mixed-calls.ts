import { type Event, event, noon } from './events.ts';
import { randomSource } from './random-source.ts';

/** Calls of all fates in two switches; every twentieth comes again, half of those with other content. Whole seconds. */
export function mixedCalls(count: number, seed = 7): Event[] {
  const next = randomSource(seed);
  const pick = <T>(...values: T[]) => values[next(values.length)];
  const events: Event[] = [];
  while (events.length < count) {
    const start = noon + next(86_400) * 1000;
    const answered = next(3) === 0 ? null : start + next(30) * 1000;
    const ended = (answered ?? start) + next(1000) * 1000;
    const one = event(1_000_000 + events.length, {
      softswitch: pick('ss1', 'ss2'),
      sip_call_id: pick(null, '', `call-${next(1e6)}@a-rather-long-host-name.example.net`, 'é-12'),
      caller_e164: pick('', '44', `44${next(1e9)}`),
      callee_e164: pick('+4930', '49', '4915', '44', '33', '800', '5000', 'x', '') + pick('', String(next(1e8))),
      callee_to_gateway_e164: pick(null, `99${next(1e9)}`, `49${next(1e9)}`, '+4930', 'sip:x'),
      caller_gateway: pick(null, 'in-1', 'in-2'),
      callee_gateway: pick(null, 'out-1', 'out-2', 'out-9'),
      caller_ip: pick(null, '192.0.2.1', '2001:db8::1'),
      callee_ip: pick(null, '203.0.113.1'),
      account: pick('alice', 'alice', 'alice', 'bob', 'nobody', null),
      start_at: start,
      ringing_at: pick(null, start + 1000),
      answered_at: answered,
      ended_at: next(50) === 0 ? start - 1000 : ended,
      end_direction: pick(0, 0, 1, 1, 2, 3),
      end_reason: pick(200, 16, 486, -2, -2_147_483_648),
      billing_mode: pick(1, 1, 1, 0, 2, 3, -1, 4),
      attempts: next(256),
    });
    events.push(one);
    if (next(20) === 0) events.push({ ...one });
    if (next(40) === 0)
      events.push({ ...one, attempts: next(256), ended_at: (one.ended_at as number) + 1000 * (next(3) - 1) });
  }
  return events.slice(0, count);
}
