import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Canvas, Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { FromEngine, Look } from '../shared/protocol.js';
import { LiveLoop, type OpenedCamera } from './live-loop.js';
import type { Source } from './source.js';

const WIDTH = 160;
const HEIGHT = 96;
const LOOK: Look = { mode: 'replace', background: 'color:#00ff00', blurStrength: 50, effects: [] };
/** What the camera shows: an empty room of one colour that no background here has. */
const ROOM = { y: 180, cb: 90, cr: 170 };

/** A camera that fails when it is told to. */
class FakeCamera implements Source {
  readonly width = WIDTH;
  readonly height = HEIGHT;
  readonly frameRate = { numerator: 100, denominator: 1 };
  readonly frameCount = undefined;
  readonly dropped = 0;
  failure: BackscrubError | undefined;
  closed = false;

  async next(into: Frame): Promise<boolean> {
    await delay(10);
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
  let cameras: FakeCamera[];
  let refusal: BackscrubError | undefined;
  let loop: LiveLoop;
  let running: Promise<void>;

  function begin(look: Look = LOOK): void {
    const setup = {
      camera: '',
      model: DEFAULT_MODEL,
      provider: 'cpu',
      output: { width: WIDTH, height: HEIGHT, frameRate: 30 },
      outputPath: '',
    };
    const output = {
      writeCanvas: (canvas: Canvas) => {
        const bytes = Buffer.alloc(WIDTH * HEIGHT * 2);
        canvas.store(bytes);
        written.push(bytes);
      },
    };
    const open = (): OpenedCamera => {
      if (refusal) throw refusal;
      const source = new FakeCamera();
      cameras.push(source);
      return { source, id: 'fake', name: 'Fake' };
    };
    loop = new LiveLoop(setup, look, { send: (message) => said.push(message) }, output, open);
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
    cameras = [];
    refusal = undefined;
  });

  afterEach(async () => {
    loop.stop();
    await running;
    assert.ok(
      cameras.every((camera) => camera.closed),
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

  it('stops writing when the camera fails, says why, and asks again when it is back', async () => {
    begin();
    await until(() => all('ready').length > 0, 'ready');
    loop.granted(1);
    await until(() => written.length > 0, 'frames');
    refusal = new BackscrubError('NoCamera', 'gone');
    const [camera] = cameras;
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
    const [camera] = cameras;
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
});
