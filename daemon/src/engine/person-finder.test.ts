/** A network that remembers, in the engine: its memory is kept from frame to frame, and let go when it is of no use. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Frame, Stopwatch } from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import { node, writeTestOnnx } from '../models/onnx/test-model.js';
import { PersonFinder } from './person-finder.js';
import { Pipeline } from './pipeline.js';
import { STAGES } from './stages.js';

const WIDTH = 320;
const HEIGHT = 192;
/** The network counts its runs: it sees somebody in so many of them, in a corner, and then nobody. */
const SEEN = 5;

const folder = mkdtempSync(join(tmpdir(), 'backscrub-finder-'));
after(() => rmSync(folder, { recursive: true }));

function writeModel(): string {
  const scalar = (name: string, value: number) => ({ name, shape: [], data: Float32Array.of(value) });
  const onnx = writeTestOnnx({
    inputs: [
      { name: 'x', shape: [1, 3, 16, 32] },
      { name: 's', shape: [1, 1, 1, 1] },
    ],
    outputs: [
      { name: 'y', shape: [1, 1, 16, 32] },
      { name: 't', shape: [1, 1, 1, 1] },
    ],
    nodes: [
      node('Add', ['s', 'one'], ['t']),
      node('Sub', ['last', 't'], ['left']),
      node('Mul', ['left', 'steep'], ['logit']),
      node('ReduceMean', ['x'], ['grey'], { axes: [1], keepdims: 1 }),
      node('Mul', ['grey', 'zero'], ['black']),
      node('Add', ['black', 'logit'], ['all']),
      node('Sigmoid', ['all'], ['everywhere']),
      node('Mul', ['everywhere', 'side'], ['y']),
    ],
    constants: [
      ...[scalar('one', 1), scalar('last', SEEN + 0.5), scalar('steep', 100), scalar('zero', 0)],
      {
        name: 'side',
        shape: [1, 1, 16, 32],
        data: Float32Array.from({ length: 512 }, (_, i) => (i % 32 < 6 && i < 6 * 32 ? 1 : 0)),
      },
    ],
  });
  const manifest = {
    input: { width: 32, height: 16, layout: 'NCHW' },
    output: { kind: 'probability' },
    states: [{ input: 's', output: 't' }],
    sha256: createHash('sha256').update(onnx).digest('hex'),
  };
  writeFileSync(join(folder, 'counter.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'counter.onnx'), onnx);
  return join(folder, 'counter.onnx');
}

const model = writeModel();
const frame = new Frame(WIDTH, HEIGHT);
frame.fill(120, 128, 128);
const alpha = Buffer.alloc(WIDTH * HEIGHT);
const ROUND = [...Array<number>(SEEN).fill(255), 0];

for (const crop of [undefined, 'follow'] as const satisfies readonly (CropPolicy | undefined)[]) {
  test(`one run for a frame and none for boxes; forgets when nobody is left: crop ${crop ?? 'of the manifest'}`, async () => {
    const options = { width: WIDTH, height: HEIGHT, model, provider: 'cpu', crop };
    const finder = await PersonFinder.load(options, new Stopwatch(STAGES.length));
    const seen: number[] = [];
    for (let i = 0; i < 4 * ROUND.length; i++) {
      await finder.find(frame);
      finder.matte.storeAlpha(alpha);
      assert.equal(alpha[WIDTH - 1], 0);
      seen.push(alpha[0] ?? -1);
    }
    // Each round from the start: the run that showed nobody has left nothing behind.
    assert.deepEqual(seen, [...ROUND, ...ROUND, ...ROUND, ...ROUND]);
    await finder.close();
  });
}

/** A network that takes what is white, and what is red, for somebody. */
function writeColourModel(greyLook: boolean): string {
  const scalar = (name: string, value: number) => ({ name, shape: [], data: Float32Array.of(value) });
  const above = (from: string, least: string, to: string) => [
    node('ReduceMean', [from], [`${to}Mean`], { axes: [1], keepdims: 1 }),
    node('Sub', [`${to}Mean`, least], [`${to}Over`]),
    node('Mul', [`${to}Over`, 'steep'], [`${to}Logit`]),
    node('Sigmoid', [`${to}Logit`], [to]),
  ];
  const onnx = writeTestOnnx({
    nodes: [
      node('Mul', ['x', 'weights'], ['redness']),
      ...above('x', 'bright', 'white'),
      ...above('redness', 'little', 'red'),
      node('Max', ['white', 'red'], ['y']),
    ],
    constants: [
      ...[scalar('bright', 0.8), scalar('little', 0.1), scalar('steep', 200)],
      { name: 'weights', shape: [1, 3, 1, 1], data: Float32Array.of(1, 0, -1) },
    ],
  });
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const manifest = {
    input: { width: 32, height: 16, layout: 'NCHW' },
    output: { kind: 'probability' },
    greyLook,
    sha256,
  };
  const path = join(folder, `colour-${greyLook}`);
  writeFileSync(`${path}.json`, JSON.stringify(manifest));
  writeFileSync(`${path}.onnx`, onnx);
  return `${path}.onnx`;
}

for (const greyLook of [true, false]) {
  const what = greyLook ? 'hides' : 'does not hide';
  test(`while a matte settles a network with greyLook ${greyLook} ${what} what only its colour makes a person`, async () => {
    const options = {
      width: WIDTH,
      height: HEIGHT,
      model: writeColourModel(greyLook),
      provider: 'cpu',
      crop: 'stretch',
    } as const;
    const finder = await PersonFinder.load(options, new Stopwatch(STAGES.length));
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3, 60);
    const paint = (from: number, to: number, colour: readonly number[]) => {
      for (let y = 0; y < HEIGHT; y++) for (let x = from; x < to; x++) rgb.set(colour, 3 * (y * WIDTH + x));
    };
    paint(0, 80, [250, 250, 250]);
    paint(240, WIDTH, [200, 60, 60]);
    const picture = new Frame(WIDTH, HEIGHT);
    picture.loadRgb(rgb);
    const next = async () => {
      await finder.find(picture);
      finder.matte.storeAlpha(alpha);
      const row = (HEIGHT / 2) * WIDTH;
      return [40, 160, 280].map((x) => alpha[row + x]);
    };
    const settling = greyLook ? [255, 0, 0] : [255, 0, 255];
    for (const start of ['at the start', 'after a change']) {
      await next();
      for (let i = 1; i < 15; i++) assert.deepEqual(await next(), settling, `frame ${i} ${start}`);
      for (let i = 0; i < 20; i++) await next();
      assert.deepEqual(await next(), [255, 0, 255], 'once it has settled');
      finder.matte.reset(true);
    }
    await finder.close();
  });
}

test('a frame that is skipped ends what is known of earlier ones', async () => {
  const options = { width: WIDTH, height: HEIGHT, model, provider: 'cpu' };
  const finder = await PersonFinder.load(options, new Stopwatch(STAGES.length));
  const next = async () => {
    await finder.find(frame);
    finder.matte.storeAlpha(alpha);
    return alpha[0];
  };
  for (let i = 0; i < SEEN - 1; i++) assert.equal(await next(), 255);
  assert.equal(finder.matte.age, SEEN - 1);
  finder.skip();
  finder.skip();
  const seen: (number | undefined)[] = [];
  for (let i = 0; i < ROUND.length; i++) seen.push(await next());
  assert.deepEqual(seen, ROUND, 'the network counts from the start');
  await finder.close();
});

test('a model that is put in for another remembers nothing, not even the run that warmed it', async () => {
  const look = { mode: 'mask', background: 'color:#000000', blurStrength: 50, effects: [] } as const;
  const pipeline = await Pipeline.create({ width: WIDTH, height: HEIGHT, model, look });
  const output = new Frame(WIDTH, HEIGHT);
  const next = async () => {
    await pipeline.process(frame, output);
    pipeline.storeAlpha(alpha);
    return alpha[0];
  };
  for (let i = 0; i < SEEN - 1; i++) assert.equal(await next(), 255);
  await pipeline.setModel(model);
  const seen: (number | undefined)[] = [];
  for (let i = 0; i < ROUND.length; i++) seen.push(await next());
  assert.deepEqual(seen, ROUND);
  await pipeline.close();
});
