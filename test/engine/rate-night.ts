/**
 * Rates a night as a process of its own, and may send itself a signal as a named stage begins:
 *
 *     node rate-night.ts DATABASE EVENTS [retry|rate STAGE [SIGNAL]]
 *
 * STAGE is one of `stages`, or `close`: all is committed, and not yet in the database file. SIGNAL is SIGKILL unless
 * another is named. Prints `begun` first.
 */
import { openDatabase } from '../../engine/database.ts';
import { rateNight } from './night.ts';

const [database, events, kind, stage, signal = 'SIGKILL'] = process.argv.slice(2);
process.stdout.write('begun\n');
const { connection, close } = await openDatabase(database);
let running = 'retry';
const reached = (name: string) => {
  if (name === 'find') running = 'rate';
  if (running === kind && name === stage) process.kill(process.pid, signal);
};
await rateNight(connection, { database, events }, { onStage: reached });
reached('close');
close();
