import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { ffmpeg, i420Of, noFfmpeg, rejects, scratch } from '../testing/files.js';
import { CENTRE } from './background.js';
import { loadBackground } from './load.js';
import { LoopBackground } from './loop.js';
import { PreparedVideo } from './prepared-video.js';
import { openRegular } from './regular-file.js';
import { DEFAULT_LIMITS, transcodeMoving } from './transcode.js';

const SIZE = { width: 160, height: 96 };

function greys(path: string, size: string, seconds: number, ...options: string[]): void {
  const grey = "geq=lum='40+15*mod(N,10)':cb=128:cr=128";
  const source = `color=black:size=${size}:rate=10:duration=${seconds},format=yuv420p,${grey}`;
  ffmpeg('-f', 'lavfi', '-i', source, ...options, path);
}

describe('transcodeMoving', { skip: noFfmpeg() }, () => {
  for (const [name, ...options] of [
    ['in.mp4', '-c:v', 'mpeg4', '-q:v', '2'],
    ['in.gif', '-pix_fmt', 'gray'],
    ['in.png', '-f', 'apng'],
  ] as const) {
    it(`makes a loop of ${name} that plays the same`, async (t) => {
      const folder = await scratch(t);
      const [input, output] = [join(folder, name), join(folder, 'out.mkv')];
      greys(input, '320x200', 1, ...options);
      const made = await transcodeMoving(input, output);
      assert.deepEqual(made, { width: 320, height: 200, frames: 10, duration: 1 });
      const loop = await LoopBackground.open(output, await openRegular(output), SIZE, CENTRE);
      assert.ok(loop);
      for (let i = 0; i < 25; i++) {
        const level = i420Of(loop.frame(5000 + i * 100 + 50))[SIZE.width * 40 + 80] ?? 0;
        assert.ok(Math.abs(level - (40 + 15 * (i % 10))) <= 4, `${level} in frame ${i}`);
      }
      await loop.close();
      assert.equal(loop.warning, undefined);
    });
  }

  it('makes a loop of an animated WebP', async (t) => {
    const folder = await scratch(t);
    const [input, output] = [join(folder, 'in.webp'), join(folder, 'out.mkv')];
    const page = (v: number) =>
      sharp({ create: { width: 60, height: 40, channels: 3, background: { r: v, g: v, b: v } } })
        .png()
        .toBuffer();
    await sharp(await Promise.all([page(0), page(255)]), { join: { animated: true } })
      .webp({ delay: [100, 200] })
      .toFile(input);
    assert.deepEqual(await transcodeMoving(input, output), {
      width: 60,
      height: 40,
      frames: 3,
      duration: 0.3,
    });
  });

  it('scales down what is larger than it need be, and not up', async (t) => {
    const folder = await scratch(t);
    const [input, output] = [join(folder, 'in.mp4'), join(folder, 'out.mkv')];
    greys(input, '640x640', 0.3, '-c:v', 'mpeg4');
    const made = await transcodeMoving(input, output, { ...DEFAULT_LIMITS, cover: SIZE });
    assert.deepEqual([made.width, made.height], [160, 160]);
  });

  it('refuses what is too long, too large, or no moving picture, and leaves nothing', async (t) => {
    const folder = await scratch(t);
    const [input, output] = [join(folder, 'in.mp4'), join(folder, 'out.mkv')];
    greys(input, '320x200', 5, '-c:v', 'mpeg4');
    const limited = (limits: object) => transcodeMoving(input, output, { ...DEFAULT_LIMITS, ...limits });
    await rejects(limited({ maxSeconds: 3 }), 'BadImage', /longer than 3 s/);
    await rejects(limited({ maxBytes: 20_000 }), 'LimitsExceeded', /larger/);
    await rejects(limited({ timeoutMs: 1 }), 'BadImage', /took more than/);
    writeFileSync(input, 'Dear reader');
    await rejects(transcodeMoving(input, output), 'BadImage', /no moving picture/);
    await rejects(transcodeMoving('/nowhere.gif', output), 'UnknownBackground', /nowhere/);
    assert.ok(!existsSync(output));
  });
});

describe('PreparedVideo', { skip: noFfmpeg() }, () => {
  it('goes over from the decoder to a loop that is kept', { timeout: 60_000 }, async (t) => {
    const folder = await scratch(t);
    const [input, loops] = [join(folder, 'in.mp4'), join(folder, 'loops')];
    greys(input, '320x200', 1, '-c:v', 'mpeg4', '-q:v', '2');
    const first = await loadBackground(input, SIZE.width, SIZE.height, { loops });
    assert.ok(first instanceof PreparedVideo);
    first.frame(0);
    await first.settled();
    const level = i420Of(first.frame(0))[SIZE.width * 40 + 80] ?? 0;
    assert.ok(level >= 36, `${level}`);
    await first.close();
    const handle = await openRegular(input);
    const again = await PreparedVideo.open(
      input,
      handle,
      SIZE,
      { x: 0.5, y: 0.5 },
      { folder: loops, key: 'other' },
    );
    assert.ok(again instanceof PreparedVideo, 'another key is another loop');
    await again.close();
    const second = await loadBackground(input, SIZE.width, SIZE.height, { loops });
    assert.ok(!(second instanceof PreparedVideo), 'the loop was kept');
    await second.close();
  });
});
