import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import { FakeClock } from './testing/fake-clock.js';
import { VirtualCameraHolder } from './virtual-camera.js';
import type { VirtualCameraDevice, VirtualCameraOpener } from './virtual-camera-device.js';

const FORMAT = { width: 64, height: 32, frameRate: 30 };

class FakeDevice implements VirtualCameraDevice {
  readonly path = '/dev/video9';
  readonly fd = 9;
  writes = 0;
  closed = false;
  broken = false;
  announcesOutput = false;
  kept: Uint8Array | undefined;
  watched = false;
  tell: (count: number) => void = () => {};
  open: () => void = () => {};

  abandoned = false;

  constructor(
    readonly tells: boolean,
    readonly resumed = false,
  ) {}

  keep(i420: Uint8Array): void {
    this.kept = i420;
  }

  writeKept(): void {
    assert.equal(this.closed, false);
    if (this.broken) throw new Error('ENODEV');
    this.writes++;
  }

  watchConsumers(onCount: (count: number) => void): boolean {
    this.watched = true;
    this.tell = onCount;
    if (this.tells) onCount(0);
    return this.tells;
  }

  watchOpening(onOpen: () => void): void {
    this.open = onOpen;
  }

  close(): void {
    this.closed = true;
  }

  abandon(): void {
    this.abandoned = true;
    this.close();
  }
}

function setUp({ tells = true, present = true, resumed = false, shared = false } = {}) {
  const clock = new FakeClock();
  const news: string[] = [];
  const log: string[] = [];
  const world = {
    present,
    device: new FakeDevice(tells),
    opened: 0,
    announced: 0,
    format: FORMAT,
    refuses: undefined as typeof FORMAT | undefined,
  };
  const opener: VirtualCameraOpener = {
    find: () => '/dev/video9',
    resume: () => (resumed ? FORMAT : undefined),
    open: (format) => {
      if (!world.present) throw new BackscrubError('NoVirtualCamera', 'modprobe');
      if (format === world.refuses) throw new BackscrubError('NoVirtualCamera', 'locked');
      world.opened++;
      world.format = format;
      world.device = new FakeDevice(tells, resumed);
      world.device.announcesOutput = shared;
      return world.device;
    },
  };
  const holder = new VirtualCameraHolder(
    opener,
    FORMAT,
    clock,
    (level) => log.push(level),
    () => {
      world.announced++;
    },
  );
  const begin = (): void =>
    holder.begin({
      found: () => {
        news.push('found');
        holder.startPainting(false);
      },
      lost: (error) => news.push(`lost ${error.code}`),
      consumers: (count) => news.push(`consumers ${count}`),
    });
  return { clock, news, log, world, holder, begin };
}

test('the placeholder is there before anybody can read, and no older picture is left in the ring', () => {
  const { world, news, begin, clock } = setUp();
  begin();
  assert.deepEqual(news, ['found', 'consumers 0']);
  assert.equal(world.device.kept?.length, (64 * 32 * 3) / 2);
  assert.ok(world.device.writes >= 32);
  assert.equal(clock.timers.size, 0, 'nobody watches: nothing to do');
});

test('a picture at once and ten a second while somebody watches', () => {
  const { world, clock, begin } = setUp();
  begin();
  const quiet = world.device.writes;
  world.device.tell(1);
  const before = world.device.writes;
  assert.equal(before - quiet, 1);
  clock.advance(1000);
  assert.equal(world.device.writes - before, 10);
  world.device.tell(0);
  clock.advance(10_000);
  assert.equal(world.device.writes - before, 10);
});

test('whoever opens it at rest finds a new picture, and no engine is disturbed', () => {
  const { world, clock, begin, holder } = setUp();
  begin();
  const quiet = world.device.writes;
  clock.advance(50);
  world.device.open();
  assert.equal(world.device.writes, quiet + 1);
  assert.equal(clock.timers.size, 0);
  clock.advance(49);
  world.device.open();
  assert.equal(world.device.writes, quiet + 1, 'the last one is new enough');
  world.device.tell(1);
  const watched = world.device.writes;
  world.device.open();
  assert.equal(world.device.writes, watched, 'a reader is there');
  holder.stopPainting();
  world.device.tell(0);
  world.device.open();
  assert.equal(world.device.writes, watched, 'the engine writes');
});

test('painting starts with a picture at once and stops at once', () => {
  const { world, clock, begin, holder } = setUp();
  begin();
  world.device.tell(1);
  holder.stopPainting();
  const before = world.device.writes;
  clock.advance(5000);
  assert.equal(world.device.writes, before);
  holder.startPainting(false);
  assert.equal(world.device.writes, before + 1);
});

