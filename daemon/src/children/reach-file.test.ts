import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../shared/errors.js';
import { parseFound } from './named-file.js';
import { reachFile } from './reach-file.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-reach-'));
after(() => rmSync(folder, { recursive: true }));
const image = join(folder, 'image');
writeFileSync(image, 'image');
const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

test('a file is reached, nothing else is', async () => {
  await reachFile(image);
  await assert.rejects(reachFile(join(folder, 'nothing')), code('UnknownBackground'));
  await assert.rejects(reachFile(join(image, 'below')), code('UnknownBackground'));
  await assert.rejects(reachFile(folder), code('BadImage'));
  for (const path of ['/dev/zero', '/proc/self/environ', '/proc/version']) {
    await assert.rejects(reachFile(path), code('BadImage'), path);
  }
});

test('the stamp is what node:fs makes of the file', async () => {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(image);
  assert.deepEqual(await reachFile(image), { dev, ino, size, mtimeMs, ctimeMs });
});

test('a FIFO is not waited for, an empty file is none, and a link leads on', async () => {
  const fifo = join(folder, 'fifo');
  assert.equal(spawnSync('mkfifo', [fifo]).status, 0);
  await assert.rejects(reachFile(fifo), /fifo is not a file/);
  writeFileSync(join(folder, 'empty'), '');
  await assert.rejects(reachFile(join(folder, 'empty')), /is empty/);
  await assert.rejects(reachFile('/proc/version'), /is a file of the kernel \(proc\)/);
  symlinkSync(image, join(folder, 'link'));
  assert.equal((await reachFile(join(folder, 'link'))).size, 5);
});

test("what lies in the service's own folders is not there", async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'image'), 'image');
  symlinkSync(own, join(folder, 'state'));
  symlinkSync(join(own, 'image'), join(folder, 'way-in'));
  process.env['STATE_DIRECTORY'] = `/nothing:${join(folder, 'state')}`;
  try {
    for (const path of [join(own, 'image'), join(folder, 'way-in')])
      await assert.rejects(reachFile(path), code('UnknownBackground'), path);
    await reachFile(image);
  } finally {
    delete process.env['STATE_DIRECTORY'];
  }
});

test('a process that was given up has said nothing, or something else', () => {
  for (const line of [undefined, '', '{"ok":tr', 'null', '{"ok":true,"dev":"1"}', '{"ok":true}'])
    assert.throws(() => parseFound(image, line), /nothing answers/, line);
});

test('a file that the user may not read', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'image');
  chmodSync(secret, 0);
  const program = join(folder, 'reach.mjs');
  writeFileSync(
    program,
    `import { reachFile } from ${JSON.stringify(new URL('./reach-file.js', import.meta.url).href)};
    await reachFile(${JSON.stringify(secret)}).catch(({ code, message }) => console.log(code, message));`,
  );
  // Root may read everything unless it gives that up; Node will not change its own user (CVE-2024-22017).
  const asOwner = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
  const [file = '', ...args] = [...(process.getuid?.() === 0 ? asOwner : []), process.execPath, program];
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  assert.match(stdout, /^UnknownBackground .*own user may not read/, stderr);
});
