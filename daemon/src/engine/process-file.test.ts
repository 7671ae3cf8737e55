import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { processFile } from './process-file.js';
import { parseSceneName, SceneSource } from './scene-source.js';
import { i420FromRgb } from './testing/exact-colour.js';
import { drain, patternFrame, rejects, scratch, scratchFile } from './testing/files.js';
import { Y4mSink } from './y4m-sink.js';
import { Y4mSource } from './y4m-source.js';

const SCENE = 'scene:320x180:0.2';
const LOOK: Look = { mode: 'replace', background: 'color:#00ff00', blurStrength: 50, effects: [] };
const JOB = { input: SCENE, look: LOOK, model: DEFAULT_MODEL };

test('passthrough gives every frame back as it was', async (t) => {
  const output = join(await scratch(t), 'out.y4m');
  const seen: (readonly [number, number | undefined])[] = [];
  const onProgress = (frame: number, total: number | undefined) => seen.push([frame, total]);
  const summary = await processFile({ ...JOB, output, look: { ...LOOK, mode: 'passthrough' }, onProgress });
  assert.equal(summary.frames, 6);
  assert.equal(summary.statistics.frames, 6);
  assert.deepEqual(seen.at(-1), [6, 6]);
  assert.deepEqual(
    await drain(await Y4mSource.open(output)),
    await drain(new SceneSource(parseSceneName(SCENE))),
  );
});

test('the room is gone and the person is there', async (t) => {
  const output = join(await scratch(t), 'out.y4m');
  await processFile({ ...JOB, output });
  const frames = await drain(await Y4mSource.open(output));
  const [green = 0] = i420FromRgb(Buffer.from([0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0]), 2, 2);
  const { scene } = new SceneSource({ width: 320, height: 180 });
  let roomPixels = 0;
  let roomShown = 0;
  let personPixels = 0;
  let personLost = 0;
  for (const [number, frame] of frames.entries()) {
    const { alpha, rgb } = await scene.compose(number);
    const original = i420FromRgb(rgb, 320, 180);
    for (let pixel = 0; pixel < alpha.length; pixel++) {
      const shown = frame[pixel] ?? 0;
      if (alpha[pixel] === 0) {
        roomPixels++;
        if (Math.abs(shown - green) > 8) roomShown++;
      } else if (alpha[pixel] === 255) {
        personPixels++;
        if (Math.abs(shown - (original[pixel] ?? 0)) > 8) personLost++;
      }
    }
  }
  assert.equal(frames.length, 6);
  assert.ok(
    roomShown / roomPixels < 0.03,
    `${((roomShown / roomPixels) * 100).toFixed(1)} % of the room shows`,
  );
  assert.ok(
    personLost / personPixels < 0.03,
    `${((personLost / personPixels) * 100).toFixed(1)} % of the person is lost`,
  );
});

test('an aborted job leaves nothing, and says why it ended', async (t) => {
  const output = join(await scratch(t), 'out.y4m');
  const abort = new AbortController();
  const reason = new Error('enough');
  const job = processFile(
    { ...JOB, output, onProgress: (frame) => frame === 2 && abort.abort(reason) },
    abort.signal,
  );
  await assert.rejects(job, reason);
  assert.deepEqual(await readdir(dirname(output)), []);
});

test('small pictures are processed', async (t) => {
  const directory = await scratch(t);
  const frameRate = { numerator: 30, denominator: 1 };
  const run = async (width: number, height: number, model: string) => {
    const input = join(directory, `${width}x${height}.y4m`);
    const sink = await Y4mSink.create(input, { width, height, frameRate });
    for (const seed of [1, 2, 3]) await sink.write(patternFrame(width, height, seed));
    await sink.close();
    return await processFile({ ...JOB, input, output: join(directory, 'out.y4m'), model });
  };
  for (const model of [DEFAULT_MODEL, 'selfie_segmentation_landscape']) {
    for (const [width, height] of [
      [16, 16],
      [24, 24],
      [26, 26],
      [32, 20],
      [32, 32],
      [100, 26],
      [1200, 16],
      [16, 1200],
    ] as const) {
      assert.equal((await run(width, height, model)).frames, 3, `${width}x${height} with ${model}`);
    }
  }
});

test('a damaged input leaves nothing behind', async (t) => {
  const directory = await scratch(t);
  const input = join(directory, 'in.y4m');
  const sink = await Y4mSink.create(input, {
    width: 64,
    height: 48,
    frameRate: { numerator: 30, denominator: 1 },
  });
  for (const seed of [1, 2]) await sink.write(patternFrame(64, 48, seed));
  await sink.close();
  const whole = await readFile(input);
  const cut = await scratchFile(t, 'cut.y4m', whole.subarray(0, whole.length - 100));
  await rejects(
    processFile({ ...JOB, input: cut, output: join(directory, 'out.y4m') }),
    'BadImage',
    /frame 2/,
  );
  assert.deepEqual(await readdir(directory), ['in.y4m']);
});

test('the input is never overwritten', async (t) => {
  const path = await scratchFile(t, 'a.y4m', 'YUV4MPEG2 W2 H2\n');
  const { size } = await stat(path);
  await rejects(processFile({ ...JOB, input: path, output: path }), 'InvalidArgs', /is the input/);
  const otherName = join(dirname(path), '.', 'a.y4m');
  await rejects(processFile({ ...JOB, input: path, output: otherName }), 'InvalidArgs', /is the input/);
  assert.equal((await stat(path)).size, size);
});

test('what has no end needs a length', async (t) => {
  const output = join(await scratch(t), 'out.y4m');
  await rejects(processFile({ ...JOB, input: 'scene:64x48', output }), 'InvalidArgs', /never ends/);
  const { frames } = await processFile({ ...JOB, input: 'scene:64x48', output, maxFrames: 2 });
  assert.equal(frames, 2);
});

test('a wrong look or model is refused before anything is written', async (t) => {
  const output = join(await scratch(t), 'out.y4m');
  const lookWith = (background: string) => processFile({ ...JOB, output, look: { ...LOOK, background } });
  await rejects(lookWith('color:red'), 'InvalidArgs', /not a colour/);
  await rejects(processFile({ ...JOB, output, model: 'no-such-model' }), 'UnknownModel', /no-such-model/);
  assert.deepEqual(await readdir(dirname(output)), []);
});
