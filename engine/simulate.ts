import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeReference, type ReferenceKind, referenceFiles, writeReference } from '../datasets/reference.ts';
import { EventFile, type EventFileForm, eventFileEnding } from '../signalling/events/event-file.ts';
import {
  fillTraffic,
  planTraffic,
  type TrafficBatch,
  type TrafficOptions,
  trafficBatch,
  trafficDefaults,
} from '../signalling/traffic/traffic.ts';
import type { TrafficPlan } from '../signalling/traffic/traffic-plan.ts';
import { OperatorError } from './errors.ts';
import { trafficReference } from './traffic-reference.ts';

/** What to simulate. Everything of `TrafficOptions` can be set too; what is left out has its default. */
export interface SimulateOptions extends Partial<TrafficOptions> {
  /** Folder of the event files; made when it is not there. */
  readonly out: string;
  /** Files of each softswitch. */
  readonly files: number;
  readonly form: EventFileForm;
  /** Folder of rates.csv, accounts.csv and gateways.csv: read when they are there, made otherwise. Default: `out`. */
  readonly deck?: string;
  /** Whether reference data which are not there are written, or only made for this run. */
  readonly writeReference: boolean;
  readonly prefixes: number;
  readonly accounts: number;
  readonly gateways: number;
  /** Rows of a record batch. */
  readonly batchRows?: number;
}

/** What `ratemill simulate` does when nothing is said. */
export const simulateDefaults = {
  calls: trafficDefaults.calls,
  days: trafficDefaults.days,
  startMs: trafficDefaults.startMs,
  seed: trafficDefaults.seed,
  files: 1,
  form: 'file' as EventFileForm,
  writeReference: true,
  prefixes: 36_000,
  accounts: 200,
  gateways: 30,
} as const;

export interface SimulateResult {
  readonly calls: number;
  readonly files: readonly { readonly path: string; readonly rows: number; readonly bytes: number }[];
  readonly bytes: number;
  /** Seconds for making and writing the events; reference data are not counted. */
  readonly seconds: number;
  /** Folder of the reference data, and whether they were read there, written there, or neither. */
  readonly deck: string;
  readonly reference: 'read' | 'written' | 'not written';
  /** What SERVER_BILLING_GATEWAY_ROUTE_PREFIX has to be for these numbers. */
  readonly routePrefixDigits: number;
}

const BATCH_ROWS = 65_536;

/**
 * Writes simulated traffic as Arrow files `events-<softswitch>-<nn>`, and the reference data it belongs to.
 * The same options give the same bytes.
 *
 * @param onProgress called after each batch with the events written so far
 */
export function simulate(options: SimulateOptions, onProgress: (events: number) => void = () => {}): SimulateResult {
  const traffic = { ...trafficDefaults, ...options };
  const deck = options.deck ?? options.out;
  const { files, reference } = obtainReference(deck, { ...options, ...traffic });
  const plan = planTraffic(trafficReference(deck, files), traffic);
  mkdirSync(options.out, { recursive: true });
  const startedMs = performance.now();
  const written = writeTraffic(plan, options, onProgress);
  return {
    calls: traffic.calls,
    files: written,
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: (performance.now() - startedMs) / 1000,
    deck,
    reference,
    routePrefixDigits: traffic.routePrefix.length,
  };
}

function writeTraffic(plan: TrafficPlan, options: SimulateOptions, onProgress: (events: number) => void) {
  const batchRows = options.batchRows ?? BATCH_ROWS;
  const batch = trafficBatch(plan, batchRows);
  const written: { path: string; rows: number; bytes: number }[] = [];
  let before = 0;
  for (const [softswitch, { name, rows }] of plan.softswitches.entries()) {
    for (let n = 0; n < options.files; n++) {
      const path = join(
        options.out,
        `events-${name}-${String(n + 1).padStart(2, '0')}${eventFileEnding[options.form]}`,
      );
      const range = {
        softswitch,
        from: Math.floor((rows * n) / options.files),
        to: Math.floor((rows * (n + 1)) / options.files),
      };
      const file = new EventFile(path, options.form, plan.dictionaries);
      try {
        writeRows(plan, range, batchRows, batch, file, (done) => onProgress(before + done));
        file.close();
      } catch (error) {
        file.abort();
        throw error;
      }
      before += file.rows;
      written.push({ path, rows: file.rows, bytes: file.bytes });
    }
  }
  return written;
}

function writeRows(
  plan: TrafficPlan,
  { softswitch, from, to }: { softswitch: number; from: number; to: number },
  batchRows: number,
  batch: TrafficBatch,
  file: EventFile,
  onProgress: (rows: number) => void,
): void {
  for (let row = from; row < to; row += batchRows) {
    fillTraffic(plan, softswitch, row, Math.min(batchRows, to - row), batch);
    file.write(batch.events);
    onProgress(file.rows);
  }
}

/** The reference files of a folder, or new ones when it has none. Traffic is drawn from the bytes in either case. */
function obtainReference(deck: string, options: SimulateOptions & TrafficOptions) {
  const kinds = Object.entries(referenceFiles) as [ReferenceKind, string][];
  const missing = kinds.filter(([, file]) => !existsSync(join(deck, file)));
  if (missing.length === 0) {
    const files = Object.fromEntries(kinds.map(([kind, file]) => [kind, readFileSync(join(deck, file))]));
    return { files: files as Record<ReferenceKind, Buffer>, reference: 'read' as const };
  }
  if (missing.length < kinds.length) {
    const names = missing.map(([, file]) => file).join(' and ');
    throw new OperatorError(`${deck} has reference data, but no ${names}; nothing was written`, {
      details: ['Put the file there, or name an empty folder with --deck to have all three made.'],
    });
  }
  // Prices of some destinations change in the middle of the traffic.
  const files = makeReference({ ...options, changeMs: options.startMs + options.days * 43_200_000 });
  if (options.writeReference) writeReference(deck, files);
  return { files, reference: options.writeReference ? ('written' as const) : ('not written' as const) };
}
