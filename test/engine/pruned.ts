/** A database of which old calls can be pruned: runs of two days, with calls of most fates, and a retry in between. */
import type { TestContext } from 'node:test';
import { arrowFile, event, noon } from './events.ts';
import { type Rating, ratingTest, reference } from './rating.ts';

/** Midnight between the two days: calls 1 to 9 ended before, calls 11 and on after. */
export const midnight = Date.UTC(2026, 2, 3);

const DAY_MS = 86_400_000;

export async function twoDays(t: TestContext): Promise<Rating> {
  const accounts = `${reference.accounts}poor,Poor,client,retail,0.03,0,prevent,UTC\n`;
  const rating = await ratingTest(t, { ...reference, accounts });
  const { rate, write, load } = rating;
  const day = (first: number, later: number) => {
    const at = { start_at: noon + later, ringing_at: noon + later, answered_at: noon + 5000 + later };
    const one = (number: number, changes: Parameters<typeof event>[1] = {}) =>
      event(first + number, { ...at, ended_at: noon + 65_000 + later, ...changes });
    return [
      one(0),
      one(1, { callee_e164: '4915123', callee_gateway: 'out-1' }),
      one(2, { answered_at: null }),
      one(3, { callee_e164: '33' }),
      one(4, { callee_e164: '44901' }),
      one(5, { end_direction: 9 }),
      one(0, { attempts: 2 }),
      one(6, { account: 'poor', answered_at: noon + 5000 + later }),
      one(7, { account: 'poor', answered_at: noon + 5001 + later }),
      one(8, { account: 'poor', answered_at: noon + 5002 + later }),
      one(9, { callee_e164: '5000' }),
    ];
  };
  await rate(write('a.arrow', arrowFile([...day(1, 0), ...day(11, DAY_MS)])), { SERVER_BILLING_NO_CDR_E164S: '5000' });
  await load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,60,60\n',
  );
  await rate(write('b.arrow', arrowFile(day(21, DAY_MS))), { SERVER_BILLING_NO_CDR_E164S: '5000' });
  // Runs finish when they are made, and nobody can wait a year: the first finished on the first day.
  await rating.connection.run(`UPDATE runs SET finished_at = '2026-03-02 23:00:00Z' WHERE run_id = 1`);
  return rating;
}
