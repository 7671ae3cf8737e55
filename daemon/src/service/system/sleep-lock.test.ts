import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { InhibitorProcess } from './sleep-lock.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-lock-'));
after(() => rmSync(folder, { recursive: true }));

/** Says in files that it was started, and that its standard input has ended. */
const script = (name: string): string[] => [
  'sh',
  '-c',
  `echo $$ >> "$1/${name}"; cat; touch "$1/${name}.ended"`,
  'sh',
  folder,
];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

test('held by a child, until it is released', async () => {
  const lock = new InhibitorProcess(() => {}, script('held'));
  lock.hold();
  lock.hold();
  await until(() => existsSync(join(folder, 'held')));
  assert.equal(existsSync(join(folder, 'held.ended')), false);
  lock.release();
  await until(() => existsSync(join(folder, 'held.ended')));
  assert.equal(readFileSync(join(folder, 'held'), 'utf8').trim().split('\n').length, 1);
  lock.release();
  lock.hold();
  await until(() => readFileSync(join(folder, 'held'), 'utf8').trim().split('\n').length === 2);
  lock.release();
});

test('a command that is not there, or gives up: told once', async () => {
  for (const command of [['/nowhere/systemd-inhibit'], ['false']]) {
    const log: string[] = [];
    const lock = new InhibitorProcess((level, text) => log.push(`${level} ${text}`), command);
    for (let i = 0; i < 2; i++) {
      lock.hold();
      await delay(100);
      lock.release();
    }
    await until(() => log.length > 0);
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /^notice no delay lock/);
  }
});
