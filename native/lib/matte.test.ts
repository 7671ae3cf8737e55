import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Canvas, Frame, Matte } from './index.js';

const WIDTH = 320;
const HEIGHT = 192;
const MAP = 64;

function filled(y: number, cb: number, cr: number): Frame {
  const frame = new Frame(WIDTH, HEIGHT);
  frame.fill(y, cb, cr);
  return frame;
}

/** A map that is `value` inside the rectangle (in parts of the map) and 0 outside. */
function map(value = 1, left = 0, top = 0, right = 1, bottom = 1): Float32Array {
  const out = new Float32Array(MAP * MAP);
  for (let y = Math.round(top * MAP); y < bottom * MAP; y++)
    out.fill(value, y * MAP + left * MAP, y * MAP + right * MAP);
  return out;
}

function made(probabilities: Float32Array, frame = filled(120, 128, 128)): { matte: Matte; alpha: Buffer } {
  const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
  matte.begin(frame);
  matte.update(frame, probabilities, 0, 0, WIDTH, HEIGHT);
  const alpha = Buffer.alloc(WIDTH * HEIGHT);
  matte.storeAlpha(alpha);
  return { matte, alpha };
}

function planes(frame: Frame): Buffer {
  const bytes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

describe('Matte', () => {
  it('shows the foreground where alpha is 255 and the background where it is 0, exactly', () => {
    const foreground = filled(60, 90, 200);
    const background = filled(200, 150, 40);
    const output = filled(0, 0, 0);
    made(map(1)).matte.compose(foreground, background, output);
    assert.deepEqual(planes(output), planes(foreground));
    made(map(0)).matte.compose(foreground, background, output);
    assert.deepEqual(planes(output), planes(background));
  });

  it('puts the edge where the map has it', () => {
    const { alpha } = made(map(1, 0.5, 0, 1, 1));
    const row = (HEIGHT / 2) * WIDTH;
    assert.equal(alpha[row + WIDTH / 2 - 16], 0);
    assert.equal(alpha[row + WIDTH / 2 + 16], 255);
    const crossing = alpha.subarray(row, row + WIDTH).findIndex((a) => a > 127);
    assert.ok(Math.abs(crossing - WIDTH / 2) <= 4, `edge at ${crossing}`);
  });

  it('follows an edge of luma that lies beside the edge of the map', () => {
    // The frame's own edge is 3 pixels left of the map's.
    const frame = new Frame(WIDTH, HEIGHT);
    const edge = WIDTH / 2 - 3;
    const bytes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
    for (let y = 0; y < HEIGHT; y++)
      bytes.fill(40, y * WIDTH, y * WIDTH + edge).fill(200, y * WIDTH + edge, (y + 1) * WIDTH);
    frame.loadI420(bytes);
    const error = (alpha: Buffer) => {
      let sum = 0;
      for (let x = 0; x < WIDTH; x++)
        sum += Math.abs((alpha[(HEIGHT / 2) * WIDTH + x] ?? 0) - (x < edge ? 0 : 255));
      return sum;
    };
    const guided = error(made(map(1, 0.5, 0, 1, 1), frame).alpha);
    const plain = error(made(map(1, 0.5, 0, 1, 1)).alpha);
    assert.ok(guided < plain * 0.8, `${guided} with the edge in luma, ${plain} without`);
  });

  it('lets nothing through outside the box', () => {
    const frame = filled(120, 128, 128);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    matte.begin(frame);
    matte.update(frame, map(1), 0, 0, WIDTH, HEIGHT);
    matte.begin(frame);
    matte.update(frame, map(1), 160, 0, 160, HEIGHT);
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    matte.storeAlpha(alpha);
    for (let y = 0; y < HEIGHT; y++) {
      assert.ok(
        alpha.subarray(y * WIDTH, y * WIDTH + 144).every((a) => a === 0),
        `row ${y}`,
      );
    }
  });

  it('smooths what flickers and follows what changes', () => {
    const frame = filled(120, 128, 128);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const middle = (HEIGHT / 2) * WIDTH + WIDTH / 2;
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    const next = (value: number) => {
      matte.begin(frame);
      matte.update(frame, map(value), 0, 0, WIDTH, HEIGHT);
      matte.storeAlpha(alpha);
      return alpha[middle] ?? -1;
    };
    const settled = next(0.5);
    const wobble = Math.abs(next(0.6) - settled);
    matte.reset();
    next(0.5);
    matte.reset();
    const raw = Math.abs(next(0.6) - settled);
    assert.ok(wobble < raw / 2, `${wobble} with the filter, ${raw} without`);
    next(0);
    assert.equal(next(1), 255, 'a person who appears is there at once');
  });

  it('measures where the person is, and ignores specks', () => {
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const out = new Float32Array(7);
    matte.measure(map(0.9, 0.25, 0.5, 0.75, 1), out);
    assert.deepEqual([...out], [0.25, 0.5, 0.75, 1, 0.25, 0, 1]);
    const fine = new Matte(WIDTH, HEIGHT, 2 * MAP, 2 * MAP);
    const speck = new Float32Array(4 * MAP * MAP);
    speck[5 * 2 * MAP + 60] = 1;
    fine.measure(speck, out);
    assert.deepEqual([...out], [0, 0, 0, 0, 0, 0, 1]);
  });

  it('measures where two people meet, and each of them', () => {
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const people = map(1, 0.125, 0.5, 0.25, 1);
    const add = (...rectangle: [number, number, number, number]) => {
      for (const [i, value] of map(1, ...rectangle).entries()) people[i] ||= value;
    };
    add(0.3125, 0.25, 0.5, 1);
    add(0.75, 0.375, 1, 1);
    const out = new Float32Array(7);
    const measured = (...columns: [] | [number, number]) => {
      matte.measure(people, out, ...columns);
      return [...out.subarray(0, 4), ...out.subarray(5)];
    };
    assert.deepEqual(measured(), [0.125, 0.25, 1, 1, 0.625, 0]);
    assert.deepEqual(measured(0, MAP * 0.625), [0.125, 0.25, 0.5, 1, 0.28125, 0]);
    assert.deepEqual(measured(MAP * 0.625, MAP), [0.75, 0.375, 1, 1, 0, 1]);
    assert.deepEqual(measured(MAP * 0.52, MAP * 0.7), [0, 0, 0, 0, 0, 1]);
    // A table between the right two: two fifths of the lower one's height.
    add(0.5, 0.75, 0.75, 1);
    add(0.25, 0.625, 0.3125, 1);
    assert.deepEqual(measured(), [0.125, 0.25, 1, 1, 0.625, Math.fround(0.4)]);
    for (const [from, to] of [
      [-1, 5],
      [0, MAP + 1],
      [5, 4],
    ] as const) {
      assert.throws(() => matte.measure(people, out, from, to), TypeError);
    }
    assert.throws(() => matte.measure(people, new Float32Array(6)), TypeError);
  });

  it('takes the map of each of two boxes on its own side, and nothing outside of them', () => {
    const frame = filled(120, 128, 128);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    // Everything before, so that it shows when something is left of it.
    matte.begin(frame);
    matte.update(frame, map(1), 0, 0, WIDTH, HEIGHT);
    const both = (first: Float32Array, second: Float32Array, border: number) => {
      matte.begin(frame);
      matte.update(frame, first, 32, 96, 128, 64, second, 96, 32, 128, 128, border);
      matte.storeAlpha(alpha);
      return (x: number, y: number) => alpha[y * WIDTH + x];
    };
    const near = 12;
    let at = both(map(1), map(1), 128);
    for (const [x, y] of [
      [32 + near, 96 + near],
      [128, 128],
      [96 + near, 32 + near],
      [224 - near, 160 - near],
    ] as const)
      assert.equal(at(x, y), 255, `inside at ${x}, ${y}`);
    for (const [x, y] of [
      [32 - near, 128],
      [64, 96 - near],
      [64, 160 + near],
      [128, 32 - near],
      [224 + near, 128],
    ] as const)
      assert.equal(at(x, y), 0, `outside at ${x}, ${y}`);
    // What one says about the other's side does not count, where both have looked.
    matte.reset();
    at = both(map(1), map(0), 128);
    assert.equal(at(100, 128), 255);
    assert.equal(at(156, 128), 0);
    matte.reset();
    at = both(map(0), map(1), 128);
    assert.equal(at(100, 128), 0);
    assert.equal(at(156, 128), 255);
    assert.equal(at(112, 64), 255, 'above the first box only the second one has looked');
    const add = (border: unknown) =>
      matte.update(frame, map(), 0, 0, 64, 64, map(), 0, 0, 64, 64, border as number);
    for (const border of [-1, WIDTH + 1, undefined]) assert.throws(() => add(border), TypeError);
  });

  it('shows the network a dark picture brighter, and any other as it is', () => {
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const seen = (rgb: (x: number) => number) => {
      const frame = new Frame(WIDTH, HEIGHT);
      const bytes = Buffer.alloc(WIDTH * HEIGHT * 3);
      for (let i = 0; i < WIDTH * HEIGHT; i++) bytes.fill(rgb(i % WIDTH), i * 3, i * 3 + 3);
      frame.loadRgb(bytes);
      matte.begin(frame);
      const input = new Float32Array(3 * MAP * MAP);
      matte.fillInput(frame, input, 0, 0, WIDTH, HEIGHT);
      return [8, 56].map((x) => (input[32 * MAP + x] ?? -1) * 255);
    };
    const close = (got: number[], wanted: number[]) =>
      assert.ok(
        got.every((value, i) => Math.abs(value - (wanted[i] ?? 0)) < 4),
        `${got} instead of ${wanted}`,
      );
    close(
      seen((x) => (x < WIDTH / 2 ? 20 : 40)),
      [64, 127],
    );
    close(
      seen((x) => (x < WIDTH / 2 ? 4 : 8)),
      [16, 32],
    );
    close(
      seen((x) => (x < WIDTH / 2 ? 20 : 160)),
      [20, 160],
    );
    // A lamp of a tenth of the picture says that the rest is meant to be dark.
    close(
      seen((x) => (x >= WIDTH * 0.45 && x < WIDTH * 0.55 ? 250 : 30)),
      [30, 30],
    );
  });

  it('fills the network input with the box, planar, 0 to 1', () => {
    const frame = new Frame(WIDTH, HEIGHT);
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      rgb.set(i % WIDTH < WIDTH / 2 ? [255, 0, 0] : [0, 0, 255], i * 3);
    frame.loadRgb(rgb);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    matte.begin(frame);
    const input = new Float32Array(3 * MAP * MAP);
    matte.fillInput(frame, input, 0, 0, WIDTH, HEIGHT);
    const at = (plane: number, x: number, y: number) => input[plane * MAP * MAP + y * MAP + x] ?? -1;
    for (const [x, wanted] of [
      [8, [1, 0, 0]],
      [56, [0, 0, 1]],
    ] as const) {
      wanted.forEach((value, plane) => {
        assert.ok(Math.abs(at(plane, x, 32) - value) < 0.02, `plane ${plane} at ${x}: ${at(plane, x, 32)}`);
      });
    }
    matte.fillInput(frame, input, 160, 0, 160, HEIGHT);
    assert.ok(Math.abs(at(2, 8, 32) - 1) < 0.02, 'the box starts at its own corner');
  });

  it('blurs the room without any colour of the person', () => {
    // A saturated person before a grey room: in the blurred background chroma stays grey everywhere.
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const person = x >= 128 && x < 192 && y >= 64;
        rgb.set(person ? [255, 0, 0] : (x >> 3) % 2 ? [90, 90, 90] : [170, 170, 170], (y * WIDTH + x) * 3);
      }
    }
    const frame = new Frame(WIDTH, HEIGHT);
    frame.loadRgb(rgb);
    // The matte is a little larger than the person, as its soft edge would be.
    const { matte } = made(map(1, 0.375, 0.25, 0.625, 1), frame);
    const output = new Frame(WIDTH, HEIGHT);
    matte.blur(frame, 60, output);
    const bytes = planes(output);
    // Deep inside the person nobody sees the background, whatever it is.
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    matte.storeAlpha(alpha);
    let worst = 0;
    for (let y = 0; y < HEIGHT; y += 2) {
      for (let x = 0; x < WIDTH; x += 2) {
        if (alpha[y * WIDTH + x] === 255) continue;
        const at = WIDTH * HEIGHT + (y / 2) * (WIDTH / 2) + x / 2;
        const other = at + (WIDTH * HEIGHT) / 4;
        worst = Math.max(worst, Math.abs((bytes[at] ?? 0) - 128), Math.abs((bytes[other] ?? 0) - 128));
      }
    }
    assert.ok(worst <= 3, `chroma ${worst} away from grey`);
    // And the stripes are gone.
    const row = bytes.subarray(20 * WIDTH + 8, 20 * WIDTH + 104);
    assert.ok(Math.max(...row) - Math.min(...row) < 12, 'the stripes are still there');
  });

  it('refuses boxes, maps and frames that do not fit', () => {
    assert.throws(() => new Matte(321, HEIGHT, MAP, MAP), TypeError);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const frame = filled(0, 0, 0);
    const full = map();
    assert.throws(() => matte.update(frame, full, 0, 0, WIDTH + 2, HEIGHT), TypeError);
    assert.throws(() => matte.update(frame, full, 1, 0, 64, 64), TypeError);
    assert.throws(() => matte.update(frame, full.subarray(1), 0, 0, WIDTH, HEIGHT), TypeError);
    assert.throws(() => matte.update(new Frame(64, 64), full, 0, 0, 64, 64), TypeError);
    assert.throws(() => matte.compose(frame, frame, {} as Frame), TypeError);
  });
});

