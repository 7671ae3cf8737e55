/**
 * How long callers wait for the service while 720p30 is composed on the same machine: npm run bench:answers. The real service on a
 * bus of its own; beside it a pipeline composes two pictures thirty times a second, which is twice what an engine does. Counted
 * is from a call to the last byte of its answer, without what the client then takes to read it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ValueWriter, writeMessage } from '@backscrub/daemon/shared/message-writer.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '@backscrub/daemon/shared/names.js';
import { Message, type MessageBus, sessionBus } from 'dbus-next';

const HELP = `bench/answers: how long callers wait for the service while frames are composed

  --seconds N   how long to ask (10)
  --flood N     another client sends N messages of 64 KiB meanwhile that no member takes, 750 a second (0)
  --json
`;
const PAUSE_MS = 20;
const FLOOD_PER_SECOND = 750;
const round = (value: number): number => Math.round(value * 10) / 10;
const LOAD_SECONDS_MORE = 5;
const PROPERTIES = 'org.freedesktop.DBus.Properties';

interface Question {
  readonly member: string;
  readonly interface?: string;
  readonly signature?: string;
  readonly body?: unknown[];
}

const QUESTIONS: readonly Question[] = [
  { member: 'Get', interface: PROPERTIES, signature: 'ss', body: [INTERFACE, 'State'] },
  { member: 'GetAll', interface: PROPERTIES, signature: 's', body: [INTERFACE] },
  { member: 'ListBackgrounds' },
  { member: 'ListCameras' },
  { member: 'ListModels' },
  { member: 'Introspect', interface: 'org.freedesktop.DBus.Introspectable' },
];

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    flood: { type: 'string', default: '0' },
    'flood-only': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const seconds = Number(options.seconds);
if (options.help || !(seconds > 0)) {
  (options.help ? process.stdout : process.stderr).write(HELP);
  process.exit(options.help ? 0 : 2);
}

/** The flood's own work must not be in the way of who measures. */
if (options['flood-only'] !== undefined) {
  await flood(options['flood-only'], Number(options.flood));
  process.exit(0);
}

const state = mkdtempSync(join(tmpdir(), 'backscrub-answers-'));
const children: ChildProcess[] = [];
function start(program: string, words: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  const env = { ...process.env, STATE_DIRECTORY: state, CACHE_DIRECTORY: state };
  const child = spawn(program, words, { env, stdio: ['ignore', stdout, 'ignore'] });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('dbus-daemon did not say its address');
}

async function untilServed(bus: MessageBus): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask(bus, { member: 'Get', interface: PROPERTIES, signature: 'ss', body: [INTERFACE, 'State'] });
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await delay(100);
    }
  }
}

async function ask(bus: MessageBus, question: Question): Promise<void> {
  const { member, signature = '', body = [] } = question;
  const target = { destination: BUS_NAME, path: OBJECT_PATH, interface: question.interface ?? INTERFACE };
  await bus.call(new Message({ ...target, member, signature, body }));
}

/** dbus-next has no other way to its socket. */
function socketOf(bus: MessageBus): Socket {
  return (bus as unknown as { _connection: { stream: Socket } })._connection.stream;
}

/** Resolves when all are sent and answered. */
async function flood(address: string, count: number): Promise<void> {
  const bus = sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket=') });
  await ask(bus, { member: 'Get', interface: PROPERTIES, signature: 'ss', body: [INTERFACE, 'State'] });
  const body = new ValueWriter().bytes(Buffer.alloc(65_532, Buffer.from([1, 'y'.charCodeAt(0), 0, 7])));
  const head = { type: 1, flags: 0, path: OBJECT_PATH, interface: INTERFACE, member: 'SetMode' } as const;
  let missing = count;
  const answered = new Promise<void>((resolve) => {
    bus.on('message', ({ replySerial }: Message) => {
      if (replySerial !== undefined && --missing === 0) resolve();
    });
  });
  const from = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const serial = bus.newSerial() as number;
    const message = writeMessage({ ...head, serial, destination: BUS_NAME, signature: 'av' }, body);
    if (!socketOf(bus).write(message)) await new Promise((resolve) => socketOf(bus).once('drain', resolve));
    const ahead = (sent / FLOOD_PER_SECOND) * 1000 - (performance.now() - from);
    if (ahead > 5) await delay(ahead);
  }
  const sentAfter = round((performance.now() - from) / 1000);
  await answered;
  const all = round((performance.now() - from) / 1000);
  process.stdout.write(`${count} messages of 64 KiB sent within ${sentAfter} s, answered after ${all} s\n`);
}

const quantile = (sorted: readonly number[], share: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);

try {
  const address = await firstLine(
    start('dbus-daemon', ['--session', '--nofork', '--print-address=1'], 'pipe'),
  );
  const service = fileURLToPath(new URL('../../daemon/bin/backscrubd.js', import.meta.url));
  start(process.execPath, [service, '--bus', address], 'ignore');
  const bus = sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket=') });
  await untilServed(bus);
  const frames = String((seconds + LOAD_SECONDS_MORE) * 30);
  const load = fileURLToPath(new URL('./frame.js', import.meta.url));
  start(process.execPath, [load, '--background', 'builtin:slow-light', '--frames', frames], 'ignore');
  await delay((LOAD_SECONDS_MORE * 1000) / 2);
  for (const question of QUESTIONS) await ask(bus, question);
  let arrived = 0;
  // Before the library, which reads and then answers.
  socketOf(bus).prependListener('readable', () => {
    arrived = performance.now();
  });
  const times = new Map(QUESTIONS.map(({ member }) => [member, [] as number[]]));
  const end = performance.now() + seconds * 1000;
  if (Number(options.flood) > 0) {
    const words = [fileURLToPath(import.meta.url), '--flood', options.flood, '--flood-only', address];
    children.push(spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] }));
  }
  while (performance.now() < end) {
    for (const question of QUESTIONS) {
      const from = performance.now();
      await ask(bus, question);
      times.get(question.member)?.push(arrived - from);
      await delay(PAUSE_MS);
    }
  }
  const summary = [...times, ['all', [...times.values()].flat()] as const].map(([member, values]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { member, calls: sorted.length, median: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  });
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    process.stdout.write('milliseconds       calls  median     p99\n');
    for (const { member, calls, median, p99 } of summary)
      process.stdout.write(
        `  ${member.padEnd(16)}${String(calls).padStart(6)}${median.toFixed(1).padStart(8)}${p99.toFixed(1).padStart(8)}\n`,
      );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
}
process.exit(0);
