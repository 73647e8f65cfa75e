/**
 * One measured re-rating or undo, checkpoint included: node rerate.ts DATABASE CHANGES, a JSON object of parameters, or
 * node rerate.ts DATABASE undo, of run 2. The database is changed.
 */
import { openDatabase } from '../../engine/database.ts';
import { rerate } from '../../engine/rerating/rerate.ts';
import { undoRerating } from '../../engine/rerating/undo-rerating.ts';
import { report } from './measure.ts';

const [database, change] = process.argv.slice(2);
const started = performance.now();
const { connection, close } = await openDatabase(database, { existing: true });
const { calls } =
  change === 'undo'
    ? await undoRerating(connection, 2)
    : await rerate(connection, {
        window: { fromMs: null, untilMs: null },
        parameters: JSON.parse(change),
        deck: 'kept',
      });
await connection.run('CHECKPOINT');
close();
report({ seconds: (performance.now() - started) / 1000, calls });
