/** Who may change what, with another user's calls. Needs root, to be somebody else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { METHODS } from '@backscrub/daemon/generated/contract.js';
import type { BusClient } from '../support/bus-client.js';
import { oneService } from '../support/bus-fixture.js';
import type { PrivateBus } from '../support/private-bus.js';

const skip = process.getuid?.() === 0 ? false : 'only root can call as another user';
const NOBODY = '65534';

let bus: PrivateBus;
let client: BusClient;

oneService((started) => {
  ({ bus, client } = started);
});

/** gdbus, since it shows an error's name and text in every version. */
function asNobody(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  return spawnSync('setpriv', [...user, 'gdbus', 'call', '--system', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus.address },
  });
}

const TARGET = ['--dest=org.backscrub', '--object-path=/org/backscrub'];
const DENIED = /org\.freedesktop\.DBus\.Error\.AccessDenied: polkit cannot be asked .*Only root/;

async function everything(): Promise<unknown> {
  const outcome = await client.raw('GetAll', 's', ['org.backscrub'], {
    interface: 'org.freedesktop.DBus.Properties',
  });
  return outcome.error === undefined ? outcome.body[0] : outcome;
}

test('another user may read', { skip }, () => {
  const method = '--method=org.freedesktop.DBus.Properties.Get';
  const { status, stdout, stderr } = asNobody(...TARGET, method, 'org.backscrub', 'State');
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), "(<'stopped'>,)");
});

test('another user changes nothing', { skip }, async () => {
  const old = await everything();
  const values: Record<string, string[]> = {
    SetMode: ['passthrough'],
    SetBackground: ['color:#ffffff'],
    SetModel: ['better'],
    SetEffects: ["['hologram']"],
    ImportBackground: ['x', '[byte 1]', '{}'],
    GetThumbnail: ['color:#ffffff', '64'],
    SetCamera: ['usb-2'],
    Snapshot: ['{}'],
  };
  for (const { name, inSignature } of Object.values(METHODS)) {
    const args = inSignature === '' ? [] : (values[name] ?? ['x']);
    assert.match(asNobody(...TARGET, `--method=org.backscrub.${name}`, ...args).stderr, DENIED, name);
  }
  const set = ['--method=org.freedesktop.DBus.Properties.Set', 'org.backscrub', 'BlurStrength', '<uint32 1>'];
  assert.match(asNobody(...TARGET, ...set).stderr, DENIED);
  assert.deepEqual(await everything(), old);
  assert.deepEqual(client.changes, []);
});

test('another user cannot take the name', { skip }, () => {
  const { stderr } = asNobody(
    '--dest=org.freedesktop.DBus',
    '--object-path=/org/freedesktop/DBus',
    '--method=org.freedesktop.DBus.RequestName',
    'org.backscrub',
    'uint32 4',
  );
  assert.match(stderr, /AccessDenied.*not allowed to own/);
});
