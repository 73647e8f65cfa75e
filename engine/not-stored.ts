import type { DuckDBConnection } from '@duckdb/node-api';
import { FlowNumbers } from './flow-numbers.ts';

/** What the database knows of a flow number besides the calls it stores. */
export interface Sightings {
  /** Runs that rated a call of the number of which nothing is stored: only counted, under one of the statuses, or pruned. */
  readonly counted: readonly {
    readonly softswitch: string;
    readonly runId: number;
    readonly statuses: readonly { readonly status: string; readonly calls: number }[];
    /** Calls of the run that were pruned, and the time they ended before, ISO 8601; null when none was. */
    readonly pruned: { readonly calls: number; readonly before: string } | null;
  }[];
  readonly rejected: readonly {
    readonly runId: number;
    readonly file: string;
    readonly row: number;
    readonly reason: string;
    readonly content: Record<string, unknown>;
  }[];
}

/** Looks for a flow number among the calls that were only counted or pruned, and among the rejected rows. */
export async function sightingsOf(
  connection: DuckDBConnection,
  flowNo: bigint,
  softswitch?: string,
): Promise<Sightings> {
  const mine = (name: unknown) => softswitch === undefined || name === softswitch;
  const counted: Sightings['counted'][number][] = [];
  for (const { runId, name, id, blob } of await pagesWith(connection, flowNo)) {
    const page = new FlowNumbers();
    page.addPage(id, Number(flowNo >> 16n), blob.bytes);
    const [low, high] = [Number(flowNo & 0xffffffffn), Number(flowNo >> 32n)];
    if (!mine(name) || !page.has(id, low, high)) continue;
    const stored = await rowsOf(
      connection,
      `SELECT 1 FROM kept_calls WHERE flow_no = ${flowNo} AND softswitch_id = ${id} LIMIT 1`,
    );
    if (stored.length > 0) continue;
    const statuses = await countedBy(connection, runId);
    counted.push({ softswitch: name, runId, statuses, pruned: await prunedOf(connection, runId) });
  }
  // The digits cannot stand like this within a text: its quotes would be escaped.
  const rejected = await rowsOf(
    connection,
    `SELECT run_id, file, row::DOUBLE, reason, content FROM rejected_events
     WHERE contains(content, '"flow_no":"${flowNo}"') ORDER BY run_id, file, row`,
  );
  return {
    counted,
    rejected: rejected
      .map(([runId, file, row, reason, content]) => {
        return { runId, file, row, reason, content: JSON.parse(content as string) } as Sightings['rejected'][number];
      })
      .filter(({ content }) => mine(content.softswitch)),
  };
}

async function pagesWith(connection: DuckDBConnection, flowNo: bigint) {
  const rows = await rowsOf(
    connection,
    `SELECT run_id, name, softswitch_id, flow_numbers FROM rated_flow_numbers
     JOIN call_names ON kind = 'softswitch' AND id = softswitch_id WHERE page = ${flowNo >> 16n} ORDER BY run_id`,
  );
  return rows.map(([runId, name, id, blob]) => ({ runId, name, id, blob })) as {
    runId: number;
    name: string;
    id: number;
    blob: { bytes: Uint8Array };
  }[];
}

/** The statuses under which a run counted calls that it did not store. */
async function countedBy(connection: DuckDBConnection, runId: number) {
  const rows = await rowsOf(
    connection,
    `SELECT status, calls::DOUBLE FROM run_counts
     WHERE run_id = ${runId} AND (status = 'no_cdr' OR status LIKE 'suppressed%') ORDER BY status`,
  );
  return rows.map(([status, calls]) => ({ status: status as string, calls: calls as number }));
}

async function prunedOf(connection: DuckDBConnection, runId: number) {
  const [[calls, before]] = await rowsOf(
    connection,
    `SELECT sum(p.calls)::DOUBLE, epoch_ms(max(before))::DOUBLE FROM pruned_calls p JOIN prunes USING (prune_id)
     WHERE run_id = ${runId} AND status NOT IN ('rejected', 'duplicate')`,
  );
  return calls === null ? null : { calls: calls as number, before: new Date(before as number).toISOString() };
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
