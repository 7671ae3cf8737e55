import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import { parseCommandLine } from './options.js';

const parse = (...args: string[]) => parseCommandLine(args, {});

test('defaults', () => {
  assert.deepEqual(parse(), {
    action: 'run',
    bus: 'unix:path=/run/dbus/system_bus_socket',
    device: undefined,
    settings: {},
    provider: 'cpu',
  });
});

test('the bus: option before environment', () => {
  const env = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/env' };
  assert.equal(parseCommandLine([], env).bus, 'unix:path=/env');
  assert.equal(parseCommandLine(['--bus', 'unix:path=/a'], env).bus, 'unix:path=/a');
});

test('what goes before the remembered settings, and nothing that was not said', () => {
  assert.deepEqual(parse('--resolution', '640x480').settings, { resolution: '640x480' });
  assert.deepEqual(parse('--resolution', 'auto', '--frame-rate', '15').settings, {
    resolution: 'auto',
    frameRate: 15,
  });
  assert.deepEqual(parse('--camera', '/dev/video3', '--frame-rate', '0', '--start').settings, {
    camera: '/dev/video3',
    frameRate: 0,
    started: true,
  });
});

test('--help and --version', () => {
  assert.equal(parse('-h').action, 'help');
  assert.equal(parse('--version').action, 'version');
});

test('mistakes are named', () => {
  const wrong = [
    ['--provider', 'abacus'],
    ['--resolution', '641x480'],
    ['--resolution', '4098x480'],
    ['--resolution', '16x16'],
    ['--resolution', 'big'],
    ['--frame-rate', '241'],
    ['--frame-rate', ''],
    ['--frame-rate', '29.97'],
    ['--frame-rate', '1e2'],
    ['--what'],
    ['positional'],
  ];
  for (const args of wrong) {
    assert.throws(
      () => parse(...args),
      (error: unknown) => error instanceof BackscrubError && error.code === 'InvalidArgs',
      args.join(' '),
    );
  }
});
