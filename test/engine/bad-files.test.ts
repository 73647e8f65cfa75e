/** Files that cannot be rated as they are: each is left out and named with its fault, and the others are rated. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CompressionType, Dictionary, Int32, makeData, Utf8, Vector } from 'apache-arrow';
import { closeMessageFile, openMessageFile, walkMessages } from '../../engine/arrow/message-file.ts';
import { callEventColumns } from '../../signalling/events/events.ts';
import { arrowFile, event, noon, type Shape } from './events.ts';
import { ratingTest } from './rating.ts';

const events = [event(1), event(2), event(3)];
const file = arrowFile(events, { batchRows: 1, schemaInFront: true });
const stream = arrowFile(events, { batchRows: 1, form: 'stream' });
const names = callEventColumns.map(({ name }) => name);

/** Places in the bytes of the last of three batches, where a file may break off. */
const cuts = { file: { header: 0, body: 0, end: 0 }, stream: { header: 0, body: 0, end: 0 } };

test('places of the last batch', async (t) => {
  const { write } = await ratingTest(t, {});
  for (const [form, bytes] of [
    ['file', file],
    ['stream', stream],
  ] as const) {
    const opened = openMessageFile(write(form, bytes));
    const last = walkMessages(opened).messages.at(-1);
    closeMessageFile(opened);
    assert.ok(last !== undefined);
    const body = last.headerAt + last.headerLength;
    cuts[form] = { header: last.headerAt - 8, body, end: body + last.bodyLength };
  }
});

/** A test that puts a file beside a good one: its fault is told in these words, and the good one is rated. */
function leftOut(
  title: string,
  bytes: () => Uint8Array,
  fault: string,
  { salvage = false, name = 'bad.arrow' } = {},
): void {
  test(title, async (t) => {
    const { dir, write, rate, rows } = await ratingTest(t);
    write('good.arrow', arrowFile([event(10), event(11)]));
    write(name, Buffer.from(bytes()));
    const result = await rate(dir, {}, salvage);
    assert.equal(
      result.leftOut.map(({ path, message }) => `${path === join(dir, name) ? '' : path}${message}`).join('\n'),
      fault,
    );
    assert.deepEqual(await rows('SELECT flow_no FROM rated_calls ORDER BY flow_no'), [['10'], ['11']]);
  });
}

function leftOutInShape(title: string, shape: Shape, fault: string): void {
  leftOut(title, () => arrowFile(events.slice(0, 2), shape), fault);
}

leftOut('an empty file', () => Buffer.alloc(0), `is 0 bytes long: not an Arrow IPC file or stream`);
leftOut('a file of a few bytes', () => Buffer.from('ARROW1'), `is 6 bytes long: not an Arrow IPC file or stream`);
leftOut('zeros', () => Buffer.alloc(4096), `is not Arrow IPC: it begins with zeros, not with ARROW1 or a message`);
leftOut(
  'text',
  () => Buffer.from('These are the call events of Monday.\n'),
  `is not Arrow IPC: it begins with the bytes 5468657365206172, not with ARROW1 or a message`,
);
leftOut(
  'CSV',
  () => Buffer.from('flow_no,softswitch\n1,ss1\n'),
  `is not Arrow IPC: it begins with the bytes 666c6f775f6e6f2c, not with ARROW1 or a message`,
);
leftOut(
  'Parquet',
  () => Buffer.from(`PAR1${'\0'.repeat(100)}PAR1`),
  `is not Arrow IPC: it begins with the bytes 5041523100000000, not with ARROW1 or a message`,
);
leftOut(
  'only the magic of the file form',
  () => Buffer.from('ARROW1\0\0'),
  `it has no end-of-stream mark: it breaks off at byte 8 of 8`,
);
leftOut(
  'the magic of the file form, then zeros',
  () => Buffer.concat([Buffer.from('ARROW1\0\0'), Buffer.alloc(4096)]),
  `no message begins, but zeros, at byte 8 of 4104`,
);

leftOutInShape(
  'missing columns',
  { columns: names.filter((name) => !['callee_e164', 'account', 'callee_ip'].includes(name)) },
  `column callee_e164 is missing; column account is missing`,
);
leftOutInShape(
  'columns of wrong types',
  { others: { flow_no: int32, callee_e164: int32, start_at: int32, attempts: text } },
  `column flow_no is Int32: expected Uint64; column callee_e164 is Int32: expected Utf8 or Dictionary<Utf8>; column start_at is Int32: expected a Timestamp of any unit; column attempts is Utf8: expected Uint8`,
);
leftOutInShape('a column that stands twice', { columns: [...names, 'attempts'] }, `column attempts stands twice`);

