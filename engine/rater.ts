import { type CallBatch, type RatedColumns, ratedColumns } from '../rating/columns.ts';
import { addCommitments } from '../rating/overdraft.ts';
import type { Parties } from '../rating/parties.ts';
import { rateBatch } from '../rating/rate-batch.ts';
import { isWaiting } from '../rating/status.ts';
import type { VendorWarnings } from '../rating/vendor-leg.ts';
import { SLICE_ROWS } from './arrow/call-batches.ts';
import type { ParameterSet } from './parameter-sets.ts';
import { pickRated, pickRows } from './pick-rows.ts';
import type { RatingBasis } from './rating-basis.ts';
import { resolveParties } from './read-tariff.ts';
import type { RatedBatch } from './store/call-columns.ts';
import { Tally } from './tally.ts';

/** A batch that was rated, or the rows of one that are under the same parameters. */
export interface RatedPiece extends RatedBatch {
  /** Row i of the piece is row `places[i]` of the batch; undefined when it is all of the batch. */
  readonly places: readonly number[] | undefined;
}

/** Rates batches under the parameters of their rows, and adds up what a run has to know of all of them. */
export class Rater {
  readonly tally = new Tally();
  readonly warnings: VendorWarnings = { gatewayWithoutRates: 0, noVendorRate: 0 };
  readonly basis: RatingBasis;
  /** By account id, what its charged calls may hold of its money at any time, in micros (rating/overdraft.ts). */
  commitments = new Float64Array(1);
  /** Calls that wait for a rate or an account, until somebody takes them to be stored. */
  waiting: RatedBatch[] = [];
  #waitingRows = 0;
  readonly #out: RatedColumns = ratedColumns(SLICE_ROWS);
  #parties: Parties | undefined;
  #known = 0;

  constructor(basis: RatingBasis) {
    this.basis = basis;
  }

  get waitingRows(): number {
    return this.#waitingRows;
  }

  takeWaiting(): RatedBatch[] {
    this.#waitingRows = 0;
    return this.waiting.splice(0);
  }

  /**
   * Rates a batch of at most SLICE_ROWS; what a piece holds is good until the next one is asked for.
   *
   * @param own the parameters of all of its rows, when it is not what is set for them that counts
   */
  *rate(batch: CallBatch, own?: ParameterSet): Generator<RatedPiece> {
    const pieces = own === undefined ? this.basis.sets.split(batch) : [{ set: own, rows: undefined }];
    for (const { set, rows } of pieces) {
      yield this.#ratePiece(rows === undefined ? batch : pickRows(batch, rows), set, rows);
    }
  }

  #ratePiece(batch: CallBatch, { id, pricing }: ParameterSet, places: readonly number[] | undefined): RatedPiece {
    rateBatch(batch, pricing, this.basis.compiled, this.#currentParties(), this.#out, this.warnings);
    this.tally.add(batch, this.#out);
    addCommitments(batch, this.#out, pricing.reserves, this.commitments);
    const piece = { batch, rated: this.#out, parameterSet: id, places };
    this.#keepWaiting(piece);
    return piece;
  }

  #keepWaiting(piece: RatedPiece): void {
    const { status } = piece.rated;
    const rows: number[] = [];
    for (let row = 0; row < piece.batch.rows; row++) if (isWaiting[status[row]] === 1) rows.push(row);
    if (rows.length === 0) return;
    this.waiting.push(pickRated(piece, rows));
    this.#waitingRows += rows.length;
  }

  /** Who is who by id; names a batch brought are looked up once. */
  #currentParties(): Parties {
    const { names, tariff } = this.basis;
    const known = names.account.count + names.gateway.count;
    if (this.#parties === undefined || known !== this.#known) {
      this.#parties = resolveParties(tariff, names.account, names.gateway);
      this.#known = names.account.count + names.gateway.count;
      const longer = new Float64Array(names.account.count + 1);
      longer.set(this.commitments);
      this.commitments = longer;
    }
    return this.#parties;
  }
}
