import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ValueWriter, writeMessage } from '../../shared/message-writer.js';
import { MAX_HEAD_BYTES, type MessageHead, MessageReader } from './message-reader.js';

const SENDER = ':1.7';

interface Extra {
  readonly code: number;
  readonly signature: string;
  /** From an aligned place. */
  readonly value: Buffer;
}

/** A message of any order of bytes, with fields that nobody knows before the others. */
function message(
  change: { body?: Buffer; signature?: string; extras?: readonly Extra[]; big?: boolean } = {},
): Buffer {
  const { body = Buffer.alloc(0), signature = 's', extras = [], big = false } = change;
  const uint32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (big) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  };
  const align = (bytes: Buffer, boundary: number): Buffer =>
    Buffer.concat([bytes, Buffer.alloc((boundary - (bytes.length % boundary)) % boundary)]);
  let fields: Buffer = Buffer.alloc(0);
  const add = (code: number, type: string, value: (at: number) => Buffer): void => {
    fields = align(fields, 8);
    const start = Buffer.concat([fields, Buffer.of(code, type.length), Buffer.from(`${type}\0`)]);
    fields = Buffer.concat([start, value(start.length)]);
  };
  const text = (value: string) => (at: number) =>
    Buffer.concat([Buffer.alloc((4 - (at % 4)) % 4), uint32(value.length), Buffer.from(`${value}\0`)]);
  for (const extra of extras) {
    // Padding to an alignment of 8 fits every type that is marshalled from such a place.
    add(extra.code, extra.signature, (at) => {
      const boundary = /^[ygv]/.test(extra.signature) ? 1 : /^[(xtd{]/.test(extra.signature) ? 8 : 4;
      return Buffer.concat([Buffer.alloc((boundary - (at % boundary)) % boundary), extra.value]);
    });
  }
  add(1, 'o', text('/org/backscrub'));
  add(3, 's', text('SetMode'));
  add(8, 'g', () => Buffer.concat([Buffer.of(signature.length), Buffer.from(`${signature}\0`)]));
  add(7, 's', text(SENDER));
  const head = [Buffer.of(big ? 0x42 : 0x6c, 1, 0, 1), uint32(body.length), uint32(9), uint32(fields.length)];
  return Buffer.concat([...head, align(fields, 8), body]);
}

/** What comes out: heads, and bodies of those that are wanted. */
function setUp(wants: (head: MessageHead) => boolean = () => true) {
  const heads: MessageHead[] = [];
  const bodies: Buffer[] = [];
  const reader = new MessageReader((head) => {
    heads.push(head);
    return wants(head) ? (body) => bodies.push(body) : undefined;
  });
  return { reader, heads, bodies };
}

function feedInPieces(reader: MessageReader, bytes: Buffer, size: number): void {
  for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size));
}

test('a head, its body, and the next ones, in pieces of any size', () => {
  const call = writeMessage(
    {
      type: 1,
      flags: 4,
      serial: 7,
      path: '/org/backscrub',
      interface: 'org.backscrub',
      member: 'SetMode',
      destination: 'org.backscrub',
      signature: 's',
    },
    new ValueWriter().string('blur'),
  );
  const stream = Buffer.concat([call, message(), message({ body: Buffer.from('abcde') }), call]);
  for (const size of [1, 7, 16, 100, stream.length]) {
    const { reader, heads, bodies } = setUp();
    feedInPieces(reader, stream, size);
    assert.equal(heads.length, 4);
    assert.deepEqual(heads[0], {
      type: 1,
      flags: 4,
      serial: 7,
      littleEndian: true,
      bodyLength: 9,
      path: '/org/backscrub',
      interface: 'org.backscrub',
      member: 'SetMode',
      errorName: '',
      replySerial: 0,
      sender: '',
      signature: 's',
    });
    assert.deepEqual(
      bodies.map((body) => body.length),
      [9, 0, 5, 9],
    );
    assert.equal(bodies[2]?.toString(), 'abcde');
  }
});

test('a body that nobody wants is passed over, whatever is in it', () => {
  for (const big of [false, true]) {
    for (const size of [1000, 65_536, 1 << 20]) {
      const { reader, heads, bodies } = setUp(({ signature }) => signature !== 'av');
      const unwanted = message({ signature: 'av', body: message({ body: Buffer.alloc(70_000, 7) }), big });
      feedInPieces(reader, Buffer.concat([unwanted, message({ body: Buffer.of(1, 2) })]), size);
      assert.deepEqual(
        heads.map(({ signature, sender }) => [signature, sender]),
        [
          ['av', SENDER],
          ['s', SENDER],
        ],
      );
      assert.deepEqual(bodies, [Buffer.of(1, 2)]);
    }
  }
});