leftOut(
  'cut in the header of a message, file form',
  () => file.subarray(0, cuts.file.header + 100),
  `it breaks off in a message header at byte 5720 of 5820: rate its readable part with --salvage`,
);
leftOut(
  'cut in the body of a message, file form',
  () => file.subarray(0, cuts.file.body + 100),
  `it breaks off in a message body at byte 5720 of 7020: rate its readable part with --salvage`,
);
leftOut(
  'cut before the end mark, file form',
  () => file.subarray(0, cuts.file.end),
  `it has no end-of-stream mark: it breaks off at byte 7184 of 7184: rate its readable part with --salvage`,
);
leftOut(
  'cut after the end mark, file form',
  () => file.subarray(0, cuts.file.end + 8),
  `its footer is missing or damaged: it breaks off at byte 7184 of 7192: rate its readable part with --salvage`,
);
leftOut(
  'cut in the footer',
  () => file.subarray(0, -20),
  `its footer is missing or damaged: it breaks off at byte 7184 of 8966: rate its readable part with --salvage`,
);
leftOut(
  'cut within the last bytes',
  () => file.subarray(0, -1),
  `its footer is missing or damaged: it breaks off at byte 7184 of 8985: rate its readable part with --salvage`,
);
leftOut(
  'cut in the middle of the schema, stream form',
  () => stream.subarray(0, 100),
  `it breaks off in a message header at byte 0 of 100`,
  { name: 'bad.arrows' },
);
leftOut(
  'cut in the header of a message, stream form',
  () => stream.subarray(0, cuts.stream.header + 100),
  `it breaks off in a message header at byte 5712 of 5812: rate its readable part with --salvage`,
);
leftOut(
  'cut in the body of a message, stream form',
  () => stream.subarray(0, cuts.stream.body + 100),
  `it breaks off in a message body at byte 5712 of 7012: rate its readable part with --salvage`,
);
leftOut(
  'cut between two messages, stream form',
  () => stream.subarray(0, cuts.stream.header),
  `it has no end-of-stream mark: it breaks off at byte 5712 of 5712: rate its readable part with --salvage`,
);
leftOut(
  'without its end mark, stream form',
  () => stream.subarray(0, cuts.stream.end),
  `it has no end-of-stream mark: it breaks off at byte 7176 of 7176: rate its readable part with --salvage`,
);
leftOut(
  'zeros instead of the last batch, stream form',
  () => Buffer.from(stream).fill(0, cuts.stream.header),
  `no message begins, but zeros, at byte 5712 of 7184: rate its readable part with --salvage`,
);
leftOut(
  'a second stream behind the first',
  () => Buffer.concat([stream, stream]),
  `more follows after the end of the stream: join streams as separate files; at byte 7184 of 14368: rate its readable part with --salvage`,
);
leftOut(
  'a batch that is missing from the messages, file form',
  () => Buffer.concat([file.subarray(0, cuts.file.header), file.subarray(cuts.file.end)]),
  `there are 2 batches where the footer lists 3: the messages end at byte 5720 of 7522: rate its readable part with --salvage`,
);

leftOut(
  'a footer that lists a batch elsewhere',
  () => patched(Buffer.from(file), place(cuts.file.header), place(cuts.file.header + 8)),
  `the footer does not list the batch at byte 5720: the messages end at byte 7184 of 8986: rate its readable part with --salvage`,
);
leftOut(
  'a footer of another schema than the one in front',
  () => patched(Buffer.from(file), Buffer.from('attempts'), Buffer.from('attempty')),
  `its footer has another schema than the one in front`,
  { salvage: true },
);

