import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSuspensionFile } from '../../../engine/signal/suspension-file.ts';

const one = { terminal: '6001', address: '192.0.2.9', untilMs: 1 };
const other = { terminal: '*', address: '192.0.2.9', untilMs: 2 };

function fileOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'suspended-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'ss1.suspended');
}

const fails = (problem: string) => assert.fail(problem);

test('what was noted is found again, later notes in place of earlier ones', (t) => {
  const path = fileOf(t);
  const file = openSuspensionFile(path, fails);
  assert.deepEqual(file.load(), []);
  file.note(one);
  file.note(other);
  file.note({ ...one, untilMs: 3 });
  assert.deepEqual(openSuspensionFile(path, fails).load(), [{ ...one, untilMs: 3 }, other]);
  file.replace([other]);
  file.note(one);
  assert.deepEqual(openSuspensionFile(path, fails).load(), [other, one]);
});

test('a line that was cut off, or is none of ours, is left out', (t) => {
  const path = fileOf(t);
  openSuspensionFile(path, fails).note(one);
  appendFileSync(path, 'null\n{"terminal":1}\n{"terminal":"6002","addr');
  assert.deepEqual(openSuspensionFile(path, fails).load(), [one]);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 4);
});

test('a file that cannot be written is told once, and stops nothing', () => {
  const told: string[] = [];
  const file = openSuspensionFile('/nonexistent/folder/ss1.suspended', (problem) => told.push(problem));
  file.note(one);
  file.note(other);
  file.replace([]);
  assert.equal(told.length, 1);
  assert.match(told[0], /will not survive a restart: .*ss1\.suspended cannot be written/);
});
