import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { type Canvas, decodeMjpg, Frame, type RoomCanvas } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { FromEngine, Look } from '../shared/protocol.js';
import type { Cameras } from './live-camera.js';
import { LiveLoop } from './live-loop.js';
import { Pipeline, type PipelineOptions } from './pipeline.js';
import type { Source } from './source.js';

const WIDTH = 160;
const HEIGHT = 96;
const LOOK: Look = { mode: 'replace', background: 'color:#00ff00', blurStrength: 50, effects: [] };
/** What the camera shows: an empty room of one colour that no background here has. */
const ROOM = { y: 180, cb: 90, cr: 170 };
/** Pictures that the virtual camera keeps. */
const BUFFERS = 4;

/** A camera that fails when it is told to. */
class FakeCamera implements Source {
  readonly width = WIDTH;
  readonly height = HEIGHT;
  readonly frameRate = { numerator: 100, denominator: 1 };
  readonly frameCount = undefined;
  readonly dropped = 0;
  failure: BackscrubError | undefined;
  /** What the picture after the first one waits for. */
  second: Promise<void> | undefined;
  closed = false;

  #pictures = 0;

  constructor(readonly id: string) {}

  async next(into: Frame): Promise<boolean> {
    await delay(10);
    if (this.#pictures++ > 0) await this.second;
    if (this.failure) throw this.failure;
    into.fill(ROOM.y, ROOM.cb, ROOM.cr);
    return true;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

describe('LiveLoop', () => {
  let said: FromEngine[];
  let written: Buffer[];
  let opened: FakeCamera[];
  let refusal: BackscrubError | undefined;
  /** Stable ids of the cameras that are there, the automatic choice first. */
  let present: string[];
  let busy: string;
  let second: Promise<void> | undefined;
  let goOn: () => void;
  let loop: LiveLoop;
  let running: Promise<void>;

  function begin(look: Look = LOOK, { camera = '', model = DEFAULT_MODEL } = {}): void {
    const setup = {
      camera,
      model,
      provider: 'cpu',
      output: { width: WIDTH, height: HEIGHT, frameRate: 30 },
      outputPath: '',
    };
    let repeating: NodeJS.Timeout | undefined;
    const output = {
      writeRoom: (room: RoomCanvas) => {
        clearInterval(repeating);
        output.writeCanvas(room);
      },
      overwrite: (canvas: Canvas) => {
        for (let buffer = 0; buffer < BUFFERS; buffer++) output.writeCanvas(canvas);
        return true;
      },
      writeCanvas: (canvas: Canvas | RoomCanvas) => {
        const bytes = Buffer.alloc(WIDTH * HEIGHT * 2);
        canvas.store(bytes);
        written.push(bytes);
      },
      repeat: (canvas: Canvas, milliseconds: number) => {
        clearInterval(repeating);
        repeating = setInterval(() => output.writeCanvas(canvas), milliseconds);
      },
      stopRepeating: () => clearInterval(repeating),
    };
    const cameras: Cameras = {
      find: (wanted) => {
        const id = wanted === '' ? present[0] : present.find((name) => name === wanted);
        if (id === undefined) throw new BackscrubError('NoCamera', 'not there');
        return id;
      },
      open: (wanted) => {
        if (refusal) throw refusal;
        const id = present.includes(wanted) ? wanted : (present[0] ?? '');
        if (id === busy) throw new BackscrubError('CameraBusy', 'busy');
        const source = new FakeCamera(id);
        source.second = second;
        opened.push(source);
        return { source, id, name: 'Fake' };
      },
    };
    loop = new LiveLoop(setup, look, { send: (message) => said.push(message) }, output, cameras);
    running = loop.run();
  }

  async function until(condition: () => boolean, what: string): Promise<void> {
    for (let i = 0; i < 1000; i++) {
      if (condition()) return;
      await delay(10);
    }
    assert.fail(`never happened: ${what}; said ${JSON.stringify(said)}`);
  }

  function all<T extends FromEngine['type']>(type: T): Extract<FromEngine, { type: T }>[] {
    return said.filter((message): message is Extract<FromEngine, { type: T }> => message.type === type);
  }

  beforeEach(() => {
    said = [];
    written = [];
    opened = [];
    present = ['fake'];
    busy = '';
    second = undefined;
    goOn = () => {};
    refusal = undefined;
  });

  afterEach(async () => {
    goOn();
    loop.stop();
    await running;
    assert.ok(
      opened.every((camera) => camera.closed),
      'every camera is closed',
    );
  });

  it('writes nothing before it is granted, and nothing but what was composed', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    await delay(100);
    assert.equal(written.length, 0);
    assert.equal(all('ready').length, 1, 'it asks once');
    loop.granted(99);
    await delay(100);
    assert.equal(written.length, 0, 'an answer to another question counts nothing');
    loop.granted(1);
    await until(() => written.length >= 5, 'frames');
    for (const frame of written) {
      // Nobody is in the room, so every pixel is background.
      for (let i = 0; i < frame.length; i += 2) assert.notEqual(frame[i], ROOM.y, 'a pixel of the room');
    }
  });

  it('writes nothing that is granted after it was stopped', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    loop.stop();
    loop.granted(1);
    await running;
    assert.equal(written.length, 0);
  });

  it('writes the frame that it asked for, whatever the next one waits for', async () => {
    second = new Promise((resolve) => {
      goOn = resolve;
    });
    begin();
    await until(() => all('ready').length > 0, 'ready');
    assert.equal(written.length, 0);
    loop.granted(1);
    await until(() => written.length > 0, 'the first frame');
    goOn();
  });

  it('writes no room that was hidden while it asked', async () => {
    second = new Promise((resolve) => {
      goOn = resolve;
    });
    begin({ ...LOOK, mode: 'passthrough' });
    await until(() => all('ready').length > 0, 'ready');
    const changed = loop.setLook(2, LOOK);
    loop.granted(1);
    await until(() => written.length > 0, 'what hides it');
    goOn();
    await changed;
    await until(() => written.length >= 5, 'frames');
    for (const frame of written)
      for (let i = 0; i < frame.length; i += 2) assert.notEqual(frame[i], ROOM.y, 'a pixel of the room');
  });

  it('gives a sign of life while it loads, and none of that kind afterwards', async () => {
    begin();
    assert.equal(said[0]?.type, 'loading', 'before anything takes its time');
    await until(() => all('statistics').length > 0, 'statistics');
    const ready = said.findIndex(({ type }) => type === 'ready');
    assert.ok(said.every(({ type }, at) => type !== 'loading' || at < ready));
  });

  it('stops writing when the camera fails, says why, and asks again when it is back', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    refusal = new BackscrubError('NoCamera', 'gone');
    const [camera] = opened;
    assert.ok(camera);
    camera.failure = new BackscrubError('NoCamera', 'unplugged');
    await until(() => all('released').length > 0, 'released');
    const count = written.length;
    assert.deepEqual(all('released')[0]?.error, { code: 'NoCamera', message: 'unplugged' });
    assert.equal(all('camera').at(-1)?.inUse, false);
    loop.granted(1);
    await delay(700);
    assert.equal(written.length, count, 'an old grant does not count');
    refusal = undefined;
    await until(() => all('ready').length === 2, 'asks again');
    assert.equal(all('ready')[1]?.serial, 2);
    loop.granted(2);
    await until(() => written.length > count, 'frames again');
  });

  it('waits for a camera that is not there at the start', async () => {
    refusal = new BackscrubError('CameraBusy', 'busy');
    begin();
    await until(() => all('released').length > 0, 'released');
    assert.equal(all('released')[0]?.error.code, 'CameraBusy');
    refusal = undefined;
    await until(() => all('ready').length > 0, 'ready');
  });

  it('applies a look or refuses it with the reason', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    await loop.setLook(7, { ...LOOK, background: 'color:#ff00ff' });
    await loop.setLook(8, { ...LOOK, background: '/nowhere.png' });
    assert.equal(all('look-applied')[0]?.serial, 7);
    assert.equal(all('look-refused')[0]?.serial, 8);
    assert.equal(all('look-refused')[0]?.error.code, 'UnknownBackground');
  });

