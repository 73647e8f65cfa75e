import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBTypeId } from '@duckdb/node-api';
import { auditValues } from '../../../engine/audits/audit-values.ts';
import { auditNames, findAudit, readAudit } from '../../../engine/audits/read-audit.ts';
import { streamQuery } from '../../../engine/read-only-query.ts';
import { simulate, simulateDefaults } from '../../../engine/simulate.ts';
import { assertVerified, ratingTest } from '../rating.ts';

/** Types that binary floating point would spoil money with. */
const BINARY: readonly DuckDBTypeId[] = [DuckDBTypeId.DOUBLE, DuckDBTypeId.FLOAT];

test('on a simulated night every audit gives the columns of its header, no money in binary, and the fees of the run', async (t) => {
  const rating = await ratingTest(t, {});
  const calls = Number(process.env.AUDIT_CALLS ?? 40_000);
  const out = join(rating.dir, 'events');
  const { routePrefixDigits } = simulate({ ...simulateDefaults, calls, out });
  for (const kind of ['accounts', 'gateways', 'rates'] as const) {
    await rating.load(kind, readFileSync(join(out, `${kind}.csv`)));
  }
  await rating.rate(join(out, '*.arrow'), {
    SERVER_BILLING_FREE_TIME: 3,
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: routePrefixDigits,
  });
  // The lookup and the fee of the audits agree with the path of a run, call by call.
  const differing = await streamQuery(rating.connection, {
    ...readAudit('rules', '-- title: Rules\n-- uses: current-calls, billing-rules, rate-lookup'),
    sql: `
      SELECT count(*) > 10000, count(*) FILTER (rate_for(c.billing_number, old.rate_group, c.answered_at, p.last_load_id)
          IS DISTINCT FROM c.rate_id),
        count(*) FILTER (c.fee IS DISTINCT FROM money(fee_micros(raw_sixtieths(
          rate_micros(old.rate, p.place, p.quantise_rates),
          charged_seconds(c.hold_time - p.free_seconds, old.first_increment, old.next_increment),
          old.connect_fee), p.place, p.unit)))
      FROM current_calls c JOIN rates old USING (rate_id) JOIN parameters_in_force p USING (run_id, parameter_set)
      WHERE c.status = 'charged'`,
  });
  assert.deepEqual(await differing.getRows(), [[true, 0n, 0n]]);
  // A dearer deck comes after the run, so that there is something under an old one.
  const [titles, ...rates] = readFileSync(join(out, 'rates.csv'), 'utf8').split('\n');
  const rate = titles.split(',').indexOf('rate');
  const dearer = rates.slice(0, 20_000).map((line) => line.split(',').with(rate, '0.5').join(','));
  await rating.load('rates', [titles, ...dearer].join('\n'), true);
  const times: string[] = [];
  for (const name of auditNames()) {
    const audit = findAudit(name);
    const startedMs = performance.now();
    const result = await streamQuery(rating.connection, { ...audit, values: auditValues(audit, []) });
    const { length } = await result.getRows();
    times.push(`${name}: ${Math.round(performance.now() - startedMs)} ms, ${length} rows`);
    assert.deepEqual(
      result.columnNames(),
      audit.columns.map((column) => column.name),
    );
    const binary = audit.columns.filter((_, i) => BINARY.includes(result.columnTypeId(i))).map(({ unit }) => unit);
    assert.deepEqual(
      binary.filter((unit) => !/^(percent|seconds)$/.test(unit)),
      [],
      name,
    );
  }
  t.diagnostic(`${calls} calls; ${times.join('; ')}`);
  await assertVerified(rating);
});
