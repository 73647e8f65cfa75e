import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { LogFormat } from '../../engine/log.ts';

/** What a log writes to standard error, in a process of its own; times and seconds are replaced. */
function logged(format: LogFormat | 'none', statements: string): string {
  const source = `
    import { Log, StageLog } from ${JSON.stringify(new URL('../../engine/log.ts', import.meta.url).href)};
    const log = new Log(${format === 'none' ? 'undefined' : `'${format}'`}, 'rate');
    ${statements}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [0, '']);
  return stderr.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'NOW').replace(/(seconds"?[:=])\d+(\.\d+)?/g, '$1N');
}

const hostile = '"/a b/\\nfake\\r\\u0085\\u2028\\u001b[31m\\u009b31m\\u007f=.arrow"';

test('JSON: an object a line, which gives back the values, whatever they hold', () => {
  const lines = logged('json', `log.warn('leftOut', { path: ${hostile}, calls: 3, gone: undefined, none: null })`);
  assert.equal(
    lines,
    '{"time":"NOW","level":"warn","command":"rate","event":"leftOut","path":"/a b/\\nfake\\r\\u0085\\u2028\\u001b[31m' +
      '\\u009b31m\\u007f=.arrow","calls":3,"none":null}\n',
  );
  assert.equal(JSON.parse(lines).path, JSON.parse(hostile));
});

test('text: key=value, quoted where a reader could be misled', () => {
  assert.equal(
    logged(
      'text',
      `log.error('x', { a: 1, b: 'plain/file.arrow', c: ${hostile}, d: '', e: ['p q', 'r'], f: undefined })`,
    ),
    'NOW error rate x a=1 b=plain/file.arrow c="/a b/\\nfake\\r\\u0085\\u2028\\u001b[31m\\u009b31m\\u007f=.arrow" d="" ' +
      'e=["p q","r"]\n',
  );
});

test('a stage is logged when it has ended', () => {
  assert.equal(
    logged(
      'text',
      `const s = new StageLog(log); s.next({ stage: 'find' }); s.next({ stage: 'rate' }); s.end(); s.end();`,
    ),
    'NOW info  rate stage stage=find seconds=N\nNOW info  rate stage stage=rate seconds=N\n',
  );
});

test('without a format nothing is written', () => {
  assert.equal(logged('none', `log.error('x'); new StageLog(log).next({}); process.exitCode = log.on ? 1 : 0`), '');
});
