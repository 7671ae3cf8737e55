// A client of the service in the guest, quicker than one busctl for each call. Prints one line of JSON.
//
// bus.mjs cycles COUNT
//   Start and Stop, COUNT times each.
//
// bus.mjs latency SECONDS [FILE]
//   Reads and lists all the time; for each call when it was sent (CLOCK_MONOTONIC) and how long it took until the answer's
//   last byte was there, in milliseconds. What this client takes to read it, which is as long again for a list, is not counted.
//   SIGINT ends it sooner. FILE is there once the calls have begun; with it a call follows sooner on the one before, and
//   there are no lists: on the guest's one processor the helpers that make them wait for the engine and the flood.
//
// bus.mjs fuzz COUNT SEED
//   Calls with random members, signatures and sizes, and writes to random properties.
//
// bus.mjs flood COUNT SECONDS
//   Sends so many messages of 64 KiB of variants, which no member takes, evenly, and waits for their answers.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire('/usr/lib/backscrub/daemon/package.json');
const { Message, MessageType, systemBus, Variant } = require('dbus-next');
const NAME = 'org.backscrub';
const PATH = '/org/backscrub';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
/** This client takes a hundred times as much memory for bytes; test/bus/hostile.test.ts goes up to the bus's limit. */
const LARGEST = 4 << 20;
const MOST_BYTES = 20_000;
const LATE_MS = 20_000;
const LATE = 'no answer';

function open() {
  const bus = systemBus();
  // What ends the connection is told by the call that waits for its answer.
  bus.on('error', () => undefined);
  return bus;
}

function call(bus, member, signature = '', body = [], face = NAME) {
  return bus.call(new Message({ destination: NAME, path: PATH, interface: face, member, signature, body }));
}

/** Milliseconds of the clock that all processes share (CLOCK_MONOTONIC). */
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function cycles(count) {
  const bus = open();
  const from = performance.now();
  for (let i = 0; i < count; i++) {
    await call(bus, 'Start');
    await call(bus, 'Stop');
  }
  return { cycles: count, milliseconds: Math.round(performance.now() - from) };
}

async function latency(seconds, file) {
  const bus = open();
  const lists = file === undefined ? ['ListBackgrounds', 'ListCameras', 'ListModels'] : [];
  const calls = [
    () => call(bus, 'Get', 'ss', [NAME, 'State'], PROPERTIES),
    () => call(bus, 'GetAll', 's', [NAME], PROPERTIES),
    ...lists.map((list) => () => call(bus, list)),
    () => call(bus, 'Introspect', '', [], 'org.freedesktop.DBus.Introspectable'),
  ];
  await Promise.all(calls.map((ask) => ask()));
  let arrived = 0;
  // Before the library, which reads and then answers.
  bus._connection.stream.prependListener('readable', () => {
    arrived = performance.now();
  });
  const answers = [];
  const end = now() + seconds * 1000;
  let isEnough = false;
  process.once('SIGINT', () => {
    isEnough = true;
  });
  while (!isEnough && now() < end) {
    for (const ask of calls) {
      const [at, from] = [now(), performance.now()];
      await ask();
      answers.push([at, arrived - from]);
      if (answers.length === 1 && file !== undefined) writeFileSync(file, '');
      await new Promise((resolve) => setTimeout(resolve, file === undefined ? 20 : 5));
    }
  }
  return answers;
}