leftOutInShape(
  'an index beyond its dictionary',
  { others: { account: accounts(7) } },
  `column account refers to entry 7 of a dictionary of 1 (batch at byte 1232)`,
);
leftOutInShape(
  'a negative index',
  { others: { account: accounts(-1) } },
  `column account refers to entry 4294967295 of a dictionary of 1 (batch at byte 1232)`,
);
leftOutInShape(
  'offsets that fall',
  { others: { caller_e164: textAt(0, 5, 3) } },
  `column caller_e164 has a text of -2 bytes (batch at byte 1232)`,
);
leftOutInShape(
  'a negative offset',
  { others: { caller_e164: textAt(0, -5, 3) } },
  `column caller_e164 has a text of -5 bytes (batch at byte 1232)`,
);
leftOutInShape(
  'offsets beyond the bytes',
  { others: { caller_e164: textAt(0, 5, 10_000) } },
  `column caller_e164 has a buffer of 16 bytes where 10000 are needed (batch at byte 1232)`,
);
leftOut(
  'a negative first offset',
  () => patched(arrowFile(events.slice(0, 2)), words(0, 12, 24), words(-1, 12, 24)),
  `column caller_e164 has a text at offset -1 (batch at byte 1232)`,
);

for (const [name, compression, batchAt, magic] of [
  ['ZSTD', CompressionType.ZSTD, 2992, Buffer.of(0x28, 0xb5, 0x2f, 0xfd)],
  ['LZ4', CompressionType.LZ4_FRAME, 2944, Buffer.of(0x04, 0x22, 0x4d, 0x18)],
] as const) {
  const many = Array.from({ length: 500 }, (_, i) => event(100 + i));
  const packed = () => arrowFile(many, { compression, form: 'stream' });
  leftOut(
    `${name}: a damaged frame`,
    () => patched(packed(), magic, Buffer.of(1, 2, 3, 4)),
    `column attempts has a compressed buffer that does not unpack (batch at byte ${batchAt})`,
  );
  leftOut(
    `${name}: a wrong length`,
    () => lengthened(packed(), magic, 3n),
    `column attempts has a compressed buffer that does not unpack (batch at byte ${batchAt})`,
  );
  leftOut(
    `${name}: an absurd length`,
    () => lengthened(packed(), magic, 2n ** 62n),
    `column attempts says it unpacks to 4611686018427387904 bytes (batch at byte ${batchAt})`,
  );
}

leftOut(
  'without its footer, which alone has the schema',
  () => arrowFile(events).subarray(0, -1),
  `its footer is missing or damaged, and with it the schema: it breaks off, its batches begin at byte 8 of 4721`,
  {
    salvage: true,
  },
);
leftOut(
  'torn before its first batch, with --salvage',
  () => stream.subarray(0, 100),
  `it breaks off in a message header at byte 0 of 100`,
  { salvage: true },
);

for (const [form, bytes] of [
  ['file', file],
  ['stream', stream],
] as const) {
  test(`--salvage rates the whole batches of a torn ${form}, and the rest once the whole ${form} is there`, async (t) => {
    const { write, rate, rows } = await ratingTest(t);
    const torn = write('torn.arrow', bytes.subarray(0, cuts[form].body + 50));
    const hint = (await rate(torn)).leftOut[0].message;
    assert.match(hint, /^it breaks off in a message body at byte \d+ of \d+: rate its readable part with --salvage$/);
    const { rows: read, files, leftOut: none } = await rate(torn, {}, true);
    assert.deepEqual([read, none], [2, []]);
    assert.match(files[0].torn ?? '', /^it breaks off in a message body/);
    assert.deepEqual(await rows('SELECT flow_no FROM rated_calls ORDER BY flow_no'), [['1'], ['2']]);
    await rate(write('whole.arrow', bytes));
    assert.deepEqual(await rows('SELECT run_id, flow_no FROM rated_calls ORDER BY flow_no'), [
      ['1', '1'],
      ['1', '2'],
      ['2', '3'],
    ]);
  });
}

test('what is named and is not there: a file, a pattern, a folder without events', async (t) => {
  const { dir, write, rate } = await ratingTest(t);
  write('good.arrow', arrowFile(events));
  write('segment.arrows.open', 'being written');
  const empty = join(dir, 'good.arrow', '..', 'none');
  const { leftOut: faults, rows } = await rate([
    join(dir, 'gone.arrow'),
    join(dir, '*.arrows'),
    join(dir, 'good.arrow'),
    empty,
  ]);
  assert.equal(rows, 3);
  assert.deepEqual(
    faults.map(({ path, message }) => `${path.slice(dir.length + 1)} ${message}`),
    ['gone.arrow does not exist', '*.arrows matches no file', 'none does not exist'],
  );
});

