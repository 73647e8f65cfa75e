/**
 * Rates a night as a process of its own, and may kill itself at a named stage, in the middle of its call:
 *
 *     node rate-night.ts DATABASE EVENTS [retry|rate STAGE]
 *
 * STAGE is one of `stages`, or `close`: all is committed, and not yet in the database file. Prints `begun` first.
 */
import { openDatabase } from '../../engine/database.ts';
import { rateNight } from './night.ts';

const [database, events, kind, stage] = process.argv.slice(2);
process.stdout.write('begun\n');
const { connection, close } = await openDatabase(database);
let running = 'retry';
const reached = (name: string) => {
  if (name === 'find') running = 'rate';
  if (running === kind && name === stage) process.kill(process.pid, 'SIGKILL');
};
await rateNight(connection, { database, events }, { onStage: reached });
reached('close');
close();
