import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenRules, roomSources } from './lib/rooms.mjs';

test('the tree keeps the dependency rule between its rooms', () => {
  const sources = roomSources();
  assert.ok(sources.length > 20, `only ${sources.length} sources found`);
  assert.deepEqual(brokenRules(sources), []);
});

const refused = [
  ['daemon/src/service/supervisor.ts', "import type { Stage } from '../engine/stage.js';"],
  ['daemon/src/service/devices/a.ts', "const { load } = await import('../../models/registry.js');"],
  ['daemon/src/service/a.ts', "import sharp from 'sharp';"],
  ['daemon/src/service/a.ts', "export * from 'onnxruntime-node';"],
  ['daemon/src/service/bus/dispatch.ts', "import { Message } from 'dbus-next';"],
  ['daemon/src/ctl/status.ts', "import { Message } from 'dbus-next';"],
  ['daemon/src/service/session/machine.ts', "import { Output } from '@backscrub/native';"],
  ['daemon/src/shared/errors.ts', "import { Look } from '../service/session/look.js';"],
  ['native/lib/frame.ts', "import { MODES } from '@backscrub/daemon/shared/names.js';"],
  ['daemon/src/engine/main.ts', "import { Session } from '../service/session/session.js';"],
  ['daemon/src/engine/import/first-picture.ts', "import { spawn } from 'node:child_process';"],
  ['daemon/src/models/check.ts', "const { execFile } = await import('node:child_process');"],
  ['daemon/src/service/a.ts', "import { type ChildProcess, fork } from 'child_process';"],
  ['daemon/src/children/a.ts', "import { Probe } from '../service/probe.js';"],
  ['gnome-extension/src/view/tile.ts', "import Gio from 'gi://Gio';"],
  ['gnome-extension/src/view/tile.ts', "import { Service } from '../bus/service.js';"],
  ['gnome-extension/src/bus/call.ts', "import St from 'gi://St';"],
  ['gnome-extension/src/shell/tile.ts', "import { MODES } from '../../../daemon/src/shared/names.js';"],
];
for (const [file, text] of refused) {
  test(`refused: ${file}: ${text}`, () => {
    assert.equal(brokenRules([[file, text]]).length, 1);
  });
}

const allowed = [
  ['daemon/src/service/bus/connection.ts', "import { Message } from 'dbus-next';"],
  ['daemon/src/ctl/client.ts', "import { Message } from 'dbus-next';"],
  ['daemon/src/service/engine-process.ts', "import type { ToEngine } from '../shared/protocol.js';"],
  ['daemon/src/children/confined.ts', "import { spawn } from 'node:child_process';"],
  ['daemon/src/engine/a.ts', "import type { ChildProcess } from 'node:child_process';"],
  ['daemon/src/engine/a.test.ts', "import { spawn } from 'node:child_process';"],
  ['daemon/src/engine/main.ts', "import sharp from 'sharp';"],
  ['gnome-extension/src/shell/tile.ts', "import St from 'gi://St';"],
];
for (const [file, text] of allowed) {
  test(`allowed: ${file}: ${text}`, () => {
    assert.deepEqual(brokenRules([[file, text]]), []);
  });
}
