import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { NotRegular, openRegular } from './regular-file.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-regular-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

async function refused(path: string): Promise<string> {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  try {
    await (await openRegular(path)).close();
    return 'opened';
  } catch (error) {
    assert.equal(open(), before, 'no descriptor stays open');
    if (error instanceof NotRegular) return error.message;
    return String((error as NodeJS.ErrnoException).code);
  }
}

test('a file is opened, also through a link', async () => {
  writeFileSync(at('file'), 'content');
  symlinkSync(at('file'), at('link'));
  for (const name of ['file', 'link']) {
    const handle = await openRegular(at(name));
    assert.equal(await handle.readFile('utf8'), 'content');
    await handle.close();
  }
});

test('a FIFO is not waited for, and whoever writes to it sees nobody', async () => {
  spawnSync('mkfifo', [at('fifo')]);
  assert.equal(await refused(at('fifo')), 'is not a file');
  symlinkSync(at('fifo'), at('fifo-link'));
  assert.equal(await refused(at('fifo-link')), 'is not a file');
});

test('directories, devices, sockets', async () => {
  const server = createServer().listen(at('socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  for (const path of [folder, '/dev/zero', '/dev/null', '/dev/tty', at('socket'), '/proc/self/fd']) {
    assert.match(await refused(path), /^is not a file$|^ENXIO$/, path);
  }
  server.close();
});

test('files of the kernel, also through a link', async () => {
  symlinkSync('/proc/self/environ', at('environ'));
  for (const path of ['/proc/self/environ', '/proc/version', '/proc/self/mem', at('environ')]) {
    assert.equal(await refused(path), 'is a file of the kernel (proc)', path);
  }
  const size = '/sys/kernel/mm/transparent_hugepage/enabled';
  if (existsSync(size)) assert.equal(await refused(size), 'is a file of the kernel (sysfs)');
});

test('empty and missing files', async () => {
  writeFileSync(at('empty'), '');
  assert.equal(await refused(at('empty')), 'is empty');
  assert.equal(await refused(at('nothing')), 'ENOENT');
  assert.equal(await refused(join(at('file'), 'below')), 'ENOTDIR');
  assert.equal(await refused('with\0zero'), 'ERR_INVALID_ARG_VALUE');
});
