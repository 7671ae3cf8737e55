/** A network whose map is what it saw in the run before: its memory is a picture, and turns with the pictures. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { node, writeTestOnnx } from './onnx/test-model.js';
import { Segmenter } from './segmenter.js';

const WIDTH = 32;
const HEIGHT = 16;
const folder = mkdtempSync(join(tmpdir(), 'backscrub-turn-'));
after(() => rmSync(folder, { recursive: true }));

function writeModel(): string {
  const picture = [1, 1, HEIGHT, WIDTH];
  const onnx = writeTestOnnx({
    inputs: [
      { name: 'x', shape: [1, 3, HEIGHT, WIDTH] },
      { name: 's', shape: picture },
    ],
    outputs: [
      { name: 'y', shape: picture },
      { name: 't', shape: picture },
    ],
    nodes: [node('ReduceMean', ['x'], ['t'], { axes: [1], keepdims: 1 }), node('Add', ['s', 'zero'], ['y'])],
    constants: [{ name: 'zero', shape: [], data: Float32Array.of(0) }],
  });
  const manifest = {
    input: { width: WIDTH, height: HEIGHT, layout: 'NCHW' },
    output: { kind: 'probability' },
    states: [{ input: 's', output: 't' }],
    sha256: createHash('sha256').update(onnx).digest('hex'),
  };
  writeFileSync(join(folder, 'delay.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'delay.onnx'), onnx);
  return join(folder, 'delay.onnx');
}

test('a memory turns with the pictures, and a run that is not remembered leaves none', async () => {
  const segmenter = await Segmenter.load(writeModel());
  const seen = Float32Array.from({ length: HEIGHT * WIDTH }, (_, i) => i / (HEIGHT * WIDTH));
  const show = (picture: Float32Array) => {
    for (let plane = 0; plane < 3; plane++) segmenter.input.set(picture, plane * picture.length);
  };
  const turned = (mirror: boolean, flip: boolean) =>
    seen.map((_, i) => {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      return seen[(flip ? HEIGHT - 1 - y : y) * WIDTH + (mirror ? WIDTH - 1 - x : x)] ?? Number.NaN;
    });
  const close = (got: Float32Array, wanted: Float32Array, text: string) =>
    assert.ok(
      got.every((value, i) => Math.abs(value - (wanted[i] ?? 1)) < 1e-5),
      text,
    );
  for (const [mirror, flip] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    show(seen);
    await segmenter.run();
    segmenter.turn(mirror, flip);
    show(new Float32Array(seen.length));
    close(await segmenter.run(false), turned(mirror, flip), `mirror ${mirror}, flip ${flip}`);
    close(await segmenter.run(), turned(mirror, flip), 'the same memory once more');
  }
  await segmenter.close();
});