  it('changes the model while frames go on, without a pixel of the room; a refused one changes nothing', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    const models = ['selfie_segmentation_landscape', 'nobody', DEFAULT_MODEL, '/etc/passwd'];
    for (const [i, model] of models.entries()) {
      const count = written.length;
      await loop.setModel(20 + i, model);
      await until(() => written.length >= count + 3, `frames after ${model}`);
    }
    assert.deepEqual(
      all('model-applied').map(({ serial }) => serial),
      [20, 22],
    );
    assert.deepEqual(
      all('model-refused').map(({ serial, error }) => [serial, error.code]),
      [
        [21, 'UnknownModel'],
        [23, 'BadModel'],
      ],
    );
    assert.equal(all('released').length, 0, 'the stream never stopped');
    for (const frame of written) {
      for (let i = 0; i < frame.length; i += 2) assert.notEqual(frame[i], ROOM.y, 'a pixel of the room');
    }
  });

  it('changes to a model that is asked for while the first one is loaded', async () => {
    begin();
    await loop.setModel(4, 'selfie_segmentation_landscape');
    await loop.setModel(5, 'nobody');
    assert.equal(all('model-applied').length, 0, 'not before it is at work');
    await until(() => all('model-refused').length > 0, 'model-refused');
    assert.equal(all('model-applied')[0]?.serial, 4);
    await until(() => all('ready').length > 0, 'ready');
  });

  it('can be stopped while a model is loaded', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    void loop.setModel(6, 'selfie_segmentation_landscape');
    loop.stop();
    await running;
  });

  it('applies a look that comes while the model is loaded', async () => {
    begin();
    await loop.setLook(3, { ...LOOK, mode: 'mask' });
    assert.equal(all('look-applied').length, 0, 'not before it can be seen');
    await until(() => all('look-applied').length > 0, 'look-applied');
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    assert.deepEqual(
      [...(written[0]?.subarray(0, 4) ?? [])],
      [16, 128, 16, 128],
      'the matte of an empty room is black',
    );
  });

  it('stands in with a plain colour when the background has vanished', async () => {
    begin({ ...LOOK, background: '/vanished.png' });
    await until(() => all('ready').length > 0, 'ready');
    assert.equal(all('look-refused')[0]?.serial, 0);
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    assert.notEqual(written[0]?.[0], ROOM.y);
  });

  it('shows the last frame again when the camera is late', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    const [camera] = opened;
    assert.ok(camera);
    camera.next = async () => {
      await delay(1500);
      return true;
    };
    await delay(50);
    const count = written.length;
    await until(() => written.length >= count + 2, 'the frame again');
    assert.deepEqual(written.at(-1), written.at(-2));
  });

  async function stream(): Promise<void> {
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
  }

  const inUse = (): string => all('camera').findLast((message) => message.inUse)?.id ?? '';
  const showing = (): string | undefined => opened.findLast(({ closed }) => !closed)?.id;

  it('changes the camera between two frames, without a release and without a pixel of the room', async () => {
    present = ['fake', 'other'];
    begin();
    await stream();
    loop.setCamera(30, 'other');
    await until(() => all('camera-applied').length > 0, 'camera-applied');
    assert.equal(all('camera-applied')[0]?.serial, 30);
    assert.deepEqual([inUse(), showing()], ['other', 'other']);
    const count = written.length;
    await until(() => written.length >= count + 3, 'frames of the other');
    loop.setCamera(31, 'other');
    assert.equal(all('camera-applied')[1]?.serial, 31, 'the one in use is not opened again');
    assert.equal(opened.length, 2);
    assert.equal(all('released').length, 0, 'the stream never stopped');
    assert.equal(all('ready').length, 1);
    for (const frame of written) {
      for (let i = 0; i < frame.length; i += 2) assert.notEqual(frame[i], ROOM.y, 'a pixel of the room');
    }
  });

  it('keeps its camera when the other one is not there or busy', async () => {
    present = ['fake', 'other'];
    busy = 'other';
    begin();
    await stream();
    loop.setCamera(40, 'nobody');
    assert.equal(all('camera-refused')[0]?.error.code, 'NoCamera');
    loop.setCamera(41, 'other');
    await until(() => all('camera-refused').length > 1, 'camera-refused');
    assert.deepEqual(
      all('camera-refused').map(({ serial, error }) => [serial, error.code]),
      [
        [40, 'NoCamera'],
        [41, 'CameraBusy'],
      ],
    );
    const next = said[said.findLastIndex(({ type }) => type === 'camera-refused') + 1];
    assert.ok(next?.type === 'camera' && next.inUse, 'the first is opened again without waiting');
    const count = written.length;
    await until(() => written.length >= count + 3, 'frames of the first again');
    assert.equal(showing(), 'fake');
    assert.equal(all('released').length, 0);
  });

  it('another camera stands in for the wanted one until that is back', async () => {
    begin(LOOK, { camera: 'wanted' });
    await stream();
    assert.equal(inUse(), 'fake');
    loop.camerasChanged();
    await delay(100);
    assert.equal(opened.length, 1, 'still away');
    present.push('wanted');
    loop.camerasChanged();
    await until(() => showing() === 'wanted', 'the wanted camera');
    assert.equal(all('released').length, 0);
    present.unshift('third');
    loop.camerasChanged();
    await delay(100);
    assert.equal(showing(), 'wanted', 'what was chosen stays');
  });

  it('with an automatic choice a camera that comes does not take the place of the one in use', async () => {
    begin();
    await stream();
    present.unshift('new');
    loop.camerasChanged();
    await delay(100);
    assert.equal(showing(), 'fake');
  });

  it('does not wait when it hears of a new device', async () => {
    refusal = new BackscrubError('NoCamera', 'none');
    begin();
    await until(() => all('released').length >= 4, 'long pauses');
    refusal = undefined;
    const tries = all('released').length;
    loop.camerasChanged();
    await until(() => all('ready').length > 0, 'ready');
    assert.equal(all('released').length, tries, 'no other try between');
  });

  it('a snapshot is what consumers see, and none is made while they see the placeholder', async () => {
    begin();
    loop.snapshot(50, { size: 0, quality: 90 });
    assert.equal(all('snapshot-refused')[0]?.serial, 50);
    await stream();
    loop.snapshot(51, { size: 0, quality: 90 });
    loop.snapshot(52, { size: 80, quality: 90 });
    const [whole, small] = all('snapshot');
    assert.ok(whole && small);
    const frame = new Frame(WIDTH, HEIGHT);
    assert.equal(decodeMjpg(Buffer.from(whole.jpeg, 'base64'), frame), true);
    const bytes = new Uint8Array(WIDTH * HEIGHT * 1.5);
    frame.storeI420(bytes);
    // Green, the background, and nothing of the room.
    for (let i = 0; i < WIDTH * HEIGHT; i++) assert.ok(Math.abs((bytes[i] ?? 0) - 145) < 6, `${bytes[i]}`);
    assert.equal(decodeMjpg(Buffer.from(small.jpeg, 'base64'), new Frame(80, 48)), true);
    refusal = new BackscrubError('NoCamera', 'gone');
    const [camera] = opened;
    if (camera) camera.failure = refusal;
    await until(() => all('released').length > 0, 'released');
    loop.snapshot(53, { size: 0, quality: 90 });
    assert.equal(all('snapshot-refused')[1]?.serial, 53);
  });

  const showsRoom = (frame: Buffer | undefined): boolean =>
    frame === undefined || frame.some((value, at) => at % 2 === 0 && value === ROOM.y);
  const PASSTHROUGH: Look = { ...LOOK, mode: 'passthrough' };

  /** The room is seen, and no frame of the camera comes any more. */
  async function stall(look = PASSTHROUGH): Promise<void> {
    begin(look);
    await stream();
    await until(() => showsRoom(written.at(-1)), 'the room');
    const [camera] = opened;
    assert.ok(camera);
    camera.next = async () => {
      await delay(2000);
      return false;
    };
    await delay(50);
  }

  for (const to of ['replace', 'blur', 'mask'] as const) {
    it(`hides the room in the same turn, without a frame of the camera: ${to}`, async () => {
      await stall();
      const count = written.length;
      void loop.setLook(60, { ...LOOK, mode: to, background: 'builtin:slow-light' });
      assert.equal(all('look-applied').at(-1)?.serial, 60, 'it is answered');
      assert.equal(written.length, count + BUFFERS, 'in each buffer');
      loop.snapshot(61, { size: 0, quality: 90 });
      const frame = new Frame(WIDTH, HEIGHT);
      assert.equal(decodeMjpg(Buffer.from(all('snapshot')[0]?.jpeg ?? '', 'base64'), frame), true);
      const bytes = new Uint8Array(WIDTH * HEIGHT * 1.5);
      frame.storeI420(bytes);
      assert.ok(bytes.subarray(0, WIDTH * HEIGHT).every((luma) => Math.abs(luma - ROOM.y) > 20));
      await until(() => written.length > count + BUFFERS, 'shown again');
      for (const picture of written.slice(count)) assert.equal(showsRoom(picture), false);
    });
  }

  it('a weak blur counts as the room, and a frame of it that is being made is not shown afterwards', async () => {
    begin({ ...LOOK, mode: 'blur', blurStrength: 0 });
    await stream();
    await until(() => showsRoom(written.at(-1)), 'the room');
    for (let round = 0; round < 5; round++) {
      await delay(round);
      void loop.setLook(70 + round, { ...LOOK, mode: 'blur' });
      void loop.setLook(75 + round, LOOK);
      const count = written.length;
      assert.equal(showsRoom(written.at(-1)), false);
      await until(() => written.length >= count + 3, 'frames');
      for (const picture of written.slice(count)) assert.equal(showsRoom(picture), false);
      await loop.setLook(80 + round, { ...LOOK, mode: 'blur', blurStrength: 0 });
      await until(() => showsRoom(written.at(-1)), 'the room again');
    }
  });

  it('hides the room although the background cannot be had, and says so afterwards', async () => {
    await stall();
    await loop.setLook(62, { ...LOOK, background: '/nowhere.png' });
    assert.equal(all('look-applied').at(-1)?.serial, 62);
    assert.deepEqual(
      all('look-refused').map(({ serial, error }) => [serial, error.code]),
      [[0, 'UnknownBackground']],
    );
    assert.equal(showsRoom(written.at(-1)), false);
  });

  it('a look with the room that is being prepared is dropped when one without comes', async () => {
    begin();
    await stream();
    const slow = loop.setLook(63, { ...PASSTHROUGH, background: 'builtin:slow-light' });
    await loop.setLook(64, { ...LOOK, background: 'builtin:slow-light' });
    await slow;
    assert.equal(all('look-applied')[0]?.serial, 64);
    assert.deepEqual(
      all('look-refused').map(({ serial }) => serial),
      [63],
    );
    assert.match(all('look-refused')[0]?.error.message ?? '', /superseded/i);
    const count = written.length;
    await until(() => written.length >= count + 3, 'frames');
    for (const picture of written) assert.equal(showsRoom(picture), false);
  });

  it('a look without the room is in force at once while the first model is loaded', async () => {
    begin(PASSTHROUGH);
    void loop.setLook(65, PASSTHROUGH);
    void loop.setLook(66, LOOK);
    assert.equal(all('look-applied')[0]?.serial, 66);
    assert.equal(all('look-refused')[0]?.serial, 65);
    await stream();
    await until(() => written.length >= 5, 'frames');
    for (const picture of written) assert.equal(showsRoom(picture), false);
  });

  for (const [what, ...before] of [
    [
      'a model',
      () => loop.setModel(67, 'selfie_segmentation_landscape'),
      () => loop.setLook(68, PASSTHROUGH),
    ],
    ['the room itself', () => loop.setLook(68, { ...PASSTHROUGH, background: 'builtin:slow-light' })],
  ] as const) {
    it(`a look without the room counts at once while ${what} waits for the first frame, and is the last`, async (context) => {
      const create = Pipeline.create.bind(Pipeline);
      let created = false;
      context.mock.method(Pipeline, 'create', async (options: PipelineOptions) => {
        const pipeline = await create(options);
        created = true;
        return pipeline;
      });
      begin();
      for (const send of before) void send();
      while (!created) await nextTurn();
      await nextTurn();
      assert.equal(all('look-applied').length + all('ready').length, 0, 'it is being done');
      void loop.setLook(69, LOOK);
      assert.equal(all('look-applied')[0]?.serial, 69);
      await stream();
      await until(() => written.length >= 5, 'frames');
      for (const picture of written) assert.equal(showsRoom(picture), false);
      assert.deepEqual(
        all('look-refused').map(({ serial }) => serial),
        [68],
      );
      assert.equal(all('look-applied').length, 1);
      assert.equal(all('model-applied').length, before.length - 1);
    });
  }

  it('stands in with the default model when the chosen one has vanished', async () => {
    begin({ ...LOOK, background: '/vanished.png' }, { model: 'vanished' });
    await stream();
    assert.deepEqual(
      all('model-refused').map(({ serial, error }) => [serial, error.code]),
      [[0, 'UnknownModel']],
    );
    assert.equal(all('look-refused')[0]?.serial, 0);
    assert.equal(all('failed').length, 0);
  });
});
