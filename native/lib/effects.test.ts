import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EFFECTS, EffectChain, Frame, Matte } from './index.js';

const WIDTH = 320;
const HEIGHT = 192;
const MAP = 64;
const LUMA = WIDTH * HEIGHT;

/** Numbers that look random and are the same each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** I420 bytes from what a pixel is: Y at luma size, Cb and Cr at half of it. */
function made(luma: (x: number, y: number) => number, cb = 110, cr = 150, width = WIDTH, height = HEIGHT) {
  const bytes = Buffer.alloc((width * height * 3) / 2);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) bytes[y * width + x] = luma(x, y);
  bytes.fill(cb, width * height, (width * height * 5) / 4);
  bytes.fill(cr, (width * height * 5) / 4);
  return bytes;
}

function frameOf(bytes: Uint8Array, width = WIDTH, height = HEIGHT): Frame {
  const frame = new Frame(width, height);
  frame.loadI420(bytes);
  return frame;
}

function noise(seed: number): Buffer {
  const next = random(seed);
  const bytes = made(() => 16 + Math.floor(next() * 220));
  for (let i = LUMA; i < bytes.length; i++) bytes[i] = 40 + Math.floor(next() * 170);
  return bytes;
}

function bytesOf(frame: Frame): Buffer {
  const bytes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

/** The person stands in the middle half of the frame's width. */
function matteOf(): { matte: Matte; alpha: Buffer } {
  const map = new Float32Array(MAP * MAP);
  for (let y = 0; y < MAP; y++) map.fill(1, y * MAP + MAP / 4, y * MAP + (MAP * 3) / 4);
  const frame = frameOf(made(() => 120));
  const matte = new Matte(WIDTH, HEIGHT, MAP, MAP);
  matte.begin(frame);
  matte.update(frame, map, 0, 0, WIDTH, HEIGHT);
  const alpha = Buffer.alloc(LUMA);
  matte.storeAlpha(alpha);
  return { matte, alpha };
}

const chainOf = (...names: string[]) => new EffectChain(WIDTH, HEIGHT, names);

function foreground(chain: EffectChain, bytes: Uint8Array, matte?: Matte): Buffer {
  const output = frameOf(made(() => 77, 77, 77));
  chain.applyToForeground(frameOf(bytes), matte, output);
  return bytesOf(output);
}

function background(chain: EffectChain, bytes: Uint8Array): Buffer {
  const output = new Frame(WIDTH, HEIGHT);
  chain.applyToBackground(frameOf(bytes), output);
  return bytesOf(output);
}

function input(chain: EffectChain, bytes: Uint8Array): Buffer {
  const output = new Frame(WIDTH, HEIGHT);
  chain.applyToInput(frameOf(bytes), output);
  return bytesOf(output);
}

const mean = (bytes: Uint8Array): number => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;

describe('an effect chain', () => {
  it('knows which pictures it works on', () => {
    for (const { name, stage } of EFFECTS) {
      const chain = chainOf(name);
      assert.equal(chain.onInput, stage === 'input', name);
      assert.equal(chain.onForeground, stage === 'foreground' || stage === 'both', name);
      assert.equal(chain.onBackground, stage === 'background' || stage === 'both', name);
    }
    const nothing = chainOf();
    assert.ok(!nothing.onInput && !nothing.onForeground && !nothing.onBackground);
  });

  it('writes no plane but the declared ones', () => {
    // Dark enough to be brightened.
    const bytes = Buffer.from(noise(5).map((value, i) => (i < LUMA ? value / 4 + 12 : value)));
    for (const { name, stage, writes } of EFFECTS) {
      // Done by the compositor: edge-colours.test.ts.
      if (stage === 'compose') continue;
      const run = { input, foreground, both: foreground, background }[stage];
      const result = run(chainOf(name), bytes);
      const planes = { y: [0, LUMA], u: [LUMA, (LUMA * 5) / 4], v: [(LUMA * 5) / 4, bytes.length] };
      for (const [plane, range] of Object.entries(planes)) {
        const [before, after] = [bytes, result].map((whole) => whole.subarray(...range));
        assert.equal(before?.equals(after ?? bytes), !writes.includes(plane), `${name} ${plane}`);
      }
    }
  });

  it('touches nothing where the matte has nobody', () => {
    const { matte, alpha } = matteOf();
    for (const { name } of EFFECTS) {
      const chain = chainOf(name);
      if (!chain.onForeground) continue;
      const result = foreground(chain, noise(6), matte);
      // Parts of 64 pixels: those at the frame's edges have no person in them.
      for (let y = 0; y < HEIGHT; y++) {
        assert.equal(alpha[y * WIDTH + 10], 0);
        assert.equal(result[y * WIDTH + 10], 77, `${name} row ${y}`);
      }
    }
  });

  it('applies effects in the order in which they are named', () => {
    const bytes = noise(7);
    const lastIsGrey = foreground(chainOf('hologram', 'grayscale'), bytes);
    assert.ok(lastIsGrey.subarray(LUMA).every((value) => value === 128));
    const lastIsBlue = foreground(chainOf('grayscale', 'hologram'), bytes);
    assert.ok(mean(lastIsBlue.subarray(LUMA, (LUMA * 5) / 4)) > 138);
  });

  it('gives several effects the result of those before', () => {
    const { matte } = matteOf();
    const bytes = noise(8);
    const names = ['vignette', 'hologram', 'grayscale', 'brighten'];
    let step: Buffer = bytes;
    // One by one, each on a whole frame with the rest of the picture as it was.
    for (const name of names) {
      const output = frameOf(step);
      chainOf(name).applyToForeground(frameOf(step), matte, output);
      step = bytesOf(output);
    }
    const output = frameOf(bytes);
    chainOf(...names).applyToForeground(frameOf(bytes), matte, output);
    const { alpha } = matteOf();
    const result = bytesOf(output);
    let compared = 0;
    for (let i = 0; i < LUMA; i++) {
      if (alpha[i] === 0) continue;
      assert.equal(result[i], step[i]);
      compared++;
    }
    assert.ok(compared > LUMA / 3);
  });

  it('works on a background again when it or the result has changed', () => {
    const chain = chainOf('vignette');
    const frame = frameOf(noise(9));
    const output = new Frame(WIDTH, HEIGHT);
    const expected = background(chainOf('vignette'), bytesOf(frame));
    for (let i = 0; i < 2; i++) {
      chain.applyToBackground(frame, output);
      assert.deepEqual(bytesOf(output), expected);
    }
    output.fill(100, 100, 100);
    chain.applyToBackground(frame, output);
    assert.deepEqual(bytesOf(output), expected);
    frame.fill(200, 128, 128);
    chain.applyToBackground(frame, output);
    assert.deepEqual(bytesOf(output), background(chainOf('vignette'), bytesOf(frame)));
    chain.applyToBackground(frame, frame);
    assert.deepEqual(bytesOf(frame), bytesOf(output));
  });

  it('works at every size that a frame can have', () => {
    for (const [width, height] of [
      [2, 2],
      [18, 34],
      [66, 50],
      [322, 242],
    ] as const) {
      const bytes = made((x, y) => 16 + ((x * 5 + y * 3) % 100), 110, 150, width, height);
      const [frame, output] = [frameOf(bytes, width, height), new Frame(width, height)];
      const chain = new EffectChain(
        width,
        height,
        EFFECTS.map(({ name }) => name),
      );
      const matte = new Matte(width, height, MAP, MAP);
      matte.begin(frame);
      if (width >= 16 && height >= 16)
        matte.update(frame, new Float32Array(MAP * MAP).fill(0.5), 0, 0, width, height);
      chain.applyToInput(frame, output);
      chain.applyToForeground(frame, undefined, output);
      assert.ok(
        bytesOf(output)
          .subarray(width * height)
          .every((value) => value === 128),
      );
      chain.applyToForeground(frame, matte, output);
      chain.applyToBackground(frame, output);
      assert.ok(
        bytesOf(output)
          .subarray(width * height)
          .every((value) => value === 128),
      );
    }
  });

  it('refuses what cannot be', () => {
    assert.throws(() => chainOf('sepia'), TypeError);
    assert.throws(() => new EffectChain(WIDTH, HEIGHT, 'mirror' as unknown as string[]), TypeError);
    assert.throws(() => new EffectChain(WIDTH + 1, HEIGHT, []), TypeError);
    assert.throws(() => new EffectChain(WIDTH, HEIGHT, [], {} as unknown as EffectChain), TypeError);
    const [frame, small] = [new Frame(WIDTH, HEIGHT), new Frame(64, 64)];
    assert.throws(() => chainOf('mirror').applyToInput(frame, frame), TypeError);
    assert.throws(() => chainOf('mirror').applyToInput(frame, small), TypeError);
    assert.throws(() => chainOf('hologram').applyToForeground(frame, undefined, frame), TypeError);
    const other = new Matte(64, 64, MAP, MAP);
    assert.throws(
      () => chainOf('hologram').applyToForeground(frame, other, new Frame(WIDTH, HEIGHT)),
      TypeError,
    );
  });
});

describe('mirror and flip', () => {
  const bytes = noise(1);

  it('exchange the sides, of colours too', () => {
    const mirrored = input(chainOf('mirror'), bytes);
    const flipped = input(chainOf('flip'), bytes);
    for (const [x, y] of [
      [0, 0],
      [17, 5],
      [WIDTH - 1, HEIGHT - 1],
    ] as const) {
      assert.equal(mirrored[y * WIDTH + x], bytes[y * WIDTH + WIDTH - 1 - x]);
      assert.equal(flipped[y * WIDTH + x], bytes[(HEIGHT - 1 - y) * WIDTH + x]);
      const [cx, cy] = [x >> 1, y >> 1];
      const at = (row: number, column: number) => bytes[LUMA + row * (WIDTH / 2) + column];
      assert.equal(mirrored[LUMA + cy * (WIDTH / 2) + cx], at(cy, WIDTH / 2 - 1 - cx));
      assert.equal(flipped[LUMA + cy * (WIDTH / 2) + cx], at(HEIGHT / 2 - 1 - cy, cx));
    }
  });

  it('together turn the picture', () => {
    const turned = input(chainOf('mirror', 'flip'), bytes);
    assert.deepEqual(turned.subarray(0, LUMA), Buffer.from(bytes.subarray(0, LUMA)).reverse());
    assert.deepEqual(turned, input(chainOf('flip', 'mirror'), bytes));
    assert.deepEqual(input(chainOf('mirror', 'mirror'), bytes), bytes);
  });
});

describe('grayscale and desaturate-background', () => {
  it('take colours and nothing else', () => {
    const bytes = noise(2);
    for (const result of [
      foreground(chainOf('grayscale'), bytes),
      background(chainOf('grayscale'), bytes),
      background(chainOf('desaturate-background'), bytes),
    ]) {
      assert.deepEqual(result.subarray(0, LUMA), bytes.subarray(0, LUMA));
      assert.ok(result.subarray(LUMA).every((value) => value === 128));
    }
  });
});

describe('vignette', () => {
  it('leaves the middle and darkens towards the corners', () => {
    const result = background(
      chainOf('vignette'),
      made(() => 200),
    );
    const at = (x: number, y: number) => result[y * WIDTH + x] ?? 0;
    assert.equal(at(WIDTH / 2, HEIGHT / 2), 200);
    let last = 200;
    for (let k = 0; k < HEIGHT / 2; k += 8) {
      const value = at(WIDTH / 2 + Math.floor((k * WIDTH) / HEIGHT), HEIGHT / 2 + k);
      assert.ok(value <= last + 1, `${value} after ${last}`);
      last = value;
    }
    assert.ok(last < 110 && last > 50, `corner ${last}`);
    // Black stays black and no colour appears in a grey.
    const black = background(
      chainOf('vignette'),
      made(() => 16, 128, 128),
    );
    assert.ok(black.subarray(0, LUMA).every((value) => value === 16));
    assert.ok(black.subarray(LUMA).every((value) => value === 128));
  });

  it('is the same before and after composing', () => {
    const { matte } = matteOf();
    const [person, behind] = [noise(3), noise(4)];
    const chain = chainOf('vignette');
    const [front, back] = [new Frame(WIDTH, HEIGHT), new Frame(WIDTH, HEIGHT)];
    chain.applyToForeground(frameOf(person), matte, front);
    chain.applyToBackground(frameOf(behind), back);
    const [before, after, composite] = [front, back, back].map(() => new Frame(WIDTH, HEIGHT));
    assert.ok(before && after && composite);
    matte.compose(front, back, before);
    matte.compose(frameOf(person), frameOf(behind), composite);
    chain.applyToForeground(composite, undefined, after);
    const [a, b] = [bytesOf(before), bytesOf(after)];
    const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
    // Noise is the worst case: the person's colour at soft edges is a mean of many places, each of another gain.
    assert.ok(worst <= 4, `differs by ${worst}`);
  });
});

it('every effect can be switched off and on again', () => {
  for (const { name } of EFFECTS) {
    const on = new EffectChain(64, 64, [name]);
    const off = new EffectChain(64, 64, [], on);
    assert.ok(new EffectChain(64, 64, [name], off), name);
  }
});
