import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemFiles, target } from './lib/layout-table.mjs';
import { difference } from './lib/node-packages.mjs';
import { isForMachine, isNeeded, productionPaths } from './lib/production.mjs';
import { unexcused } from './lib/skips.mjs';

test('node_modules is up to date when versions and hashes agree', () => {
  const wanted = { '': { name: 'x' }, 'node_modules/a': { version: '1.0.0', integrity: 'h' } };
  assert.equal(difference(wanted, { 'node_modules/a': { version: '1.0.0', integrity: 'h' } }), undefined);
});

test('packages for other machines may be absent from node_modules', () => {
  const wanted = { 'node_modules/a': { version: '1.0.0', optional: true } };
  assert.equal(difference(wanted, {}), undefined);
});

test('node_modules is out of date when a package is absent, other or left over', () => {
  const a = { 'node_modules/a': { version: '1.0.0' } };
  assert.match(difference(a, {}) ?? '', /a is not installed/);
  assert.match(difference(a, { 'node_modules/a': { version: '1.0.1' } }) ?? '', /another version/);
  assert.match(difference({}, a) ?? '', /not wanted/);
});

test('production packages follow nested versions and leave out development and install-only ones', () => {
  const packages = {
    daemon: {
      dependencies: { a: '1', '@x/native': '1', 'onnxruntime-node': '1' },
      devDependencies: { dev: '1' },
    },
    native: { dependencies: { 'node-addon-api': '1' } },
    'node_modules/@x/native': { resolved: 'native', link: true },
    'node_modules/a': { dependencies: { b: '2' }, optionalDependencies: { other: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/adm-zip': {},
    'node_modules/b': {},
    'node_modules/c': {},
    'node_modules/dev': {},
    'node_modules/node-addon-api': {},
    'node_modules/onnxruntime-node': { dependencies: { 'adm-zip': '1' } },
    'node_modules/other': {},
  };
  assert.deepEqual(
    productionPaths(packages, 'daemon', (path) => path !== 'node_modules/other'),
    [
      'node_modules/@x/native',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/onnxruntime-node',
    ],
  );
});

test('only this machine kind of runtime library, no tests and no declarations are installed', () => {
  const ort = (file) => isNeeded('node_modules/onnxruntime-node', file, 'linux', 'x64');
  assert.ok(ort('bin/napi-v6/linux/x64/libonnxruntime.so.1'));
  assert.ok(!ort('bin/napi-v6/linux/arm64/libonnxruntime.so.1'));
  assert.ok(!ort('bin/napi-v6/win32/x64/onnxruntime.dll'));
  assert.ok(ort('dist/index.js'));
  assert.ok(!isNeeded('daemon', 'shared/log.test.js'));
  assert.ok(!isNeeded('daemon', 'shared/log.d.ts'));
  assert.ok(isNeeded('daemon', 'shared/log.js'));
  assert.ok(isNeeded('node_modules/sharp', 'LICENSE'));
  assert.ok(isNeeded('node_modules/@mediapipe/selfie_segmentation', 'selfie_segmentation.tflite'));
  assert.ok(
    !isNeeded('node_modules/@mediapipe/selfie_segmentation', 'selfie_segmentation_solution_wasm_bin.wasm'),
  );
});

test('packages for another processor or C library are not installed', () => {
  assert.ok(isForMachine({}, 'x64', 'glibc'));
  assert.ok(isForMachine({ cpu: ['x64'], libc: ['glibc'] }, 'x64', 'glibc'));
  assert.ok(!isForMachine({ cpu: ['x64'], libc: ['musl'] }, 'x64', 'glibc'));
  assert.ok(!isForMachine({ cpu: ['wasm32'] }, 'x64', 'glibc'));
});

test('files of the tree find their place under the prefix', () => {
  const place = (path) => systemFiles.map((entry) => target(entry, path)).find((to) => to !== undefined);
  assert.equal(place('dbus/org.backscrub.conf'), 'share/dbus-1/system.d/org.backscrub.conf');
  assert.equal(place('dbus/org.backscrub.service'), 'share/dbus-1/system-services/org.backscrub.service');
  assert.equal(place('systemd/backscrub.service'), 'lib/systemd/system/backscrub.service');
  assert.equal(place('docs/man/backscrubctl.1'), 'share/man/man1/backscrubctl.1');
  assert.equal(place('docs/man/README'), undefined);
});

test('a skipped test is excused only by an entry for its file and name with a reason', () => {
  const skipped = { file: 'a.test.js', name: 'needs a camera', result: 'skipped', reason: '' };
  const passed = { ...skipped, result: 'passed' };
  const entry = { file: 'a.test.js', test: 'needs a camera', reason: 'no camera in CI' };
  assert.deepEqual(unexcused([passed], []), []);
  assert.deepEqual(unexcused([skipped], []), [skipped]);
  assert.deepEqual(unexcused([skipped], [entry]), []);
  assert.deepEqual(unexcused([skipped], [{ ...entry, test: '*' }]), []);
  assert.deepEqual(unexcused([skipped], [{ ...entry, reason: '' }]), [skipped]);
  assert.deepEqual(unexcused([skipped], [{ ...entry, test: 'another' }]), [skipped]);
});