test('values no call can have are rejected one by one, by the name of their fault', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const broken = Uint8Array.of(0x34, 0xff, 0x39);
  const last = 2n ** 63n - 1n;
  const bad: [string, Parameters<typeof event>[1]][] = [
    ['not_utf8', { caller_e164: broken }],
    ['not_utf8', { callee_e164: broken }],
    ['not_utf8', { sip_call_id: broken }],
    ['not_utf8', { callee_to_gateway_e164: broken }],
    ['not_utf8', { account: broken }],
    ['not_utf8', { softswitch: broken }],
    ['not_utf8', { caller_gateway: broken }],
    ['year_out_of_range', { start_at: last }],
    ['year_out_of_range', { start_at: -last - 1n }],
    ['year_out_of_range', { ended_at: last }],
    ['year_out_of_range', { answered_at: last }],
    ['year_out_of_range', { answered_at: -last - 1n }],
    ['year_out_of_range', { ringing_at: last }],
    ['year_out_of_range', { ended_at: Date.UTC(2060, 0, 1) }],
    ['year_out_of_range', { start_at: 0 }],
    ['answered_before_start', { start_at: noon + 5001 }],
    ['end_direction_unknown', { end_direction: 255 }],
    ['billing_mode_unknown', { billing_mode: -2 }],
    ['billing_mode_unknown', { billing_mode: -128 }],
  ];
  const all = bad.map(([, changes], i) => event(i + 1, changes));
  const { leftOut: faults } = await rate([write('a.arrow', arrowFile(all)), write('b.arrow', arrowFile([event(99)]))]);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    await rows('SELECT reason FROM rejected_events ORDER BY row'),
    bad.map(([reason]) => [reason]),
  );
  assert.deepEqual(await rows('SELECT flow_no FROM calls'), [['99']]);
});

test('odd numbers are calls all the same, and waiting for a number that can be dialled', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const long = '4930'.padEnd(10_000, '1');
  const odd = ['+4930123', '++4930', '٤٩٣٠', '49 30', '4930é', '📞4930', long, `${long}x`, '', 'anonymous'];
  await rate(write('a.arrow', arrowFile(odd.map((callee_e164, i) => event(i + 1, { callee_e164 })))));
  assert.deepEqual(
    await rows('SELECT status, callee_e164 FROM named_calls ORDER BY flow_no'),
    odd.map((number) => [number === '+4930123' || number === long ? 'charged' : 'invalid_number', number]),
  );
  assert.deepEqual(await rows(`SELECT billing_number FROM named_calls WHERE flow_no = 1`), [['4930123']]);
});

function int32(rows: number) {
  return makeData({ type: new Int32(), length: rows, nullCount: 0, data: new Int32Array(rows) });
}

function text(rows: number) {
  return makeData({
    type: new Utf8(),
    length: rows,
    nullCount: 0,
    valueOffsets: new Int32Array(rows + 1),
    data: new Uint8Array(0),
  });
}

/** A column of texts at offsets that may be nonsense. */
function textAt(...offsets: number[]) {
  return (rows: number) =>
    makeData({
      type: new Utf8(),
      length: rows,
      nullCount: 0,
      valueOffsets: Int32Array.from({ length: rows + 1 }, (_, i) => offsets[i]),
      data: new Uint8Array(Buffer.from('0123456789')),
    });
}

/** A dictionary column whose last row refers to `index` of a dictionary of one. */
function accounts(index: number) {
  const type = new Dictionary(new Utf8(), new Int32(), 77);
  const valueOffsets = Int32Array.of(0, 5);
  const data = new Uint8Array(Buffer.from('alice'));
  const dictionary = new Vector([makeData({ type: new Utf8(), length: 1, nullCount: 0, valueOffsets, data })]);
  return (rows: number) => {
    const indices = new Int32Array(rows);
    indices[rows - 1] = index;
    return makeData({ type, length: rows, nullCount: 0, data: indices, dictionary });
  };
}

function words(...values: number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

/** A place in a file, as its footer has it. */
function place(at: number): Buffer {
  return Buffer.from(BigInt64Array.of(BigInt(at)).buffer);
}

/** The bytes with the last occurrence of a pattern replaced by another of the same length. */
function patched(bytes: Buffer, pattern: Uint8Array, by: Uint8Array): Buffer {
  const at = bytes.lastIndexOf(pattern);
  assert.ok(at >= 0);
  bytes.set(by, at);
  return bytes;
}

/** The bytes with another length in front of the last compressed frame. */
function lengthened(bytes: Buffer, magic: Uint8Array, length: bigint): Buffer {
  bytes.writeBigInt64LE(length, bytes.lastIndexOf(magic) - 8);
  return bytes;
}
