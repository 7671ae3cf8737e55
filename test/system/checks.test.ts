import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import { Scene } from '@backscrub/daemon/engine/scene/scene.js';
import { DEFAULT_MODEL } from '@backscrub/daemon/shared/names.js';
import { Frame } from '@backscrub/native';
import {
  beforeCheckedRoom,
  CHECKED,
  COLUMNS,
  checkedRoom,
  checkedSigns,
  ROWS,
  TILE,
  tileShares,
} from './checks.js';

const { width, height } = CHECKED;
const raw = checkedRoom();

function picture(luma: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => luma(at % width, Math.floor(at / width)));
}

test('every tile of the raw room shows the room, mirrored and upside down too', () => {
  const at = (x: number, y: number): number => raw[y * width + x] ?? 0;
  for (const turned of [
    raw,
    picture((x, y) => at(width - 1 - x, y)),
    picture((x, y) => at(x, height - 1 - y)),
    picture((x, y) => at(width - 1 - x, height - 1 - y)),
  ]) {
    const shares = tileShares(turned);
    assert.equal(shares.length, 220);
    assert.ok(
      shares.every((share) => Math.abs(share - 1) < 0.01),
      `${Math.min(...shares)} to ${Math.max(...shares)}`,
    );
  }
});

test('what is plain, a gradient, or striped shows nothing of it', () => {
  const pictures = [
    picture(() => 200),
    picture((x, y) => (x + y) / 10),
    picture((x) => (x % 16 < 8 ? 20 : 220)),
    picture((_, y) => (y % 16 < 8 ? 20 : 220)),
  ];
  for (const shares of pictures.map(tileShares))
    assert.ok(Math.max(...shares) < 0.05, `${Math.max(...shares)} of a tile`);
});

test('half a tile of the room is half of it, in that tile alone', () => {
  const tile = 5 * COLUMNS + 7;
  const top = 8 + 5 * TILE;
  const shares = tileShares(
    picture((x, y) =>
      x >= 7 * TILE && x < 8 * TILE && y >= top && y < top + TILE / 2 ? (raw[y * width + x] ?? 0) : 90,
    ),
  );
  shares.forEach((share, at) => {
    assert.ok(Math.abs(share - (at === tile ? 0.5 : 0)) < 0.01, `tile ${at} has ${share}`);
  });
});

test('the signs are those of the room', () => {
  const signs = checkedSigns();
  assert.equal(signs.length, COLUMNS * ROWS * 64);
  signs.forEach((sign, at) => {
    const x = (at % (COLUMNS * 8)) * 8 + 4;
    const y = (Math.floor(at / (COLUMNS * 8)) + 1) * 8 + 4;
    assert.equal(Math.sign((raw[y * width + x] ?? 0) - 126), sign);
  });
});

test('the first frame of a call shows nothing of it, whichever way up the person is', async () => {
  const scene = new Scene(width, height);
  const [input, output] = [new Frame(width, height), new Frame(width, height)];
  const planes = new Uint8Array((width * height * 3) / 2);
  for (const number of [0, 8, 16, 24, 32]) {
    input.loadRgb(beforeCheckedRoom(await scene.renderPerson(number)));
    for (const effects of [[], ['flip'], ['mirror', 'flip']]) {
      const look = { mode: 'replace', background: 'color:#000000', blurStrength: 50, effects } as const;
      const pipeline = await Pipeline.create({ width, height, model: DEFAULT_MODEL, look });
      await pipeline.process(input, output);
      await pipeline.close();
      output.storeI420(planes);
      const showing = tileShares(planes).filter((share) => share > 0.4).length;
      assert.equal(
        showing,
        0,
        `${showing} tiles of the room, frame ${number}, ${effects.join() || 'upright'}`,
      );
    }
  }
});
