import { join } from 'node:path';
import type { DemoResult } from '../demo.ts';
import { grouped } from './amounts.ts';
import { pasteable } from './next-commands.ts';
import { runReportText } from './run-report-text.ts';
import { textTable } from './text-table.ts';

/** A demo as people read it: what was made, the report of the run, where things are and what to try. */
export function demoText(demo: DemoResult): string {
  return [madeText(demo), runReportText(demo.run), placesText(demo), tryText(demo)].join('\n');
}

/** Commands to try, each with what it shows; they work as they stand in the current folder. */
export function demoCommands({ dir, database, events, dearestCall }: DemoResult): { shows: string; command: string }[] {
  const db = ['--db', database];
  const explain = (call: NonNullable<DemoResult['dearestCall']>) => ({
    shows: 'how the dearest call was rated, step by step',
    command: pasteable('explain', call.flowNo, '--softswitch', call.softswitch, ...db),
  });
  return [
    { shows: 'who paid most', command: pasteable('sql', ...db, 'SELECT * FROM revenue_by_account LIMIT 5') },
    {
      shows: 'what each vendor leaves us, worst first',
      command: pasteable('sql', ...db, 'SELECT * FROM margin_by_vendor'),
    },
    ...(dearestCall === null ? [] : [explain(dearestCall)]),
    { shows: 'that files already rated are skipped', command: pasteable('rate', events, ...db) },
    { shows: 'the run with its parameters, files and counts', command: pasteable('runs', '1', ...db) },
    {
      shows: 'the run as a page for the browser, with charts: report.html',
      command: pasteable('report', '--format', 'html', '--out', join(dir, 'report'), ...db),
    },
    { shows: 'that everything in the database adds up', command: pasteable('verify', ...db) },
  ];
}

function madeText({ simulated, loads, loadSeconds }: DemoResult): string {
  const { calls, files, bytes, seconds } = simulated;
  const rows = loads.map(({ rows: count, kind }) => `${grouped(count)} ${kind}`).join(', ');
  return (
    `simulated ${grouped(calls)} calls in ${files.length} files, ${megabytes(bytes)}, in ${seconds.toFixed(1)} s\n` +
    `loaded ${rows} in ${loadSeconds.toFixed(1)} s\n`
  );
}

function placesText({
  database,
  databaseBytes,
  configuration,
  deck,
  events,
  simulated,
  run,
  cores,
}: DemoResult): string {
  const places = textTable(
    [{ title: 'where things are' }, { title: '' }],
    [
      ['  database', `${database} (${megabytes(databaseBytes)}; any DuckDB client opens it)`],
      ['  configuration', `${configuration} (with the reasons for its values)`],
      ['  deck', `${deck}; accounts.csv and gateways.csv beside it`],
      ['  events', `${events} (${simulated.files.length} Arrow files)`],
    ],
  );
  const speed = `${grouped(run.callsPerSecond)} calls a second, from file to database, on ${cores} cores`;
  return `${places}\nthroughput: ${speed}\n`;
}

function tryText(demo: DemoResult): string {
  const lines = demoCommands(demo).map(({ shows, command }) => `  # ${shows}\n  ${command}\n`);
  return `try next:\n${lines.join('')}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
