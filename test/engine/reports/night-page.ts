import { openDatabase } from '../../../engine/database.ts';
import type { ReportPage } from '../../../engine/render/report-page.ts';
import { readRuns } from '../../../engine/reports/run-history.ts';
import { readRunPage } from '../../../engine/reports/run-page.ts';
import { makeNight, rateNight } from '../night.ts';

/** The report of a simulated night in a folder, with something in most sections. The database stays there. */
export async function readNightPage(dir: string): Promise<ReportPage> {
  const night = await makeNight(dir, 4000);
  const { connection, close } = await openDatabase(night.database);
  try {
    await rateNight(connection, night);
    const runs = await readRuns(connection);
    return await readRunPage(connection, runs[runs.length - 1], 'ratemill.duckdb');
  } finally {
    close();
  }
}
