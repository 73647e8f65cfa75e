import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { caseArbitrary } from '../oracle/arbitraries.ts';
import { rateWithKernel } from '../oracle/kernel.ts';
import { rateByTheBook } from '../oracle/oracle.ts';

/** Calls compared in one run of the test; PROPERTY_CALLS asks for more or fewer. */
const CALLS = Number(process.env.PROPERTY_CALLS ?? 200_000);

test(`the kernel rates as the oracle does, over at least ${CALLS} random calls`, (context) => {
  let compared = 0;
  const statuses = new Map<string, number>();
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  fc.assert(
    fc.property(caseArbitrary, fc.integer({ min: 1, max: 64 }), ({ setting, calls }, batchRows) => {
      const rated = rateWithKernel(setting, calls, batchRows);
      calls.forEach((call, i) => {
        const expected = rateByTheBook(call, setting);
        const { reason: _reason, ...kernel } = rated[i];
        const { reason: _why, ...book } = expected;
        const malformed = book.status === 'rejected' && expected.reason !== 'fee_out_of_range';
        // A row that is no call has no billing number and no times to speak of.
        const same = malformed ? { status: kernel.status } : plain(kernel);
        assert.deepEqual(same, malformed ? { status: book.status } : plain(book), JSON.stringify(call));
        statuses.set(book.status, (statuses.get(book.status) ?? 0) + 1);
      });
      compared += calls.length;
    }),
    // A case has 20 to 60 calls.
    { numRuns: Math.ceil(CALLS / 20), seed },
  );
  assert.ok(compared >= CALLS, `${compared} calls compared`);
  context.diagnostic(`${compared} calls: ${[...statuses].map(([name, calls]) => `${name} ${calls}`).join(', ')}`);
});

/** Amounts as their shortest decimals, so that 0.50 equals 0.5. */
function plain(result: object): Record<string, unknown> {
  const money = ['fee', 'withheldFee', 'vendorFee'];
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => {
      return [name, money.includes(name) && value !== null ? new Decimal(value).toFixed() : value];
    }),
  );
}
