import assert from 'node:assert/strict';
import { fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import { LoopbackOpener } from './virtual-camera-device.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-device-'));
after(() => rmSync(folder, { recursive: true }));

/** A service whose earlier life left a descriptor of `left`; its device is `device`. */
function setUp(device: string, left?: string) {
  const events: string[] = [];
  const fd = left === undefined ? undefined : openSync(left, 'a');
  const store = {
    take: (name: string) => {
      events.push(`take ${name}`);
      return fd;
    },
    keep: () => events.push('keep'),
    forget: (name: string) => events.push(`forget ${name}`),
  };
  const opener = new LoopbackOpener(device, store, (level, text) => events.push(`${level}: ${text}`));
  return { opener, events, fd };
}

// What works is tried on a real kernel: test/system/scenarios/survival.ts.

test('nothing is left: nothing to go on with', () => {
  const { opener, events } = setUp('/dev/null');
  assert.equal(opener.resume(), undefined);
  assert.deepEqual(events, ['take virtual-camera']);
});

for (const [what, device, left, reason] of [
  ['a file', '/dev/null', join(folder, 'file'), /not of \/dev\/null$/],
  ['another device', '/dev/null', '/dev/zero', /not of \/dev\/null$/],
  ['a device that is gone', '/dev/backscrub-absent', '/dev/null', /not of \/dev\/backscrub-absent$/],
  ['a device of another driver', '/dev/null', '/dev/null', /dropped: (?!it is not of)/],
] as const) {
  test(`what is left is of ${what}: dropped, closed, and said`, () => {
    const { opener, events, fd = -1 } = setUp(device, left);
    assert.equal(opener.resume(), undefined);
    assert.match(events[1] ?? '', /^warning: .*dropped/);
    assert.match(events[1] ?? '', reason);
    assert.deepEqual([events[0], events[2]], ['take virtual-camera', 'forget virtual-camera']);
    assert.throws(() => fstatSync(fd), /EBADF/);
  });
}

test('a device that cannot be set up is not kept', () => {
  const { opener, events } = setUp('/dev/null');
  assert.throws(
    () => opener.open({ width: 64, height: 32, frameRate: 5 }),
    (error) => error instanceof BackscrubError && error.code === 'NoVirtualCamera',
  );
  assert.deepEqual(events, []);
});
