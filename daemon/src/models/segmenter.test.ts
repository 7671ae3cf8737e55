import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Segmenter } from './segmenter.js';

/** A head and shoulders before a wall that brightens downwards, as planes R, G, B from 0 to 1. */
function paintPerson(input: Float32Array, width: number, height: number): void {
  const paint = (i: number, rgb: readonly [number, number, number]) => {
    for (const [plane, value] of rgb.entries()) input[plane * width * height + i] = value;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x + 0.5) / width - 0.5;
      const v = (y + 0.5) / height;
      const head = (u / 0.13) ** 2 + ((v - 0.38) / 0.22) ** 2;
      const hair = (u / 0.145) ** 2 + ((v - 0.33) / 0.22) ** 2;
      const shoulders = (u / 0.33) ** 2 + ((v - 1.05) / 0.42) ** 2;
      const shade = 1 - 0.25 * Math.abs(u) * 4;
      const i = y * width + x;
      if (head < 1) paint(i, [0.85 * shade, 0.62 * shade, 0.5 * shade]);
      else if (hair < 1 && v < 0.4) paint(i, [0.2, 0.13, 0.08]);
      else if (shoulders < 1 || (Math.abs(u) < 0.06 && v > 0.5)) paint(i, [0.15, 0.2, 0.4 * shade]);
      else paint(i, [0.55 + 0.2 * v, 0.6 + 0.2 * v, 0.58 + 0.2 * v]);
    }
  }
}

/** Rows and columns in 24ths of the picture. */
function samples(output: Float32Array, width: number, height: number): number[] {
  const at = (row: number, column: number) =>
    output[Math.floor((row * height) / 24) * width + Math.floor((column * width) / 24)] ?? Number.NaN;
  return [at(9, 12), at(20, 12), at(22, 8), at(2, 2), at(3, 21), at(12, 3)];
}

/**
 * Taken from runs of this very code after the default model's raw outputs had been compared with TFLite's
 * (reference.test.ts): they notice a later change of converter, runtime or model.
 */
const GOLDEN = {
  selfie_segmentation: { mean: 0.30004, squares: 0.298831, rows: 0.197049 },
  selfie_segmentation_landscape: { mean: 0.300813, squares: 0.299588, rows: 0.196967 },
};

const opened: Segmenter[] = [];
async function load(name: string): Promise<Segmenter> {
  const segmenter = await Segmenter.load(name);
  opened.push(segmenter);
  return segmenter;
}
after(() => Promise.all(opened.map((segmenter) => segmenter.close())));

for (const [name, golden] of Object.entries(GOLDEN)) {
  test(`${name} finds a painted person, with the very numbers of before`, async () => {
    const segmenter = await load(name);
    const { width, height } = segmenter.manifest.input;
    assert.equal(segmenter.input.length, 3 * width * height);
    paintPerson(segmenter.input, width, height);
    const output = await segmenter.run();
    assert.equal(output.length, width * height);
    const [face, chest, arm, ...wall] = samples(output, width, height);
    for (const person of [face, chest, arm]) assert(person !== undefined && person > 0.9, `person ${person}`);
    for (const room of wall) assert(room < 0.1, `room ${room}`);
    let sum = 0;
    let squares = 0;
    let rows = 0;
    for (const [i, value] of output.entries()) {
      assert(value >= 0 && value <= 1);
      sum += value;
      squares += value * value;
      rows += (value * Math.floor(i / width)) / height;
    }
    const got = { mean: sum / output.length, squares: squares / output.length, rows: rows / output.length };
    const text = `${JSON.stringify(got)} instead of ${JSON.stringify(golden)}`;
    // Rounding of other processors moves single values by about 1e-5, means by far less.
    assert(Math.abs(got.mean - golden.mean) < 2e-5, text);
    assert(Math.abs(got.squares - golden.squares) < 2e-5, text);
    assert(Math.abs(got.rows - golden.rows) < 2e-5, text);
  });
}

test('memory is reused and the input is read anew by each run', async () => {
  const segmenter = await load('selfie_segmentation_landscape');
  const { width, height } = segmenter.manifest.input;
  paintPerson(segmenter.input, width, height);
  const first = await segmenter.run();
  const person = first.slice();
  segmenter.input.fill(0.5);
  const second = await segmenter.run();
  assert.equal(second, first);
  assert.notDeepEqual([...second], [...person]);
  paintPerson(segmenter.input, width, height);
  assert.deepEqual([...(await segmenter.run())], [...person]);
});

test('a run leaves no memory behind for the next collection', async () => {
  const segmenter = await load('selfie_segmentation');
  await segmenter.run();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20; i++) await segmenter.run();
  const grown = process.memoryUsage().arrayBuffers - before;
  const map = segmenter.mapWidth * segmenter.mapHeight * Float32Array.BYTES_PER_ELEMENT;
  assert.ok(grown < 2 * map, `${grown} bytes`);
});

test('a provider that is not there is stood in for by the CPU, and says so', async () => {
  const segmenter = await Segmenter.load('selfie_segmentation_landscape', { provider: 'cuda' });
  opened.push(segmenter);
  assert.equal(segmenter.executionProvider, 'cpu');
  assert.match(segmenter.notice ?? '', /provider cuda cannot be used .*runs on the CPU/);
  const plain = await load('selfie_segmentation_landscape');
  assert.equal(plain.executionProvider, 'cpu');
  assert.equal(plain.notice, undefined);
});

test('closing waits for the run that is under way', async () => {
  const segmenter = await Segmenter.load('selfie_segmentation_landscape');
  const running = segmenter.run();
  await segmenter.close();
  assert.equal((await running).length, 256 * 144);
});

test('an unknown name leaves as an error that lists the names', async () => {
  await assert.rejects(Segmenter.load('nobody'), {
    code: 'UnknownModel',
    message: /"nobody".*selfie_segmentation, /,
  });
});