describe('Canvas', () => {
  function drawn(frame: Frame): Buffer {
    const canvas = new Canvas(WIDTH, HEIGHT);
    canvas.draw(frame);
    return packed(canvas);
  }

  function packed(canvas: Canvas): Buffer {
    const bytes = Buffer.alloc(WIDTH * HEIGHT * 2);
    canvas.store(bytes);
    return bytes;
  }

  it('shows what a composed frame would show, whatever was there before', () => {
    const canvas = new Canvas(WIDTH, HEIGHT);
    const backgrounds = [filled(200, 150, 40), filled(90, 60, 180)];
    const foreground = filled(60, 90, 200);
    const output = filled(0, 0, 0);
    let step = 0;
    for (const left of [0.2, 0.6, 0, 0.6, 0.3]) {
      const { matte } = made(map(1, left, 0.2, left + 0.4, 1));
      for (const background of [...backgrounds, ...backgrounds]) {
        if (step++ % 3 === 0) background.fill(step * 5, 128, 128);
        if (step % 5 === 0) canvas.draw(foreground);
        matte.compose(foreground, background, output);
        canvas.compose(matte, foreground, background);
        assert.deepEqual(packed(canvas), drawn(output), `step ${step}`);
      }
    }
  });
});

describe('Frame.coverFrom', () => {
  it('fills the output and cuts off the sides', () => {
    const input = new Frame(400, 100);
    const rgb = Buffer.alloc(400 * 100 * 3);
    for (let i = 0; i < 400 * 100; i++)
      rgb.set(i % 400 < 150 || i % 400 >= 250 ? [255, 0, 0] : [0, 255, 0], i * 3);
    input.loadRgb(rgb);
    const output = new Frame(50, 50);
    output.coverFrom(input);
    const out = Buffer.alloc(50 * 50 * 3);
    output.storeRgb(out);
    for (let i = 0; i < out.length; i += 3) assert.ok((out[i] ?? 255) < 40, `red at ${i / 3}`);
  });
});
