/** The child's limits, with programs that break them, and hostile files through the real one. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { type ChildLimits, MediaChild } from './media-child.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-child-'));
after(() => rmSync(root, { recursive: true }));

const LIMITS: ChildLimits = { time: 5000, memory: 1 << 30, file: 1 << 20 };
let count = 0;

function child(program: string, limits = LIMITS): { media: MediaChild; folder: string } {
  const folder = mkdtempSync(join(root, `${count++}-`));
  const module = join(folder, 'child.mjs');
  writeFileSync(module, program);
  return { media: new MediaChild(module, limits), folder };
}

const code = (expected: ErrorCode, words: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected && words.test(error.message);

const ANSWER = {
  kind: 'still',
  format: 'png',
  width: 8,
  height: 8,
  frames: 1,
  duration: 0,
  focus: [0.5, 0.5],
};
const says = (answer: unknown) => `console.log(${JSON.stringify(JSON.stringify(answer))})`;

test('an answer, an error, and what is neither', async () => {
  const ask = (program: string) => {
    const { media, folder } = child(program);
    return media.importFile(folder, [0.5, 0.5]);
  };
  assert.deepEqual(await ask(says({ ok: true, ...ANSWER })), ANSWER);
  const error = { code: 'BadImage', message: 'torn' };
  await assert.rejects(ask(says({ ok: false, error })), code('BadImage', /^torn$/));
  for (const wrong of [
    { kind: 'film' },
    { width: -1 },
    { frames: 1.5 },
    { focus: [2, 0] },
    { duration: 'x' },
  ]) {
    await assert.rejects(ask(says({ ok: true, ...ANSWER, ...wrong })), code('Failed', /no sense/));
  }
  for (const program of [
    'process.abort()',
    'process.kill(process.pid, "SIGSEGV")',
    '',
    'console.log("[1]")',
  ]) {
    await assert.rejects(ask(program), code('BadImage', /memory or is damaged/), program);
  }
});

/** Whether a process has not come to its end yet. */
function runs(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/ [ZX] /.test(readFileSync(stat, 'utf8'));
}

test('too long: it and what it has started are ended', async () => {
  const { media, folder } = child(
    `import { spawn } from 'node:child_process';
     import { writeFileSync } from 'node:fs';
     const other = spawn('sleep', ['1000'], { stdio: ['ignore', 'inherit', 'ignore'] });
     writeFileSync(process.argv[3] + '/pids', process.pid + ' ' + other.pid);
     setInterval(() => {}, 1000);`,
    { ...LIMITS, time: 1500 },
  );
  await assert.rejects(media.importFile(folder, [0, 0]), code('BadImage', /more than 2 s/));
  for (const pid of readFileSync(join(folder, 'pids'), 'utf8').split(' ')) {
    // A signal that was sent takes effect when its process has a turn. An orphan is reaped by who takes orphans, sooner or later.
    while (runs(pid)) await setImmediate();
  }
});

test('what it leaves running when it ends is ended too', async () => {
  const { media, folder } = child(
    `import { spawn } from 'node:child_process';
     spawn('sleep', ['1000'], { stdio: ['ignore', 'inherit', 'ignore'] }).unref();
     ${says({ ok: true, ...ANSWER })}; process.exit(0);`,
  );
  assert.equal((await media.importFile(folder, [0, 0])).width, 8);
});

// Writing to it as well would take a busy machine longer than the limit on time.
test('too much memory', async () => {
  const { media, folder } = child(
    `const kept = []; for (let i = 0; i < 64; i++) kept.push(Buffer.allocUnsafeSlow(64 << 20)); ${says({ ok: true, ...ANSWER })}`,
  );
  await assert.rejects(media.importFile(folder, [0, 0]), code('BadImage', /too much memory/));
});

test('too large a file', async () => {
  const { media, folder } = child(
    `import { writeFileSync } from 'node:fs';
     writeFileSync(process.argv[3] + '/picture', Buffer.alloc(8 << 20)); ${says({ ok: true, ...ANSWER })}`,
  );
  await assert.rejects(media.importFile(folder, [0, 0]), code('BadImage', /./));
  assert.ok(statSync(join(folder, 'picture')).size <= 1 << 20);
});

test('it sees little of our environment', async () => {
  process.env['BACKSCRUB_SECRET'] = 'x';
  const { media, folder } = child(
    `${'if (process.env.BACKSCRUB_SECRET) process.abort();'} ${says({ ok: true, ...ANSWER })}`,
  );
  await media.importFile(folder, [0, 0]);
  delete process.env['BACKSCRUB_SECRET'];
});