test('a body has memory of its own', () => {
  const { reader, bodies } = setUp();
  const chunk = Buffer.concat([message({ body: Buffer.from('one') }), message({ body: Buffer.from('two') })]);
  reader.feed(chunk);
  chunk.fill(0);
  assert.deepEqual(bodies.map(String), ['one', 'two']);
});

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const FIELDS: readonly (readonly [string, string])[] = [
  ['y', '07'],
  ['b', '01000000'],
  ['n', '0100'],
  ['q', '0100'],
  ['i', '01000000'],
  ['u', '01000000'],
  ['x', '0100000000000000'],
  ['t', '0100000000000000'],
  ['d', '0100000000000000'],
  ['s', '02000000 686900'],
  ['o', '01000000 2f00'],
  ['g', '02 617300'],
  ['v', '01 7900 07'],
  ['v', '01 7600 01 7900 07'],
  ['ay', '03000000 010203'],
  ['ay', '00000000'],
  ['as', '06000000 01000000 6100'],
  ['(ss)', '01000000 6100 0000 01000000 6200'],
  ['(yv)', '01 01 7900 02'],
  ['((y)y)', '01 02'],
  ['a{sv}', '00000000'],
  ['a(yv)', '00000000'],
];

for (const [signature, value] of FIELDS) {
  test(`a field of type ${signature} that nobody knows (${value}) hides nothing`, () => {
    for (const bodyLength of [0, 8, 70_000]) {
      const { reader, heads } = setUp(() => false);
      const extras = [
        { code: 77, signature, value: hex(value) },
        // Known by its number, but not of its type.
        { code: 7, signature: 'v', value: hex('01 7900 07') },
      ];
      reader.feed(message({ extras, signature: 'av', body: Buffer.alloc(bodyLength) }));
      reader.feed(message());
      const found = heads.map((head) => [head.sender, head.signature, head.serial]);
      assert.deepEqual(found, [
        [SENDER, 'av', 9],
        [SENDER, 's', 9],
      ]);
    }
  });
}

test('a head that is longer than any should be is passed over with its body', () => {
  const { reader, heads } = setUp();
  const value = Buffer.alloc(MAX_HEAD_BYTES + 4);
  value.writeUInt32LE(MAX_HEAD_BYTES);
  reader.feed(message({ extras: [{ code: 77, signature: 'ay', value }], body: Buffer.alloc(70_000) }));
  assert.equal(heads.length, 0);
  reader.feed(message());
  assert.equal(heads.length, 1);
});

test('a head of a thousand fields is not read to its end', () => {
  const { reader, heads } = setUp();
  const extras = Array.from({ length: 2000 }, () => ({ code: 77, signature: 'y', value: Buffer.of(1) }));
  reader.feed(message({ extras: extras.slice(0, 900) }));
  assert.equal(heads.length, 1);
  reader.feed(message({ extras, body: Buffer.alloc(100) }));
  assert.equal(heads.length, 1);
  reader.feed(message());
  assert.equal(heads.length, 2);
});

/** Numbers that look like chance, the same for the same seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

test('whatever a message has in it, the next one is read', () => {
  const seed = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 1);
  const next = chance(seed);
  for (let round = 0; round < 3000; round++) {
    const [signature, value] = FIELDS[next(FIELDS.length)] ?? ['y', '07'];
    const broken = message({
      big: next(2) === 0,
      extras: Array.from({ length: next(4) }, () => ({ code: next(256), signature, value: hex(value) })),
      signature: ['av', 's', 'saya{sv}', ''][next(4)] ?? '',
      body: Buffer.alloc(next(3) === 0 ? next(100_000) : next(64), next(256)),
    });
    // Everything but the lengths, which the bus daemon has gone by itself.
    for (let changes = next(12); changes > 0; changes--) {
      const at = [1, 2, 3, 8, 9, 10, 11][next(14)] ?? 16 + next(broken.length - 16);
      broken[at] = next(256);
    }
    const { reader, heads } = setUp(() => next(2) === 0);
    feedInPieces(reader, Buffer.concat([broken, message()]), 1 + next(4000));
    assert.equal(heads.at(-1)?.sender, SENDER, `seed ${seed}, round ${round}`);
    assert.equal(heads.at(-1)?.member, 'SetMode');
  }
});
