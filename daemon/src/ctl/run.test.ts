/** Every verb that talks to the service, against a fake one on a bus of its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { EXIT } from './failure.js';
import { run, type Surroundings } from './run.js';
import {
  FakeService,
  joinBus,
  propertiesChanged,
  SAMPLE,
  SAMPLE_ID,
  SAMPLE_JPEG,
} from './testing/fake-service.js';
import { type PrivateBus, startPrivateBus } from './testing/private-bus.js';
import { Recorder } from './testing/recorder.js';

let bus: PrivateBus;
let service: FakeService;

before(async () => {
  bus = await startPrivateBus();
});
after(() => bus.stop());

async function ctl(argv: readonly string[], more: Partial<Surroundings> = {}) {
  const terminal = new Recorder();
  const status = await run(argv, {
    terminal,
    env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
    directory: '/some/where',
    signal: new AbortController().signal,
    ...more,
  });
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const json = (text: string): unknown => JSON.parse(text);

describe('with a service', { timeout: 30_000 }, () => {
  beforeEach(async () => {
    service = await FakeService.start(bus.address);
  });
  afterEach(() => service.stop());

  test('status', async () => {
    const { status, stdout, stderr } = await ctl(['status']);
    assert.equal(stderr, '');
    assert.equal(status, EXIT.ok);
    assert.match(stdout, /^State {11}running - /);
    assert.deepEqual(service.calls, [['GetAll', ['org.backscrub']]]);
  });

  test('status --json', async () => {
    const { Statistics: _, ...rest } = SAMPLE;
    assert.deepEqual(json((await ctl(['status', '--json'])).stdout), { ...rest, LastError: null });
  });

  test('--bus goes before the environment', async () => {
    const env = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' };
    assert.equal((await ctl(['status', '--bus', bus.address], { env })).status, EXIT.ok);
    assert.equal((await ctl(['status'], { env })).status, EXIT.unreachable);
  });

  test('start and stop', async () => {
    assert.match((await ctl(['start'])).stdout, /^running: an application watches/);
    assert.match((await ctl(['stop'])).stdout, /^stopped: switched off/);
    assert.deepEqual(json((await ctl(['stop', '--json'])).stdout), { State: 'stopped' });
    assert.deepEqual(
      service.calls.map(([member]) => member).filter((member) => member !== 'GetAll'),
      ['Start', 'Stop', 'Stop'],
    );
  });

  test('mode', async () => {
    assert.equal((await ctl(['mode'])).stdout, 'replace\n');
    assert.equal((await ctl(['mode', 'mask'])).stdout, 'Mode: mask\n');
    assert.deepEqual(json((await ctl(['mode', '-j'])).stdout), { Mode: 'mask', Modes: SAMPLE.Modes });
  });

  test('background: colours stay, files become absolute', async () => {
    assert.equal((await ctl(['background'])).stdout, 'color:#204a87\n');
    await ctl(['background', 'color:#ABCDEF']);
    await ctl(['background', '../sea.jpg']);
    await ctl(['background', '/usr/share/x.png']);
    assert.deepEqual(
      service.calls.flatMap(([member, args]) => (member === 'SetBackground' ? args : [])),
      ['color:#abcdef', '/some/sea.jpg', '/usr/share/x.png'],
    );
  });

  test('background: ids and gradients are no files', async () => {
    await ctl(['background', SAMPLE_ID]);
    await ctl(['background', 'builtin:shelf']);
    await ctl(['background', 'use', 'Gradient:#AA0000-#0000aa@45']);
    assert.match((await ctl(['background', 'use', 'b.png'])).stdout, /^Background: \/some\/where\/b\.png/);
    await ctl(['background', './list']);
    assert.deepEqual(
      service.calls.flatMap(([member, args]) => (member === 'SetBackground' ? args : [])),
      [SAMPLE_ID, 'builtin:shelf', 'gradient:#aa0000-#0000aa@45', '/some/where/b.png', '/some/where/list'],
    );
  });

  test('background list and show', async () => {
    service.values = { ...SAMPLE, Background: SAMPLE_ID };
    const width = ' '.repeat(32 - 'builtin:shelf'.length);
    assert.equal(
      (await ctl(['background', 'list'])).stdout,
      `  builtin:shelf${width}  Shelf\n* ${SAMPLE_ID}  Waves (video)\n` +
        `  ${'f'.repeat(32)}  Old\n${' '.repeat(36)}It is damaged.\n`,
    );
    const records = json((await ctl(['background', 'list', '--json'])).stdout) as { bytes: number }[];
    assert.deepEqual([records.length, records[1]?.bytes], [3, 1_500_000]);
    const { stdout } = await ctl(['background', 'show', SAMPLE_ID]);
    assert.match(stdout, /^Size {8}1280x720 pixels$/m);
    assert.match(stdout, /^Length {6}0:02, 60 frames$/m);
    const unknown = await ctl(['background', 'show', 'beach']);
    assert.equal(unknown.status, EXIT.failed);
    assert.match(unknown.stderr, /no background "beach".*\n.*background list/s);
  });

  test('background add: the file is read here, whatever its size', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'backscrub-ctl-'));
    const content = Buffer.alloc(3 << 20, 'waves');
    writeFileSync(join(directory, 'my_waves.mp4'), content);
    try {
      const added = await ctl(['background', 'add', 'my_waves.mp4'], { directory });
      assert.equal(added.stderr, '');
      assert.match(
        added.stdout,
        new RegExp(`^Added ${SAMPLE_ID} \\(my waves\\)\\. Use it: backscrubctl background`),
      );
      const line = ['background', 'add', 'my_waves.mp4', '--name', 'Sea', '--focus', '0.25,1', '--json'];
      assert.deepEqual(json((await ctl(line, { directory })).stdout), { id: SAMPLE_ID, name: 'Sea' });
      const calls = service.calls.filter(([member]) => member === 'ImportBackground');
      assert.deepEqual(calls[0]?.[1][0], 'my waves');
      assert.ok(content.equals(calls[0]?.[1][1] as Buffer));
      const [, , options] = calls[1]?.[1] ?? [];
      assert.deepEqual({ ...(options as { focus: object }).focus }, { signature: '(dd)', value: [0.25, 1] });

      writeFileSync(join(directory, 'long.mp4'), '');
      truncateSync(join(directory, 'long.mp4'), 17 << 20);
      const long = await ctl(['background', 'add', 'long.mp4'], { directory });
      assert.match(long.stderr, /17\.0 MiB; at most 16 MiB.*\n.*ffmpeg -i long\.mp4/s);
      for (const [file, words] of [
        ['nothing.png', /not there/],
        ['.', /is not a file/],
        ['/dev/zero', /is not a file/],
        ['/proc/self/status', /of the kernel/],
      ] as const) {
        const { status, stderr } = await ctl(['background', 'add', file], { directory });
        assert.equal(status, EXIT.failed);
        assert.match(stderr, words);
      }
      service.behaviour = (member) =>
        member === 'ImportBackground' ? ['org.backscrub.Error.BadImage', 'It is a PDF document.'] : undefined;
      const bad = await ctl(['background', 'add', 'my_waves.mp4'], { directory });
      assert.equal(bad.stderr, 'backscrubctl: It is a PDF document.\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('background remove and thumbnail', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'backscrub-ctl-'));
    try {
      assert.equal((await ctl(['background', 'remove', SAMPLE_ID])).stdout, `Removed ${SAMPLE_ID}.\n`);
      const line = ['background', 'thumbnail', SAMPLE_ID, 't.png', '--size', '64'];
      assert.equal((await ctl(line, { directory })).stdout, 'Written: t.png\n');
      assert.equal(readFileSync(join(directory, 't.png'), 'utf8'), 'a picture');
      assert.match((await ctl(line, { directory })).stderr, /t\.png is there already: name another/);
      assert.deepEqual(
        service.calls.filter(([member]) => member !== 'GetAll').map(([member, args]) => [member, ...args]),
        [
          ['RemoveBackground', SAMPLE_ID],
          ['GetThumbnail', SAMPLE_ID, 64],
          ['GetThumbnail', SAMPLE_ID, 64],
        ],
      );
      const wrong = await ctl(['background', 'list', '--size', '64']);
      assert.equal(wrong.status, EXIT.usage);
      assert.match(wrong.stderr, /--size belongs to background thumbnail/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('blur', async () => {
    assert.equal((await ctl(['blur'])).stdout, '50\n');
    const { stdout } = await ctl(['blur', '80']);
    assert.equal(stdout, 'Blur strength: 80 (used in mode blur; the mode is replace)\n');
    assert.equal(service.values.BlurStrength, 80);
  });

  test('camera', async () => {
    assert.equal((await ctl(['camera'])).stdout, 'usb-0000:00:14.0-3\n');
    assert.equal(
      (await ctl(['camera', 'list'])).stdout,
      '  Acme  /dev/video0  1280x720, 640x480  in use\n    usb-1\n' +
        '  Twin  /dev/video2  1280x720, 640x480\n    usb-2\n' +
        '  twin  /dev/video4  1280x720, 640x480\n    usb-3\n' +
        '* usb-9\n    It is not there.\n',
    );
    for (const wanted of ['usb-1', 'acme', '/dev/video0', 'nobody'])
      assert.equal((await ctl(['camera', 'use', wanted])).status, EXIT.ok);
    assert.equal((await ctl(['camera', 'auto'])).stdout, 'Camera: automatic\n');
    assert.deepEqual(
      service.calls.flatMap(([member, args]) => (member === 'SetCamera' ? args : [])),
      ['usb-1', 'usb-1', 'usb-1', 'nobody', ''],
    );
    const { status, stderr } = await ctl(['camera', 'use', 'Twin']);
    assert.equal(status, EXIT.failed);
    assert.match(stderr, /usb-2, usb-3/);
    const [first] = json((await ctl(['camera', 'list', '-j'])).stdout) as { id: string; sizes: string[] }[];
    assert.deepEqual([first?.id, first?.sizes], ['usb-1', ['1280x720', '640x480']]);
  });

  test('resolution, rate and on-demand', async () => {
    assert.equal((await ctl(['resolution'])).stdout, 'auto\n');
    assert.match((await ctl(['resolution', '640x480'])).stdout, /^Resolution: 640x480 \(when no application/);
    assert.equal((await ctl(['rate'])).stdout, 'auto\n');
    assert.match((await ctl(['rate', '25'])).stdout, /^Frame rate: 25 /);
    assert.match((await ctl(['rate', 'auto'])).stdout, /^Frame rate: auto /);
    assert.equal((await ctl(['on-demand', 'off'])).stdout, 'On demand: off\n');
    assert.deepEqual(json((await ctl(['on-demand', '-j'])).stdout), { OnDemand: false });
    assert.deepEqual(
      [service.values.Resolution, service.values.FrameRate, service.values.OnDemand],
      ['640x480', 0, false],
    );
    const { stdout } = await ctl(['status']);
    assert.match(stdout, /^On demand {7}off - /m);
    assert.match(stdout, /^Resolution {6}640x480$/m);
  });

  test('snapshot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'backscrub-snapshot-'));
    const file = join(directory, 'now.jpg');
    const { stdout, status } = await ctl(['snapshot', 'now.jpg', '--size', '320', '--quality', '70'], {
      directory,
    });
    assert.equal(status, EXIT.ok);
    assert.equal(stdout, 'now.jpg: 7 bytes\n');
    assert.deepEqual(readFileSync(file), SAMPLE_JPEG);
    const [, args] = service.calls.find(([member]) => member === 'Snapshot') ?? [];
    assert.deepEqual(
      Object.entries(args?.[0] as Record<string, { signature: string; value: number }>).map(
        ([key, option]) => [key, option.signature, option.value],
      ),
      [
        ['size', 'u', 320],
        ['quality', 'u', 70],
      ],
    );
    const again = await ctl(['snapshot', 'now.jpg'], { directory });
    assert.equal(again.status, EXIT.failed);
    assert.match(again.stderr, /is there already/);
    assert.equal((await ctl(['snapshot', '-f', 'now.jpg'], { directory })).status, EXIT.ok);
    service.behaviour = (member) =>
      member === 'Snapshot' ? ['org.backscrub.Error.Failed', 'There is no composed frame.'] : undefined;
    const failed = await ctl(['snapshot', 'other.jpg'], { directory });
    assert.match(failed.stderr, /no composed frame/);
    assert.equal(existsSync(join(directory, 'other.jpg')), false, 'no empty file is left');
    assert.match((await ctl(['snapshot', 'nowhere/x.jpg'], { directory })).stderr, /cannot be written/);
    rmSync(directory, { recursive: true });
  });

  test('model', async () => {
    assert.equal((await ctl(['model'])).stdout, 'selfie_segmentation\n');
    assert.equal(
      (await ctl(['model', 'list'])).stdout,
      '* selfie_segmentation  The default\n  mine                 My own (user)\n                       It has no manifest.\n',
    );
    assert.equal((await ctl(['model', 'use', 'mine'])).stdout, 'Model: mine\n');
    assert.deepEqual(json((await ctl(['model', '-j'])).stdout), { Model: 'mine' });
    const { stdout } = await ctl(['model', 'show', 'mine']);
    assert.match(stdout, /^Input {7}256x144 pixels$/m);
    assert.match(stdout, /^Usable {6}no: It has no manifest\.$/m);
    const [first] = json((await ctl(['model', 'list', '--json'])).stdout) as {
      name: string;
      width: number;
    }[];
    assert.deepEqual([first?.name, first?.width], ['selfie_segmentation', 256]);
    const unknown = await ctl(['model', 'show', 'nobody']);
    assert.equal(unknown.status, EXIT.failed);
    assert.match(unknown.stderr, /no model "nobody".*\n.*model list/s);
  });

  test('effects', async () => {
    assert.equal(
      (await ctl(['effects'])).stdout,
      '  hologram            you as a hologram, blue and in lines\n' +
        '* mirror              left and right exchanged, as in a mirror\n' +
        '  of-a-newer-service\n',
    );
    assert.equal((await ctl(['effects', 'set', 'mirror', 'hologram'])).stdout, 'Effects: mirror, hologram\n');
    assert.match(
      (await ctl(['effects'])).stdout,
      /^\* hologram .*\n\* mirror .*\n.*\nApplied in this order: mirror, hologram\n$/,
    );
    assert.equal((await ctl(['effects', 'remove', 'mirror'])).stdout, 'Effects: hologram\n');
    assert.equal((await ctl(['effects', 'add', 'mirror'])).stdout, 'Effects: hologram, mirror\n');
    assert.equal((await ctl(['effects', 'add', 'mirror'])).stdout, 'Effects: hologram, mirror\n');
    assert.deepEqual(json((await ctl(['effects', 'none', '--json'])).stdout), {
      Effects: [],
      AvailableEffects: SAMPLE.AvailableEffects,
    });
    assert.equal((await ctl(['effects', 'none'])).stdout, 'Effects: none\n');
    assert.deepEqual(
      service.calls.flatMap(([member, args]) => (member === 'SetEffects' ? args : [])),
      [['mirror', 'hologram'], ['hologram'], ['hologram', 'mirror'], ['hologram', 'mirror'], [], []],
    );
    const unknown = await ctl(['effects', 'remove', 'sepia']);
    assert.equal(unknown.status, EXIT.failed);
    assert.match(unknown.stderr, /no effect "sepia"; the effects are hologram, mirror,\s+of-a-newer-service/);
  });

  test('stats', async () => {
    assert.match((await ctl(['stats'])).stdout, /^inference {5}4\.02 {2}6\.50 {3}7\.90/m);
    const { engine } = json((await ctl(['stats', '--json'])).stdout) as { engine: { frames: number } };
    assert.equal(engine.frames, 300);
  });

  test("the service's own words, and status 1", async () => {
    service.behaviour = (member) =>
      member === 'SetMode'
        ? ['org.freedesktop.DBus.Error.InvalidArgs', 'There is no mode "nice".']
        : undefined;
    assert.deepEqual(await ctl(['mode', 'nice']), {
      status: EXIT.failed,
      stdout: '',
      stderr: 'backscrubctl: There is no mode "nice".\n',
    });
  });

  test('not authorised: says who may', async () => {
    service.behaviour = () => ['org.freedesktop.DBus.Error.AccessDenied', 'Not allowed to do that.'];
    const { status, stderr } = await ctl(['start']);
    assert.equal(status, EXIT.failed);
    assert.match(stderr, /^backscrubctl: Not allowed to do that\.\n {2}Whoever sits at the machine.*sudo/);
  });

  test('a service that leaves in mid-call', async () => {
    service.behaviour = (member) => (member === 'Stop' ? 'die' : undefined);
    const { status, stderr } = await ctl(['stop']);
    assert.equal(status, EXIT.unreachable);
    assert.match(stderr, /did not answer.*\n.*journalctl/s);
  });

  test('a service that does not answer', async () => {
    service.behaviour = () => 'never';
    const patience = { connect: 5000, read: 50, change: 50 };
    for (const argv of [['status'], ['mode', 'blur']]) {
      const { status, stderr } = await ctl(argv, { patience });
      assert.equal(status, EXIT.unreachable);
      assert.match(stderr, /did not answer within 0\.05 seconds/);
    }
  });

  test('Ctrl-C while the service does not answer', async () => {
    const controller = new AbortController();
    service.behaviour = () => {
      controller.abort();
      return 'never';
    };
    assert.equal((await ctl(['start'], { signal: controller.signal })).status, EXIT.interrupted);
  });

  test('a service of another version', async () => {
    const { Camera: _, ...rest } = SAMPLE;
    service.values = rest as typeof SAMPLE;
    const { status, stderr } = await ctl(['status']);
    assert.equal(status, EXIT.failed);
    assert.match(stderr, /does not have the property Camera/);
  });
});

test('without a service: what to do, and status 3', { timeout: 10_000 }, async () => {
  for (const argv of [['status'], ['start'], ['blur', '3'], ['stats', '--json']]) {
    const { status, stdout, stderr } = await ctl(argv);
    assert.equal(status, EXIT.unreachable);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^backscrubctl: The Backscrub service is not running\.\n.*systemctl start backscrub/,
    );
  }
});

test('without a bus', async () => {
  const { status, stderr } = await ctl(['status', '--bus', 'unix:path=/nonexistent/bus']);
  assert.equal(status, EXIT.unreachable);
  assert.match(
    stderr,
    /No message bus at unix:path=\/nonexistent\/bus: there is no such\s+socket\.\n {2}Is D-Bus running\?/s,
  );
  assert.equal((await ctl(['status', '--bus', 'nonsense'])).status, EXIT.usage);
  assert.equal((await ctl(['status', '--bus', 'tcp:host=localhost,port=1'])).status, EXIT.usage);
});

test('something that listens and is no bus', { timeout: 10_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'backscrubctl-'));
  const path = join(directory, 'socket');
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const patience = { connect: 100, read: 100, change: 100 };
  const { status, stderr } = await ctl(['status', '--bus', `unix:path=${path}`], { patience });
  server.close();
  rmSync(directory, { recursive: true });
  assert.equal(status, EXIT.unreachable);
  assert.match(stderr, /bus did not answer within 0\.1 seconds/);
});

describe('monitor', { timeout: 30_000 }, () => {
  function monitor(...argv: string[]) {
    const terminal = new Recorder();
    const controller = new AbortController();
    const surroundings = { terminal, env: {}, directory: '/', signal: controller.signal };
    const status = run(['monitor', '--bus', bus.address, ...argv], surroundings);
    return { terminal, status, stop: () => controller.abort() };
  }

  test('prints what is, then what changes; survives a restart; ends well on Ctrl-C', async () => {
    const { terminal, status, stop } = monitor();
    await terminal.until(/the service is not running; waiting/);
    service = await FakeService.start(bus.address);
    await terminal.until(/^\d\d:\d\d:\d\d Version: 0\.1\.0$/);
    service.change({ Mode: 'mask', BlurStrength: 50 });
    await terminal.until(/Mode: mask$/);
    service.stop();
    await terminal.until(/the service is not running.*/);
    service = await FakeService.start(bus.address);
    await terminal.until(/Mode: replace$/);
    service.change({ Mode: 'blur' });
    await terminal.until(/Mode: blur$/);
    stop();
    assert.equal(await status, EXIT.ok);
    service.stop();
    const text = terminal.lines.map((line) => line.slice(9));
    assert.equal(
      text.filter((line) => line === 'BlurStrength: 50').length,
      1,
      'unchanged values are not repeated',
    );
    assert(!text.some((line) => line.startsWith('Statistics')));
    assert.deepEqual(text.slice(text.indexOf('Version: 0.1.0') + 1), [
      'Mode: mask',
      'the service is not running; waiting for it',
      'the service is running',
      'Mode: replace',
      'Mode: blur',
    ]);
  });

  test('--json: one object on each line', async () => {
    service = await FakeService.start(bus.address);
    const { terminal, status, stop } = monitor('--json');
    await terminal.until(/"Version"/);
    service.change({ CameraInUse: false, LastError: ['org.backscrub.Error.NoCamera', 'No camera.'] });
    await terminal.until(/NoCamera/);
    service.stop();
    await terminal.until(/"service":false/);
    stop();
    assert.equal(await status, EXIT.ok);
    const records = terminal.lines.map((line) => json(line) as Record<string, unknown>);
    for (const { time } of records) assert.match(String(time), /^\d{4}-.*Z$/);
    const shown = records.map(({ time: _, ...rest }) => rest);
    assert.deepEqual(shown[0], { service: true });
    assert.deepEqual(shown.slice(-3), [
      { property: 'CameraInUse', value: false },
      { property: 'LastError', value: { name: 'org.backscrub.Error.NoCamera', text: 'No camera.' } },
      { service: false },
    ]);
  });

  test('believes only the owner of the name', async () => {
    service = await FakeService.start(bus.address);
    const { terminal, status, stop } = monitor();
    await terminal.until(/Version/);
    const stranger = await joinBus(bus.address);
    let heard = false;
    stranger.on('message', () => {
      heard = true;
    });
    stranger.send(propertiesChanged({ Mode: 'passthrough' }, service.caller));
    stranger.send(propertiesChanged({ Mode: 'passthrough' }));
    // The stranger's name shows on the bus after its signals were passed on, so they come before what follows.
    await stranger.requestName('org.example.Stranger', 0);
    assert(heard);
    service.change({ Mode: 'mask' });
    await terminal.until(/Mode: mask/);
    stop();
    await status;
    stranger.disconnect();
    service.stop();
    assert.doesNotMatch(terminal.stdout, /passthrough$/m);
  });

  test('ends when the bus goes away', async () => {
    const other = await startPrivateBus();
    const terminal = new Recorder();
    const status = run(['monitor', '--bus', other.address], {
      terminal,
      env: {},
      directory: '/',
      signal: new AbortController().signal,
    });
    await terminal.until(/waiting for it/);
    await other.stop();
    assert.equal(await status, EXIT.unreachable);
    assert.match(terminal.stderr, /closed the connection/);
  });
});
