/** The kernel alone: node kernel.ts DATASET-FOLDER. Rates batches that are in memory, over and over; calls a second. */
import { join } from 'node:path';
import { CallBatchReader, SLICE_ROWS } from '../../engine/arrow/call-batches.ts';
import { openDatabase } from '../../engine/database.ts';
import { findInputFiles } from '../../engine/input-files.ts';
import { resolveConfiguration } from '../../engine/parameters/configuration.ts';
import { pickRows } from '../../engine/pick-rows.ts';
import { readTariff, resolveParties } from '../../engine/read-tariff.ts';
import { readNames } from '../../engine/store/history.ts';
import { surveyFiles } from '../../engine/survey.ts';
import { type CallBatch, ratedColumns } from '../../rating/columns.ts';
import { compilePlan } from '../../rating/plan.ts';
import { priceTariff } from '../../rating/pricing.ts';
import { rateBatch } from '../../rating/rate-batch.ts';
import { compileTariff } from '../../rating/tariff.ts';
import { median, report } from './measure.ts';

/** Calls kept in memory: more than any cache holds. */
const KEPT = 65_536;
const ROUNDS = 60;

const [folder] = process.argv.slice(2);
const { connection, close } = await openDatabase(join(folder, 'decks.duckdb'), { readOnly: true });
const names = await readNames(connection);
const { parameters, quantiseRates } = resolveConfiguration({ db: join(folder, 'decks.duckdb'), set: [] });
const survey = surveyFiles(findInputFiles([join(folder, 'events')]).paths.slice(0, 1), names, { salvage: false });
const tariff = await readTariff(connection);
const plan = compilePlan(parameters, quantiseRates);
const compiled = compileTariff(tariff.rates, survey.answered);
const pricing = priceTariff(compiled, plan);
close();

const batches = keptBatches();
const parties = resolveParties(tariff, names.account, names.gateway);
const out = ratedColumns(SLICE_ROWS);
const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
const rates: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const started = performance.now();
  for (const batch of batches) {
    rateBatch(batch, pricing, compiled, parties, out, { gatewayWithoutRates: 0, noVendorRate: 0 });
  }
  rates.push(rows / ((performance.now() - started) / 1000));
}
const steady = rates.slice(ROUNDS / 2);
report({ seconds: 0, median: median(steady), low: Math.min(...steady), high: Math.max(...steady), rows });

function keptBatches(): CallBatch[] {
  const [{ file, schema, messages }] = survey.files;
  const reader = new CallBatchReader(file, schema, names);
  const kept: CallBatch[] = [];
  for (const message of messages) {
    if (message.kind === 'dictionary') reader.readDictionary(message);
    else {
      for (const batch of reader.calls(message)) {
        kept.push(
          pickRows(
            batch,
            Array.from({ length: batch.rows }, (_, row) => row),
          ),
        );
        if (kept.length * SLICE_ROWS >= KEPT) return kept;
      }
    }
  }
  return kept;
}