test('where the room may be in the device, every buffer is painted over, whoever reads', () => {
  const { world, begin, holder } = setUp();
  begin();
  world.device.tell(1);
  holder.stopPainting();
  const before = world.device.writes;
  holder.startPainting(true);
  assert.ok(world.device.writes >= before + 32);
});

test('after an engine the ring is filled as soon as nobody watches', () => {
  const { world, clock, begin, holder } = setUp();
  begin();
  world.device.tell(1);
  holder.stopPainting();
  holder.startPainting(false);
  clock.advance(200);
  const before = world.device.writes;
  world.device.tell(0);
  assert.ok(world.device.writes >= before + 29);
});

test('a missing device is looked for, and every time it is told why: the reason may be another', () => {
  const { world, news, clock, begin, holder } = setUp({ present: false });
  begin();
  clock.advance(10_000);
  assert.deepEqual(news, new Array(4).fill('lost NoVirtualCamera'));
  assert.equal(holder.path, '');
  assert.throws(() => holder.open(), /modprobe/);
  world.present = true;
  clock.advance(3000);
  assert.deepEqual(news.slice(4), ['found', 'consumers 0']);
  assert.equal(holder.path, '/dev/video9');
  clock.advance(10_000);
  assert.equal(world.opened, 1);
});

test('a device that breaks is closed and looked for again', () => {
  const { world, news, clock, begin, holder } = setUp();
  begin();
  const old = world.device;
  old.tell(1);
  old.broken = true;
  clock.advance(200);
  assert.equal(old.closed, true);
  assert.equal(old.abandoned, true, 'systemd keeps nothing of it');
  assert.equal(holder.fd, undefined);
  assert.deepEqual(news.slice(-1), ['lost NoVirtualCamera']);
  clock.advance(3000);
  assert.deepEqual(news.slice(-2), ['found', 'consumers 0']);
  old.tell(1);
  assert.deepEqual(news.slice(-1), ['consumers 0'], 'the old device has no say any more');
});

test('a module without the event always has a reader', () => {
  const { news, log, begin, holder } = setUp({ tells: false });
  begin();
  assert.equal(holder.onDemand, false);
  assert.deepEqual(news, ['found', 'consumers 1']);
  assert.equal(log.filter((level) => level === 'warning').length, 1);
});

test('the last thing in the device is the placeholder', () => {
  const { world, clock, begin, holder } = setUp();
  begin();
  world.device.tell(1);
  holder.stopPainting();
  holder.startPainting(false);
  const before = world.device.writes;
  holder.close();
  assert.ok(world.device.writes > before);
  assert.equal(world.device.closed, true);
  assert.equal(world.device.abandoned, false, 'systemd keeps it for the next life of the service');
  assert.equal(clock.timers.size, 0);
});

test('a new camera is announced once, when nobody reads', () => {
  const { world, begin } = setUp();
  begin();
  assert.equal(world.announced, 1);
  world.device.tell(1);
  world.device.tell(0);
  assert.equal(world.announced, 1);
});

test('a camera that applications know already is not announced', () => {
  const { world, begin } = setUp({ resumed: true });
  begin();
  assert.equal(world.announced, 0);
});

test('a camera that breaks and comes back is announced again, whether or not the module tells of readers', () => {
  for (const tells of [true, false]) {
    const { world, clock, begin, holder } = setUp({ tells });
    begin();
    assert.equal(world.announced, 1);
    world.device.broken = true;
    holder.startPainting(false);
    clock.advance(3000);
    assert.equal(world.announced, 2);
  }
});

test('a painter that does not paint is a fault, one that has nothing to paint is none', () => {
  const { world, clock, begin, holder } = setUp();
  begin();
  clock.advance(60_000);
  assert.equal(holder.fault(), undefined);
  world.device.tell(1);
  clock.advance(10_000);
  assert.equal(holder.fault(), undefined);
  // A clock that runs without its timers: the event loop hangs.
  clock.time += 5000;
  assert.match(holder.fault() ?? '', /placeholder/);
  holder.stopPainting();
  assert.equal(holder.fault(), undefined, 'the engine paints');
});

test('a device that was opened before anybody listened tells then, and goes on', () => {
  const { world, news, clock, begin, holder } = setUp({ resumed: true });
  holder.open();
  assert.ok(world.device.writes >= 32, 'no picture of the earlier life is left, whoever reads');
  world.device.tell(1);
  assert.deepEqual(news, []);
  begin();
  assert.deepEqual(news, ['found', 'consumers 1']);
  const before = world.device.writes;
  clock.advance(500);
  assert.equal(world.device.writes - before, 5);
  world.device.tell(0);
  assert.deepEqual(news.slice(-1), ['consumers 0']);
  assert.equal(world.opened, 1);
});

