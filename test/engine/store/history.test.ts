import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { FlowNumbers } from '../../../engine/flow-numbers.ts';
import { readEarlierFlowNumbers } from '../../../engine/store/history.ts';

/** Pages a softswitch fills in a night, and flow numbers of each that are kept. */
const [PAGES, KEPT] = [20, 3];

/** A database after so many nights of three softswitches, as far as duplicates are concerned. */
async function afterNights(t: TestContext, nights: number) {
  const { connection, close } = await openDatabase(':memory:');
  t.after(close);
  await connection.run(
    `INSERT INTO rated_flow_numbers
     SELECT night, softswitch, night * ${PAGES} + page, '\\x01\\x00\\x07\\x00\\x08\\x00'::BLOB
     FROM range(1, ${nights} + 1) n(night), range(1, 4) s(softswitch), range(${PAGES}) p(page) ORDER BY ALL`,
  );
  return connection;
}

/** The numbers of the night after so many: it begins in the last page of the one before. */
function nightAfter(nights: number): FlowNumbers {
  const numbers = new FlowNumbers();
  for (const softswitch of [1, 2, 3]) {
    for (let page = (nights + 1) * PAGES - 1; page < (nights + 2) * PAGES; page++) {
      numbers.add(softswitch, page * 65_536 + 5, 0);
    }
  }
  return numbers;
}

test('what is read of earlier runs depends on the input, not on how many there are', async (t) => {
  const [few, many] = [2, 1000];
  const seconds: number[] = [];
  for (const nights of [few, many]) {
    const connection = await afterNights(t, nights);
    const input = nightAfter(nights);
    const startedMs = performance.now();
    const earlier = await readEarlierFlowNumbers(connection, input);
    seconds.push((performance.now() - startedMs) / 1000);
    assert.equal(earlier.size, 3 * KEPT);
    assert.ok(earlier.has(2, ((nights + 1) * PAGES - 1) * 65_536 + 7, 0));
    // A call of the first night is late: its page is read, and none of those between.
    input.add(2, PAGES * 65_536, 0);
    assert.equal((await readEarlierFlowNumbers(connection, input)).size, 4 * KEPT);
  }
  t.diagnostic(`after ${many} nights it takes ${(seconds[1] / seconds[0]).toFixed(1)} times as long as after ${few}`);
});
