import type { DuckDBConnection } from '@duckdb/node-api';
import type { Window } from '../../rating/tariff.ts';
import { OperatorError } from '../errors.ts';
import {
  planColumns,
  priceColumns,
  type StoredPiece,
  storedColumns,
  storedPieces,
  timeColumns,
  vendorPriceColumns,
} from './stored-calls.ts';
import { type Needs, needsOf, Reratings, readStoredPlans, type StoredPlan } from './stored-plans.ts';
import { readStoredRates, type StoredRates } from './stored-rates.ts';
import type { HistoryWindow, Step } from './what-if.ts';

/** Rated calls of a window with all that is needed to rate them again, step by step. */
export interface History {
  readonly steps: readonly Step[];
  readonly plans: readonly StoredPlan[];
  readonly needs: Needs;
  readonly rates: StoredRates;
  readonly reratings: Reratings;
  /** SQL: the calls of the window. */
  readonly where: string;
  /** Rated and waiting calls in it, and the hour of the first, counted from 1970 UTC. */
  readonly calls: number;
  readonly firstHour: number;
}

/**
 * @param deck what a change of rates looks numbers up in (see readStoredRates)
 * @throws OperatorError when there is no call in the window
 */
export async function openHistory(
  connection: DuckDBConnection,
  window: HistoryWindow,
  steps: readonly Step[],
  deck?: string,
): Promise<History> {
  const where = windowSql(window);
  const plans = await readStoredPlans(connection, where, steps);
  const needs = needsOf(plans);
  const answered = needs.lookups ? 'answered_at' : 'NULL::TIMESTAMPTZ AS answered_at';
  const survey = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, (epoch_us(min(start_at)) // 3600000000)::INTEGER, epoch_ms(min(answered_at))::DOUBLE,
       epoch_ms(max(answered_at))::DOUBLE
     FROM (
       SELECT start_at, ${answered} FROM calls WHERE ${where}
       UNION ALL SELECT start_at, ${answered} FROM waiting_calls WHERE ${where}
     )`,
  );
  const [calls, firstHour, fromMs, untilMs] = survey.getRows()[0] as (number | null)[];
  if (!calls) {
    throw new OperatorError(
      `no rated call begins ${windowText(window)}: name another window with --from and --until ("ratemill sql 'SELECT min(start_at), max(start_at) FROM rated_calls'" shows what there is)`,
    );
  }
  const times: Window | undefined =
    needs.lookups && fromMs !== null && untilMs !== null ? { fromMs, untilMs } : undefined;
  const rates = await readStoredRates(connection, { answered: times, changed: deck });
  return {
    steps,
    plans,
    needs,
    rates,
    reratings: new Reratings(rates.lookups),
    where,
    calls,
    firstHour: firstHour ?? 0,
  };
}

/** Which of the calls that changes may concern are read, and how. */
export interface Selection {
  /** SQL that limits them further. */
  readonly also?: string;
  /** Whether reading goes on while a piece is worked on; then nothing may be written meanwhile. */
  readonly ahead?: boolean;
  /** Whether money is all that is asked about: then columns are not read, and are not told anew, that prices do not need. */
  readonly money?: boolean;
}

/** The calls that changes may concern, in pieces under one plan each. */
export async function* concernedPieces(
  connection: DuckDBConnection,
  { plans, needs, rates, where }: History,
  { also = 'true', ahead = false, money = false }: Selection = {},
): AsyncGenerator<StoredPiece> {
  const places = new Map(plans.map(({ place, runId, parameterSet }) => [`${runId} ${parameterSet}`, place]));
  const planOf = (runId: number, set: number) => (plans.length === 1 ? 0 : (places.get(`${runId} ${set}`) as number));
  const reading = { rates, planOf, ahead };
  const ofPlans = plans.length === 1 ? [] : planColumns;
  const priced = '(rate_id IS NOT NULL OR vendor_rate_id IS NOT NULL)';
  const ofPrices = [...priceColumns, ...(needs.prices?.vendor ? vendorPriceColumns : [])];
  const columns =
    money && needs.prices !== undefined ? ofPrices : [...storedColumns, ...(needs.times ? timeColumns : [])];
  for (const table of ['calls', 'waiting_calls'] as const) {
    const of = `${where} AND ${also}`;
    const unpriced = needs.unpriced[table];
    const asking = needs.numbers ? 'true' : `(rate_id IS NULL AND ${unpriced})`;
    if (!needs.numbers) {
      yield* storedPieces(connection, {
        ...reading,
        columns: [...ofPlans, ...columns],
        table,
        where: `${of} AND ${priced} AND NOT ${asking}`,
        numbers: false,
      });
    }
    if (unpriced === 'false') continue;
    yield* storedPieces(connection, {
      ...reading,
      columns: [...ofPlans, ...storedColumns, ...timeColumns],
      table,
      where: `${of} AND ${asking}`,
      numbers: true,
    });
  }
}

export function windowSql({ fromMs, untilMs }: HistoryWindow): string {
  const at = (ms: number) => `make_timestamptz(${ms * 1000})`;
  const limits = [
    fromMs === null ? '' : `start_at >= ${at(fromMs)}`,
    untilMs === null ? '' : `start_at < ${at(untilMs)}`,
  ];
  return limits.filter((limit) => limit !== '').join(' AND ') || 'true';
}

export function windowText({ fromMs, untilMs }: HistoryWindow): string {
  const at = (ms: number) => new Date(ms).toISOString();
  const words = [fromMs === null ? '' : `from ${at(fromMs)}`, untilMs === null ? '' : `before ${at(untilMs)}`];
  return words.filter((word) => word !== '').join(' and ') || 'at any time';
}
