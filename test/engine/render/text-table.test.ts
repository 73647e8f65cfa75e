import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textTable } from '../../../engine/render/text-table.ts';

test('columns are aligned, numbers to the right', () => {
  assert.equal(
    textTable(
      [{ title: 'prefix', align: 'left' }, { title: 'rate' }, { title: 'destination' }],
      [
        ['49', '0.1', 'Österreich'],
        ['4915', '12.25', 'x'],
        ['1', '', ''],
      ],
    ),
    'prefix   rate  destination\n49        0.1  Österreich\n4915    12.25  x\n1\n',
  );
});

test('without rows only the titles are left', () => {
  assert.equal(textTable([{ title: 'a' }, { title: 'b', align: 'right' }], []), 'a  b\n');
});

test('control characters cannot move the cursor', () => {
  assert.equal(textTable([{ title: 'name' }], [['a\u001b[2Jb\nc']]), 'name\na\u{fffd}[2Jb\u{fffd}c\n');
});
