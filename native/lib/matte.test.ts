import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Frame, Matte, SETTLED } from './index.js';

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
  matte.tune(SETTLED);
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
    matte.tune(SETTLED);
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

  it('is strict until it has settled, and shows what a settled one would from then on', () => {
    const frame = filled(120, 128, 128);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    const next = (value: number) => {
      matte.begin(frame);
      matte.update(frame, map(value), 0, 0, WIDTH, HEIGHT);
      matte.storeAlpha(alpha);
      return alpha[(HEIGHT / 2) * WIDTH + WIDTH / 2] ?? -1;
    };
    for (let i = 0; i < 15; i++) assert.equal(next(0.45), 0, `frame ${i}`);
    for (let i = 0; i < 5; i++) next(0.45);
    assert.ok(next(0.45) > 60);
    matte.reset();
    assert.equal(next(1), 255, 'somebody who is certain is there at once');
  });

  it('turns what it knows with the picture: what was room stays hidden at first', () => {
    const frame = filled(120, 128, 128);
    for (const [mirror, flip] of [
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
      const alpha = Buffer.alloc(WIDTH * HEIGHT);
      const next = (probabilities: Float32Array) => {
        matte.begin(frame);
        matte.update(frame, probabilities, 0, 0, WIDTH, HEIGHT);
        matte.storeAlpha(alpha);
      };
      for (let i = 0; i < 30; i++) next(map(1, 0, 0, 0.5, 0.5));
      matte.turn(mirror, flip);
      next(map(1));
      const at = (x: number, y: number) => alpha[y * WIDTH + x];
      const [left, right] = mirror ? [WIDTH - 40, 40] : [40, WIDTH - 40];
      const [top, bottom] = flip ? [HEIGHT - 30, 30] : [30, HEIGHT - 30];
      assert.equal(at(left, top), 255, 'the person, turned');
      assert.equal(at(right, top), 0);
      assert.equal(at(left, bottom), 0);
      assert.equal(at(right, bottom), 0);
      const after = new Matte(WIDTH, HEIGHT, MAP, MAP);
      after.follow(matte);
    }
    const small = new Matte(64, 64, MAP, MAP);
    assert.throws(() => small.follow(new Matte(WIDTH, HEIGHT, MAP, MAP)), TypeError);
  });

  it('while it settles shows what is near a place that is certain, and nothing else', () => {
    const frame = filled(120, 128, 128);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const alpha = Buffer.alloc(WIDTH * HEIGHT);
    const probabilities = map(1, 0, 0, 0.25, 1);
    for (let y = 0; y < MAP; y++) probabilities.fill(0.68, y * MAP + MAP / 4, y * MAP + MAP);
    const next = () => {
      matte.begin(frame);
      const seen = Float32Array.from(probabilities);
      matte.agree(seen, probabilities);
      matte.update(frame, seen, 0, 0, WIDTH, HEIGHT);
      matte.storeAlpha(alpha);
      const row = (HEIGHT / 2) * WIDTH;
      return [40, WIDTH / 4 + 4, WIDTH - 40].map((x) => alpha[row + x] ?? -1);
    };
    next();
    for (let i = 1; i < 15; i++) {
      const [certain = 0, near = 0, far] = next();
      assert.equal(certain, 255, `frame ${i}`);
      assert.ok(near > 180, `frame ${i}: ${near}`);
      assert.equal(far, 0, `frame ${i}`);
    }
    assert.equal(matte.age, 15);
    for (let i = 0; i < 20; i++) next();
    assert.ok((next()[2] ?? 0) > 180, 'once it has settled');
    assert.equal(matte.age, 18);
  });

  it('turns a map, keeps what two looks agree on, and says how much is in doubt', () => {
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    const corner = map(0.6, 0, 0, 0.25, 0.5);
    for (const [mirror, flip, wanted] of [
      [true, false, map(0.6, 0.75, 0, 1, 0.5)],
      [false, true, map(0.6, 0, 0.5, 0.25, 1)],
      [true, true, map(0.6, 0.75, 0.5, 1, 1)],
    ] as const) {
      const seen = Float32Array.from(corner);
      matte.turnMap(seen, mirror, flip);
      assert.deepEqual(seen, wanted);
    }
    const doubt = new Float32Array(4);
    matte.measureDoubt(corner, doubt);
    assert.deepEqual([...doubt], [0.125, 0.125, 0.25, 0]);
    matte.measureDoubt(map(1, 0, 0.5, 0.5, 1), doubt);
    assert.deepEqual([...doubt], [0.25, 0, 0, 0.5]);
    const both = map(1, 0, 0, 0.5, 1);
    matte.agree(both, map(1, 0.25, 0, 1, 1));
    assert.deepEqual(both, map(1, 0.25, 0, 0.5, 1));
    const mean = map(0.75);
    matte.agree(mean, map(0.75), map(0));
    assert.ok(
      mean.every((value) => Math.abs(value - 0.5) < 1e-6),
      'of three looks the mean',
    );
    assert.throws(() => matte.agree(mean, mean, mean.subarray(1)), TypeError);
    assert.throws(() => matte.agree(both, both.subarray(1)), TypeError);
    assert.throws(() => matte.measureDoubt(both, new Float32Array(3)), TypeError);
    assert.throws(() => matte.turnMap(both, true, undefined as unknown as boolean), TypeError);
  });

  it('knows whether it started over because the scene has changed', () => {
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    assert.equal(matte.isChanged, false, 'at the start');
    matte.turn(true, false);
    assert.equal(matte.isChanged, true);
    matte.reset();
    assert.equal(matte.isChanged, false);
    const other = new Matte(WIDTH, HEIGHT, MAP, MAP);
    other.follow(matte);
    assert.equal(other.isChanged, true);
    matte.reset(true);
    assert.equal(matte.isChanged, true);
  });

  it('shows the network a picture without its colours', () => {
    const frame = new Frame(WIDTH, HEIGHT);
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      rgb.set(i % WIDTH < WIDTH / 2 ? [250, 110, 110] : [110, 110, 250], i * 3);
    frame.loadRgb(rgb);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    matte.begin(frame);
    const seen = (grey: boolean) => {
      const input = new Float32Array(3 * MAP * MAP);
      matte.fillInput(frame, input, 0, 0, WIDTH, HEIGHT, false, false, grey);
      return [0, 1, 2].map((plane) => input[plane * MAP * MAP + 32 * MAP + 8] ?? -1);
    };
    const [red = 0, , blue = 0] = seen(false);
    assert.ok(red - blue > 0.4);
    const [r = 0, g = 0, b = 0] = seen(true);
    assert.ok(Math.max(r, g, b) - Math.min(r, g, b) < 0.02, `${r} ${g} ${b}`);
    assert.ok(Math.abs(r - 0.6) < 0.05, `${r}: as bright as before`);
  });

  it('turns what the network sees', () => {
    const frame = new Frame(WIDTH, HEIGHT);
    const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      rgb.fill((i % WIDTH < WIDTH / 2 ? 60 : 180) + (i < (WIDTH * HEIGHT) / 2 ? 0 : 60), i * 3, i * 3 + 3);
    frame.loadRgb(rgb);
    const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
    matte.begin(frame);
    const seen = (mirror: boolean, flip: boolean) => {
      const input = new Float32Array(3 * MAP * MAP);
      matte.fillInput(frame, input, 0, 0, WIDTH, HEIGHT, mirror, flip);
      return input;
    };
    const plain = seen(false, false);
    for (const [mirror, flip] of [
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const input = seen(mirror, flip);
      for (let plane = 0; plane < 3; plane++) {
        const one = input.slice(plane * MAP * MAP, (plane + 1) * MAP * MAP);
        matte.turnMap(one, mirror, flip);
        const most = one.reduce(
          (worst, value, i) => Math.max(worst, Math.abs(value - (plain[plane * MAP * MAP + i] ?? 0))),
          0,
        );
        assert.ok(most < 0.01, `plane ${plane}: ${most}`);
      }
    }
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
