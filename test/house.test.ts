import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../engine/database.ts';
import { statuses } from '../rating/status.ts';

const root = dirname(import.meta.dirname);
const rooms = ['engine', 'rating', 'signalling', 'datasets', 'test'];

/** Files of the repository, those not committed yet included; undefined outside of a checkout. */
const tracked = listFiles();
const skip = tracked === undefined ? 'this is no git checkout' : false;
const files = tracked ?? [];
const sources = files.filter((path) => path.endsWith('.ts'));
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

/** What each room may import from: itself, and the rooms below it. */
const below: Record<string, readonly string[]> = {
  rating: ['rating'],
  signalling: ['signalling', 'rating'],
  datasets: ['datasets', 'signalling', 'rating'],
  engine: ['engine', 'signalling', 'rating', 'datasets'],
  test: rooms,
};

test('imports point one way', { skip }, () => {
  assert.ok(imports().length > sources.length, 'imports are found at all');
  const wrong = imports()
    .filter(({ name }) => name.startsWith('.'))
    .map(({ path, name }) => ({ path, name, room: roomOf(posix.join(posix.dirname(path), name)) }))
    .filter(({ path, room }) => !below[roomOf(path)].includes(room));
  assert.deepEqual(wrong, []);
});

test('rating is pure: it asks for no time and no process, and of all packages it knows decimal.js', { skip }, () => {
  const impure = sources.filter(
    (path) => roomOf(path) === 'rating' && /\b(Date\.now|performance|process)\b/.test(read(path)),
  );
  assert.deepEqual(impure, []);
  const others = imports().filter(({ path, name }) => roomOf(path) === 'rating' && !name.startsWith('.'));
  assert.deepEqual([...new Set(others.map(({ name }) => name))], ['decimal.js']);
});

test('no command loads the library that draws before there is something to draw', { skip }, () => {
  const early = imports().filter(({ dynamic }) => !dynamic);
  const loaded = new Set(['engine/cli.ts']);
  for (const path of loaded) {
    const named = early.filter((one) => one.path === path && one.name.startsWith('.'));
    for (const { name } of named) loaded.add(posix.join(posix.dirname(path), name));
  }
  assert.ok(loaded.has('engine/render/report-files.ts'), 'the sources of the program are found');
  const drawing = early.filter(({ name }) => name.startsWith('echarts/'));
  assert.ok(drawing.length > 0);
  assert.deepEqual(
    drawing.filter(({ path }) => loaded.has(path)),
    [],
  );
});

test('files are touched in the engine, and where events and reference data are written', { skip }, () => {
  const touching = imports().filter(({ name }) => /^(node:)?fs(\/promises)?$/.test(name));
  const elsewhere = touching.map(({ path }) => path).filter((path) => !['engine', 'test'].includes(roomOf(path)));
  assert.deepEqual(elsewhere, [
    'datasets/reference.ts',
    'signalling/events/call-journal.ts',
    'signalling/events/event-file.ts',
    'signalling/events/log-folder.ts',
    'signalling/events/segment-file.ts',
  ]);
});

test('packages that are imported are dependencies, of exact versions', { skip }, () => {
  const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.deepEqual(
    versions.filter(([, version]) => !exact.test(version)),
    [],
  );
  const needed = imports()
    .filter(({ name }) => !/^(\.|node:)/.test(name))
    .map(({ path, name }) => ({ path, name: /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] as string }));
  const missing = needed.filter(({ path, name }) => {
    return !(name in manifest.dependencies || (roomOf(path) === 'test' && name in manifest.devDependencies));
  });
  assert.deepEqual(missing, []);
});

test('the top level holds the rooms and a few known files', { skip }, () => {
  const known = ['package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
  const top = [...new Set(files.map((path) => path.split('/')[0]))];
  assert.deepEqual(
    top.filter((name) => ![...rooms, ...known].includes(name) && !name.startsWith('.')),
    [],
  );
});

test('no source is longer than 450 lines', { skip }, () => {
  const long = files
    .filter((path) => /\.(ts|sql)$/.test(path))
    .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > 450);
  assert.deepEqual(long, []);
});

test('the lock file names no registry host', () => {
  assert.equal(read('package-lock.json').match(/"resolved": "(https?:.*)"/)?.[1], undefined);
});

test('the lock file has the packages of all platforms, without which npm ci refuses it', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  assert.deepEqual(
    optional.filter((name) => packages[`node_modules/${name}`]?.version === undefined),
    [],
  );
});

test('no file names a folder of somebody’s machine', { skip }, () => {
  const machine = /(?<![\w.~/-])\/(?:home|Users|root|work|workspace)\/\w|\b[A-Z]:\\Users/;
  const named = files.filter(
    (path) => /\.(ts|json|md|sql|sh|yml|yaml)$|^\.ci\//.test(path) && machine.test(read(path)),
  );
  assert.deepEqual(named, []);
});

test('the statuses of the schema are those of the path, in its order', () => {
  const [, list] = /CREATE TYPE call_status AS ENUM \(([^)]*)\)/.exec(read('engine/schema.sql')) as RegExpExecArray;
  assert.deepEqual(
    [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name),
    statuses.map(({ name }) => name),
  );
});

test('every table, view and column of a table has a comment', async (t) => {
  const { connection, close } = await openDatabase(':memory:');
  t.after(close);
  const bare = await connection.runAndReadAll(`
    SELECT table_name FROM duckdb_tables() WHERE NOT internal AND comment IS NULL
    UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
    UNION ALL SELECT c.table_name || '.' || c.column_name
      FROM duckdb_columns() c WHERE NOT c.internal AND c.comment IS NULL
    ORDER BY 1`);
  assert.deepEqual(bare.getRows(), []);
});

function listFiles(): string[] | undefined {
  const { status, stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** All imports of all sources: static, re-exported, and dynamic ones of a constant name. */
function imports(): { path: string; name: string; dynamic: boolean }[] {
  const statement = /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return sources.flatMap((path) => {
    return [...read(path).matchAll(statement)].map(([, from, bare, dynamic]) => {
      return { path, name: from ?? bare ?? dynamic, dynamic: dynamic !== undefined };
    });
  });
}

function roomOf(path: string): string {
  return path.split('/')[0];
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
