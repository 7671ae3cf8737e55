import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { Pipeline } from './pipeline.js';
import { Scene } from './scene/scene.js';

const WIDTH = 640;
const HEIGHT = 360;
const OTHER_MODEL = 'selfie_segmentation_landscape';
const BLUE: Look = { mode: 'replace', background: 'color:#0000ff', blurStrength: 50, effects: [] };

describe('Pipeline', () => {
  const scene = new Scene(WIDTH, HEIGHT);
  const input = new Frame(WIDTH, HEIGHT);
  const output = new Frame(WIDTH, HEIGHT);
  let pipeline: Pipeline;
  let truth: Buffer;
  let camera: Buffer;

  before(async () => {
    const { rgb, alpha } = await scene.compose(0);
    truth = alpha;
    input.loadRgb(rgb);
    camera = rgbOf(input);
    pipeline = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look: BLUE });
  });
  after(() => pipeline.close());

  function rgbOf(frame: Frame): Buffer {
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
    frame.storeRgb(rgb);
    return rgb;
  }

  /** Largest difference of a channel to `wanted`, over the pixels that are chosen. */
  function worst(
    chosen: (pixel: number) => boolean,
    wanted: (pixel: number, channel: number) => number,
  ): number {
    const rgb = rgbOf(output);
    let most = 0;
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
      if (!chosen(pixel)) continue;
      for (let channel = 0; channel < 3; channel++) {
        most = Math.max(most, Math.abs((rgb[pixel * 3 + channel] ?? 0) - wanted(pixel, channel)));
      }
    }
    return most;
  }

  /** The corners above the person: room and nothing else. */
  const isRoom = (pixel: number) =>
    Math.floor(pixel / WIDTH) < HEIGHT / 4 && (pixel % WIDTH < 120 || pixel % WIDTH >= WIDTH - 120);

  it('prepares a long look without frames, too, waiting for one only once', async (t) => {
    const made = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look: BLUE });
    const { mock } = t.mock.method(globalThis, 'setTimeout');
    const waits = () => mock.calls.filter(({ arguments: [, milliseconds] }) => milliseconds === 100).length;
    await made.setLook({ ...BLUE, background: 'builtin:slow-light' });
    assert.equal(waits(), 1);
    // Where frames run again, their turn is waited for again.
    await made.process(input, output);
    await made.setModel(OTHER_MODEL);
    assert.equal(waits(), 2);
    await made.close();
  });

  it('after a reset knows nothing of earlier frames', async () => {
    const options = { width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look: BLUE };
    const alphaOf = (made: Pipeline): Buffer => {
      const alpha = Buffer.alloc(WIDTH * HEIGHT);
      made.storeAlpha(alpha);
      return alpha;
    };
    // Another camera's picture: the person elsewhere.
    const other = new Frame(WIDTH, HEIGHT);
    const shifted = Buffer.alloc(camera.length);
    const row = WIDTH * 3;
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const from = y * row + ((x + 220) % WIDTH) * 3;
        camera.copy(shifted, y * row + x * 3, from, from + 3);
      }
    }
    other.loadRgb(shifted);
    const fresh = await Pipeline.create(options);
    await fresh.process(other, output);
    const expected = alphaOf(fresh);
    await fresh.close();
    const used = await Pipeline.create(options);
    for (let i = 0; i < 3; i++) await used.process(input, output);
    used.reset();
    await used.process(other, output);
    assert.ok(alphaOf(used).equals(expected));
    await used.close();
  });

  it('finds the drawn person', async () => {
    await pipeline.process(input, output);
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    pipeline.storeAlpha(alpha);
    let both = 0;
    let either = 0;
    alpha.forEach((a, i) => {
      const found = a > 127;
      const person = (truth[i] ?? 0) > 127;
      both += Number(found && person);
      either += Number(found || person);
    });
    assert.ok(both / either > 0.95, `IoU ${both / either}`);
  });

  it('replaces the room and keeps the person as the camera saw them', async () => {
    await pipeline.setLook(BLUE);
    await pipeline.process(input, output);
    assert.ok(worst(isRoom, (_, channel) => (channel === 2 ? 255 : 0)) <= 4);
    const chest = (pixel: number) => {
      const x = pixel % WIDTH;
      const y = Math.floor(pixel / WIDTH);
      return Math.abs(x - WIDTH / 2) < 20 && y > HEIGHT * 0.85;
    };
    assert.equal(
      worst(chest, (pixel, channel) => camera[pixel * 3 + channel] ?? -1),
      0,
    );
  });

  it('shows nothing of the room in mode mask', async () => {
    await pipeline.setLook({ ...BLUE, mode: 'mask' });
    await pipeline.process(input, output);
    assert.equal(
      worst(isRoom, () => 0),
      0,
    );
  });

  it('passes the picture through untouched when asked to', async () => {
    await pipeline.setLook({ ...BLUE, mode: 'passthrough' });
    await pipeline.process(input, output);
    assert.equal(
      worst(
        () => true,
        (pixel, channel) => camera[pixel * 3 + channel] ?? -1,
      ),
      0,
    );
  });

  it('blurs the room more with more strength', async () => {
    const detail: number[] = [];
    for (const blurStrength of [0, 50, 100]) {
      await pipeline.setLook({ ...BLUE, mode: 'blur', blurStrength });
      await pipeline.process(input, output);
      const rgb = rgbOf(output);
      let sum = 0;
      for (let pixel = 0; pixel < WIDTH * (HEIGHT / 4); pixel++) {
        if (isRoom(pixel) && isRoom(pixel + 1))
          sum += Math.abs((rgb[pixel * 3] ?? 0) - (rgb[pixel * 3 + 3] ?? 0));
      }
      detail.push(sum);
    }
    const [least = 0, middle = 0, most = 0] = detail;
    assert.ok(least > middle && middle > most, detail.join());
  });

  it('keeps the old look when the new one cannot be had', async () => {
    await pipeline.setLook(BLUE);
    await assert.rejects(pipeline.setLook({ ...BLUE, background: '/nowhere/at-all.png' }), BackscrubError);
    await pipeline.process(input, output);
    assert.ok(worst(isRoom, (_, channel) => (channel === 2 ? 255 : 0)) <= 4);
  });

  it('books every stage', async () => {
    pipeline.stopwatch.start();
    await pipeline.process(input, output);
    pipeline.stopwatch.finish();
    const stages = pipeline.stages();
    for (const name of ['input', 'inference', 'matte', 'compose', 'frame']) {
      assert.ok((stages[name]?.cpuMedian ?? 0) > 0, name);
    }
  });

  /** Fraction of pixels that last frame's alpha plane and the truth agree on, of those that either has. */
  function agreement(): number {
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    pipeline.storeAlpha(alpha);
    let both = 0;
    let either = 0;
    alpha.forEach((a, i) => {
      const [found, person] = [a > 127, (truth[i] ?? 0) > 127];
      both += Number(found && person);
      either += Number(found || person);
    });
    return both / either;
  }

  it('changes the model while frames go on, and never shows the room', async () => {
    await pipeline.setLook(BLUE);
    for (const model of [OTHER_MODEL, DEFAULT_MODEL]) {
      let changed = false;
      const change = pipeline.setModel(model).then(() => {
        changed = true;
      });
      let before = 0;
      while (!changed) {
        const old = pipeline.model !== model;
        await pipeline.process(input, output);
        if (old) before++;
        assert.ok(worst(isRoom, (_, channel) => (channel === 2 ? 255 : 0)) <= 4, 'the room shows');
        assert.ok(agreement() > 0.9, `frame ${before}: ${agreement()}`);
      }
      await change;
      assert.ok(before >= 2, `only ${before} frames while the model was loaded`);
      assert.equal(pipeline.model, model);
      await pipeline.process(input, output);
      assert.ok(agreement() > 0.9);
    }
  });

  it('keeps the old model when the new one cannot be had', async () => {
    for (const model of ['nobody', '/etc/passwd', '/nowhere/at-all.onnx']) {
      await assert.rejects(pipeline.setModel(model), BackscrubError, model);
    }
    assert.equal(pipeline.model, DEFAULT_MODEL);
    await pipeline.process(input, output);
    assert.ok(agreement() > 0.9);
  });

  it('makes changes of the model one after the other', async () => {
    const first = pipeline.setModel(OTHER_MODEL);
    const refused = assert.rejects(pipeline.setModel('nobody'), BackscrubError);
    const last = pipeline.setModel(DEFAULT_MODEL);
    await Promise.all([first, refused, last]);
    assert.equal(pipeline.model, DEFAULT_MODEL);
  });

  it('can be closed while a model is loaded and a frame is made', async () => {
    const other = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: OTHER_MODEL, look: BLUE });
    const change = other.setModel(DEFAULT_MODEL);
    const frame = other.process(input, new Frame(WIDTH, HEIGHT));
    await other.close();
    await Promise.all([change, frame]);
  });

  it('falls back to the cpu and says so when a provider cannot be had', async () => {
    for (const provider of ['abacus', 'cuda']) {
      const other = await Pipeline.create({
        width: WIDTH,
        height: HEIGHT,
        model: OTHER_MODEL,
        look: BLUE,
        provider,
      });
      if (provider === 'abacus' || other.executionProvider === 'cpu') {
        assert.equal(other.executionProvider, 'cpu');
        assert.match(other.warning ?? '', new RegExp(provider));
      }
      await other.close();
    }
  });

  it('refuses a model that is not there', async () => {
    await assert.rejects(
      Pipeline.create({ width: WIDTH, height: HEIGHT, model: 'nobody', look: BLUE }),
      BackscrubError,
    );
  });
});
