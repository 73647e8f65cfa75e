import { setWords, wordsToBigMicros } from '../../rating/money.ts';
import { isRated, statusCode } from '../../rating/status.ts';
import { overdraftCause, type Rerated } from './impact.ts';
import type { PricedPiece } from './price-history.ts';
import type { Replay } from './replay-history.ts';
import { advanceTime } from './what-if.ts';

/** What a step left of the rows of a piece, before overdraft prevention. */
export interface Step {
  readonly status: Uint8Array;
  readonly fee: Int32Array;
}

/**
 * What calls are charged after each cause: as much more or less as they are asked for, until overdraft prevention decides.
 *
 * @param rows of the piece: those asked about
 * @param steps by step that changes something
 * @returns by cause, micros in two words a row, low then high, in the order of `rows`
 */
export function chargesByCause(
  { causes, replays }: Rerated,
  priced: PricedPiece,
  rows: Int32Array,
  steps: readonly Step[],
): Int32Array[] {
  let step: Step | undefined;
  let stepsTaken = 0;
  let replay = 0;
  const charges = causes.map((cause) => {
    const decides = replays.length > 0 && (cause === overdraftCause || cause === advanceTime);
    if (cause !== overdraftCause) step = steps[stepsTaken++];
    const charged = new Int32Array(2 * rows.length);
    putCharges(charged, priced, rows, step, decides ? replays[replay++] : undefined);
    return charged;
  });
  assertLast(charges[charges.length - 1], priced, rows);
  return charges;
}

function putCharges(
  charged: Int32Array,
  { piece }: PricedPiece,
  rows: Int32Array,
  step: Step | undefined,
  replay: Replay | undefined,
): void {
  const { shortfall } = piece;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    // Nearly all calls: they had all the money they were asked for, and nobody takes it away.
    if (step !== undefined && replay === undefined && shortfall[2 * row] === 0 && shortfall[2 * row + 1] === 0) {
      if (step.status[row] !== statusCode.charged) continue;
      charged[2 * i] = step.fee[2 * row];
      charged[2 * i + 1] = step.fee[2 * row + 1];
      continue;
    }
    const stopped = wordsToBigMicros(shortfall, row);
    const full = step === undefined ? wordsToBigMicros(piece.fee, row) + stopped : feeAfter(step, row);
    setWords(charged, i, replay?.charged(piece, row, full) ?? full - stopped);
  }
}

function feeAfter({ status, fee }: Step, row: number): bigint {
  return status[row] === statusCode.charged ? wordsToBigMicros(fee, row) : 0n;
}

/** What a call is charged after the last cause is its fee; our own mistakes would stop here. */
function assertLast(charged: Int32Array, { piece, out }: PricedPiece, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const keeps = isRated[out.status[row]];
    if (charged[2 * i] === keeps * out.fee[2 * row] && charged[2 * i + 1] === keeps * out.fee[2 * row + 1]) continue;
    const [found, fee] = [wordsToBigMicros(charged, i), BigInt(keeps) * wordsToBigMicros(out.fee, row)];
    throw new RangeError(`call at row ${piece.rowId[row]}: its causes come to ${found}, not ${fee}`);
  }
}