async function flood(count, seconds) {
  const { ValueWriter, writeMessage } = await import(
    '/usr/lib/backscrub/daemon/dist/shared/message-writer.js'
  );
  const bus = open();
  await call(bus, 'Get', 'ss', [NAME, 'State'], PROPERTIES);
  const body = new ValueWriter().bytes(Buffer.alloc(65_532, Buffer.from([1, 'y'.charCodeAt(0), 0, 7])));
  const head = { type: 1, flags: 0, path: PATH, interface: NAME, member: 'SetMode', signature: 'av' };
  const answers = {};
  let missing = count;
  const answered = new Promise((resolve) => {
    bus.on('message', ({ replySerial, errorName = 'answered' }) => {
      if (replySerial === undefined) return;
      answers[errorName] = (answers[errorName] ?? 0) + 1;
      if (--missing === 0) resolve();
    });
  });
  const from = now();
  for (let number = 0; number < count; number++) {
    const message = writeMessage({ ...head, serial: bus.newSerial(), destination: NAME }, body);
    if (!bus._connection.stream.write(message))
      await new Promise((resolve) => bus._connection.stream.once('drain', resolve));
    const ahead = (number / count) * seconds * 1000 - (now() - from);
    if (ahead > 10) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
  const sent = now();
  await answered;
  return { from, sent, to: now(), answers };
}

/** The xorshift generator (Marsaglia, J. Stat. Software 8, 2003): the same numbers for the same seed. */
function randomNumbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const METHODS = [
  ...['Start', 'Stop', 'SetMode', 'SetBackground', 'SetEffects', 'ImportBackground', 'RemoveBackground'],
  ...['GetThumbnail', 'SetModel', 'SetCamera', 'Snapshot', 'Dance', 'start', '_', 'Introspect', 'GetAll'],
];
const WRITABLE = [
  'BlurStrength',
  'OnDemand',
  'Resolution',
  'FrameRate',
  'CrossFade',
  'State',
  'Mode',
  'Nothing',
];
const FACES = [NAME, NAME, NAME, PROPERTIES, 'org.freedesktop.DBus.Introspectable', 'a.b'];
const WORDS = [
  '',
  'blur',
  'passthrough',
  'color:#000000',
  '/etc/passwd',
  '../..',
  'builtin:bokeh',
  '\u{1f600}',
  '%s%n',
];

/** A random complete type and a value of it. */
function randomValue(random, depth = 0) {
  const size = random(12) === 0 ? random(LARGEST) >> random(20) : random(40);
  const kinds = [
    () => ['s', random(2) ? WORDS[random(WORDS.length)] : 'x'.repeat(size)],
    () => ['u', random(2 ** 32)],
    () => ['i', random(2 ** 32) - 2 ** 31],
    () => ['b', random(2) === 0],
    () => ['y', random(256)],
    () => ['d', random(1e9) / 7],
    () => ['ay', Buffer.alloc(Math.min(size, MOST_BYTES), random(256))],
    () => ['as', Array.from({ length: Math.min(size, 5000) }, () => WORDS[random(WORDS.length)])],
    () => ['o', PATH],
    () => {
      const [signature, value] = randomValue(random, depth + 1);
      return ['v', new Variant(signature, value)];
    },
    () => {
      const [signature, value] = randomValue(random, depth + 1);
      return [`(${signature})`, [value]];
    },
    () => {
      const [signature, value] = randomValue(random, depth + 1);
      return ['a{sv}', { key: new Variant(signature, value) }];
    },
  ];
  return kinds[random(depth < 6 ? kinds.length : 9)]();
}

function randomCall(random) {
  if (random(4) === 0) {
    const [signature, value] = randomValue(random);
    const body = [NAME, WRITABLE[random(WRITABLE.length)], new Variant(signature, value)];
    return { face: PROPERTIES, member: 'Set', signature: 'ssv', body };
  }
  const values = Array.from({ length: random(4) }, () => randomValue(random));
  return {
    face: FACES[random(FACES.length)],
    member: METHODS[random(METHODS.length)],
    signature: values.map(([signature]) => signature).join(''),
    body: values.map(([, value]) => value),
  };
}

async function fuzz(count, seed) {
  const random = randomNumbers(seed);
  const answers = {};
  let bus = open();
  for (let i = 0; i < count; i++) {
    const { face, member, signature, body } = randomCall(random);
    let how;
    try {
      const message = new Message({
        destination: NAME,
        path: PATH,
        interface: face,
        member,
        signature,
        body,
      });
      // Nobody is there to type a password.
      message.flags = 0;
      const late = new Promise((_, reject) => {
        setTimeout(reject, LATE_MS, { type: LATE }).unref();
      });
      const reply = await Promise.race([bus.call(message), late]);
      how = reply.type === MessageType.METHOD_RETURN ? `answered: ${member}` : 'other';
    } catch (error) {
      how = error.type ?? `not sent: ${String(error.message).slice(0, 40)}`;
      // The bus has hung up, or the service does not answer.
      if (how === LATE) {
        bus.disconnect();
        bus = open();
      }
    }
    answers[how] = (answers[how] ?? 0) + 1;
  }
  return { calls: count, answers };
}

const [verb, ...words] = process.argv.slice(2);
const work = { cycles, latency, fuzz, flood }[verb];
if (work === undefined) {
  console.error('usage: see the head of bus.mjs');
  process.exit(2);
}
const result = await work(...words.map((word) => (/^\d+$/.test(word) ? Number(word) : word)));
// Many answers are more than a pipe holds.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