test('a device that was lost and found: no picture of before is left, although somebody reads it from the start', () => {
  const { world, clock, begin } = setUp({ tells: false });
  begin();
  const lost = world.device;
  lost.broken = true;
  clock.advance(3100);
  assert.notEqual(world.device, lost);
  assert.ok(world.device.writes >= 32);
});

test('another format: the device is opened anew, shows the placeholder in that size, and no older picture is left', () => {
  const { world, news, clock, begin, holder } = setUp();
  begin();
  const old = world.device;
  const format = { width: 32, height: 32, frameRate: 15 };
  holder.setFormat(format);
  assert.equal(old.closed, true);
  assert.equal(old.abandoned, true, 'a kept copy would hold on to the old format');
  assert.equal(world.opened, 2);
  assert.deepEqual([world.format, holder.format], [format, format]);
  assert.equal(world.device.kept?.length, (32 * 32 * 3) / 2);
  assert.ok(world.device.writes >= 32);
  assert.deepEqual(news.slice(-2), ['found', 'consumers 0']);
  old.tell(1);
  assert.deepEqual(news.slice(-1), ['consumers 0'], 'the old one has no say any more');
  world.present = false;
  assert.equal(holder.setFormat(FORMAT), false);
  assert.deepEqual(news.slice(-1), ['lost NoVirtualCamera']);
  assert.equal(holder.setFormat(FORMAT), true);
  world.present = true;
  clock.advance(3000);
  assert.deepEqual(world.format, FORMAT, 'what was asked for while there was none');
  assert.equal(clock.timers.size, 0);
});

test('a format that the device does not take: the old one stays, and it is said', () => {
  const { world, news, begin, holder, clock } = setUp();
  begin();
  world.refuses = { width: 32, height: 32, frameRate: 15 };
  assert.equal(holder.setFormat(world.refuses), false);
  assert.deepEqual(world.format, FORMAT);
  assert.deepEqual(news.slice(-2), ['found', 'consumers 0']);
  assert.match(holder.trouble?.message ?? '', /does not take 32x32 at 15.*stays at 64x32/);
  assert.equal(holder.setFormat({ ...FORMAT, frameRate: 25 }), true);
  assert.equal(holder.trouble, undefined);
  assert.equal(clock.timers.size, 0);
});

test('the listener may choose another format when it hears of a device: the abandoned one is left alone', () => {
  for (const tells of [true, false]) {
    const { world, holder, log, clock } = setUp({ tells });
    let abandoned: FakeDevice | undefined;
    const counts: number[] = [];
    holder.begin({
      found: () => {
        if (abandoned !== undefined) return;
        abandoned = world.device;
        abandoned.watchConsumers = () => assert.fail('it is closed');
        holder.setFormat({ width: 32, height: 32, frameRate: 15 });
      },
      lost: () => assert.fail('there is one'),
      consumers: (count) => counts.push(count),
    });
    assert.equal(world.opened, 2);
    assert.equal(world.device.watched, true);
    assert.equal(holder.onDemand, tells);
    assert.deepEqual(counts, [tells ? 0 : 1]);
    assert.equal(world.announced, 1);
    assert.deepEqual(log, tells ? ['info', 'info'] : ['info', 'info', 'warning']);
    assert.equal(clock.timers.size, 0);
  }
});

test('news of a device: looked for at once, unless it is open', () => {
  const { world, news, clock, begin, holder } = setUp({ present: false });
  begin();
  holder.retry();
  assert.deepEqual(news, ['lost NoVirtualCamera', 'lost NoVirtualCamera']);
  world.present = true;
  holder.retry();
  assert.equal(news.at(-1), 'consumers 0');
  holder.retry();
  assert.equal(world.opened, 1);
  assert.equal(clock.timers.size, 0);
  holder.close();
  holder.retry();
  assert.equal(world.opened, 1);
});

test('what is not as it should be with the module is said, with the command', () => {
  const good = setUp();
  good.begin();
  assert.equal(good.holder.trouble, undefined);
  const shared = setUp({ shared: true });
  shared.begin();
  assert.match(
    shared.holder.trouble?.message ?? '',
    /exclusive_caps=1.*modprobe -r v4l2loopback && sudo modprobe/,
  );
  assert.deepEqual(shared.log, ['info', 'warning']);
  const silent = setUp({ tells: false });
  silent.begin();
  assert.match(silent.holder.trouble?.message ?? '', /0\.13/);
  silent.world.device.broken = true;
  silent.clock.advance(200);
  assert.equal(silent.holder.trouble, undefined, 'a device that is gone has none');
});
