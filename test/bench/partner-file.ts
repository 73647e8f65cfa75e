import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase } from '../../engine/database.ts';
import { sqlText } from '../../engine/sql-text.ts';

/** How a vendor's file was made of our calls: what a reconciliation must find, by outcome. */
export type Made = Readonly<Record<'matched' | 'duration' | 'money' | 'only_ours' | 'only_theirs', number>>;

/** The column map of `writePartnerFile`. */
export const partnerMap =
  'number=Called,caller=Caller,start=Connected,seconds=Seconds,money=Amount,delimiter=;,decimal=,,timezone=Europe/Berlin,timeFormat=%d.%m.%Y %H:%M:%S';

/**
 * Writes the calls of a clearing account as the vendor might: on the clock of Berlin, which is put back meanwhile, seconds
 * cut off, with a decimal comma and a plus sign. Of a thousand calls ten are missing, ten were never made, ten are too long
 * by 5 seconds and ten too dear by 0.02. Calls to what is no number are missing, too.
 */
export async function writePartnerFile(database: string, vendor: string, file: string): Promise<Made> {
  const { connection, close } = await openDatabase(database, { readOnly: true });
  try {
    await connection.run(NOISE.replace('$vendor', sqlText(vendor)));
    await connection.run(`COPY (${ROWS}) TO ${sqlText(file)} (HEADER, DELIMITER ';')`);
    return await madeOf(connection);
  } finally {
    close();
  }
}

const NOISE = `CREATE TEMP TABLE noisy AS
  SELECT *, CASE WHEN draw < 10 OR NOT regexp_full_match(number, '[0-9]+') THEN 'only_ours' WHEN draw < 20 THEN 'only_theirs' WHEN draw < 30 THEN 'duration'
    WHEN draw < 40 THEN 'money' ELSE 'matched' END AS noise
  FROM (SELECT coalesce(callee_to_gateway_e164, substr(callee_e164, 1 + stripped_characters)) AS number, caller_e164 AS caller,
      answered_at, hold_time, coalesce(vendor_fee, 0) AS money, hash(softswitch_id, flow_no) % 1000 AS draw
    FROM (FROM calls UNION ALL FROM waiting_calls)
    WHERE hold_time > 0
      AND vendor_account_id = (SELECT id FROM call_names WHERE kind = 'account' AND name = $vendor))`;

/** A call that was never made stands beside the one it was made of, to a number nobody has. */
const ROWS = `SELECT '+' || number || suffix AS "Called", caller AS "Caller",
    strftime(timezone('Europe/Berlin', answered_at), '%d.%m.%Y %H:%M:%S') AS "Connected",
    hold_time + if(noise = 'duration', 5, 0) AS "Seconds",
    replace((money + if(noise = 'money', 0.02, 0))::VARCHAR, '.', ',') AS "Amount", 'Carrier "One"' AS "Product"
  FROM (SELECT *, '' AS suffix FROM noisy WHERE noise <> 'only_ours'
    UNION ALL SELECT *, '00000' FROM noisy WHERE noise = 'only_theirs')
  ORDER BY answered_at`;

async function madeOf(connection: DuckDBConnection): Promise<Made> {
  const result = await connection.runAndReadAll('SELECT noise, count(*)::INTEGER FROM noisy GROUP BY noise');
  const count = Object.fromEntries(result.getRows()) as Record<keyof Made, number>;
  return { ...count, matched: count.matched + count.only_theirs };
}
