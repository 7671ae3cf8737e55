import assert from 'node:assert/strict';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Frame } from '@backscrub/native';
import { FfmpegProcess, lastLine } from './ffmpeg-process.js';
import { FfmpegSink } from './ffmpeg-sink.js';
import { FfmpegSource } from './ffmpeg-source.js';
import { colourCard } from './scene/colour-card.js';
import { i420FromRgb, rgbAt } from './testing/exact-colour.js';
import { drain, ffmpeg, i420Of, noFfmpeg, patternFrame, rejects, scratch } from './testing/files.js';
import { parseProbe } from './video-probe.js';

const skip = noFfmpeg() ?? false;
const RATE = { numerator: 25, denominator: 1 };

async function writeCard(path: string, width: number, height: number, frames: number): Promise<void> {
  const frame = new Frame(width, height);
  frame.loadI420(i420FromRgb(colourCard(width, height).rgb, width, height));
  const sink = await FfmpegSink.create(path, { width, height, frameRate: RATE });
  for (let i = 0; i < frames; i++) await sink.write(frame);
  await sink.close();
}

/** The largest difference between a patch's colour and what the frame shows there. */
function worstError(frame: Frame): { name: string; error: number } {
  const { width, height } = frame;
  const bytes = i420Of(frame);
  let worst = { name: '', error: 0 };
  for (const patch of colourCard(width, height).patches) {
    for (let y = patch.y; y < patch.y + patch.height; y++) {
      for (let x = patch.x; x < patch.x + patch.width; x++) {
        const shown = rgbAt(bytes, width, height, x, y);
        patch.rgb.forEach((value, channel) => {
          const error = Math.abs((shown[channel] ?? 0) - value);
          if (error > worst.error) worst = { name: patch.name, error };
        });
      }
    }
  }
  return worst;
}

/** Opened sources are closed even when a check fails: a child that waits would keep the test alive. */
async function opened(t: TestContext, path: string): Promise<FfmpegSource> {
  const source = await FfmpegSource.open(path);
  t.after(() => source.close());
  return source;
}

test('a small video is read to its end after ffmpeg has ended', { skip }, async (t) => {
  const path = join(await scratch(t), 'small.mkv');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=12:duration=1', path);
  const source = await opened(t, path);
  const frame = new Frame(64, 48);
  // As long as a model takes to load.
  await delay(500);
  let frames = 0;
  for (; await source.next(frame); frames++) await delay(5);
  assert.equal(frames, 12);
});

for (const [ending, width, height] of [
  ['mp4', 640, 360],
  ['mkv', 1280, 720],
  ['webm', 640, 360],
] as const) {
  test(`known colours survive ${ending} at ${width}x${height} within 3 levels`, { skip }, async (t) => {
    const path = join(await scratch(t), `card.${ending}`);
    await writeCard(path, width, height, 3);
    const source = await opened(t, path);
    assert.deepEqual([source.width, source.height, source.frameRate], [width, height, RATE]);
    const frame = new Frame(width, height);
    for (let i = 0; i < 3; i++) {
      assert.ok(await source.next(frame), `frame ${i + 1} is missing`);
      const { name, error } = worstError(frame);
      assert.ok(error <= 3, `${name} is off by ${error}`);
    }
    assert.equal(await source.next(frame), false);
  });
}

test('BT.709 and full range files arrive as BT.601, limited', { skip }, async (t) => {
  const path = join(await scratch(t), 'full.mkv');
  const colours = 'scale=out_color_matrix=bt709:out_range=pc,format=yuv444p';
  ffmpeg(
    ...[
      '-f',
      'lavfi',
      '-i',
      'color=c=0xff0000:s=64x48:r=25:d=0.2,format=gbrp',
      '-vf',
      colours,
      '-c:v',
      'ffv1',
    ],
    ...['-colorspace', 'bt709', '-color_range', 'pc', path],
  );
  const source = await opened(t, path);
  const frame = new Frame(64, 48);
  assert.ok(await source.next(frame));
  const [red = 0, green = 0, blue = 0] = rgbAt(i420Of(frame), 64, 48, 32, 24);
  assert.ok(red >= 252 && green <= 3 && blue <= 3, `red came as ${red}, ${green}, ${blue}`);
});

test('odd sizes become even, all frames come', { skip }, async (t) => {
  const path = join(await scratch(t), 'odd.mkv');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=101x77:r=10:d=1', '-c:v', 'ffv1', path);
  const source = await opened(t, path);
  assert.deepEqual([source.width, source.height, source.frameRate.numerator], [100, 76, 10]);
  assert.equal((await drain(source)).length, 10);
});

test('names that look like options or protocols are files', { skip }, async (t) => {
  const directory = await scratch(t);
  for (const name of ['-i.mkv', 'a:b %d.mkv', 'http:x.mkv']) {
    const path = join(directory, name);
    await writeCard(path, 192, 192, 2);
    assert.equal((await drain(await FfmpegSource.open(path))).length, 2);
  }
});

test('who stops early leaves no process and no output behind', { skip }, async (t) => {
  const path = join(await scratch(t), 'long.mkv');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=640x480:r=30:d=4', '-c:v', 'mpeg4', path);
  const source = await opened(t, path);
  const frame = new Frame(640, 480);
  assert.ok(await source.next(frame));
  await source.close();
  assert.equal(await source.next(frame), false);
  const sink = await FfmpegSink.create(join(dirname(path), 'out.mp4'), {
    width: 640,
    height: 480,
    frameRate: RATE,
  });
  await sink.write(frame);
  await sink.abort();
  assert.deepEqual(await readdir(dirname(path)), ['long.mkv']);
});

test('text, noise and a broken clip are refused with a reason', { skip }, async (t) => {
  const directory = await scratch(t);
  const files: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['notes.txt', 'Remember the milk\n'.repeat(100), /notes\.txt has no pictures|not a video/],
    [
      'noise.mp4',
      Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)),
      /not a video|no pictures/,
    ],
    ['empty.mkv', '', /not a video/],
  ];
  for (const [name, contents, words] of files) {
    const path = join(directory, name);
    await writeFile(path, contents);
    await rejects(FfmpegSource.open(path), 'BadImage', words);
  }
});

test('a sound file has no pictures', { skip }, async (t) => {
  const path = join(await scratch(t), 'sound.wav');
  ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.2', path);
  await rejects(FfmpegSource.open(path), 'BadImage', /no pictures in it/);
});

test('an encoder that cannot go on is quoted, and nothing is left', { skip }, async (t) => {
  const directory = await scratch(t);
  const sink = FfmpegSink.create(join(directory, 'clip.nosuchcontainer'), {
    width: 64,
    height: 48,
    frameRate: RATE,
  });
  const frame = patternFrame(64, 48, 1);
  const attempt = (async () => {
    const opened = await sink;
    try {
      for (let i = 0; i < 1000; i++) await opened.write(frame);
      await opened.close();
    } finally {
      await opened.abort();
    }
  })();
  await rejects(attempt, 'Failed', /could not write .*clip\.nosuchcontainer: /);
  assert.deepEqual(await readdir(directory), []);
});

test('a missing ffmpeg is named with the package', async () => {
  const process = new FfmpegProcess([], {}, 'ffmpeg-that-is-not-there');
  await process.ended;
  assert.match(process.failure('read x')?.message ?? '', /not installed.*package "ffmpeg"/);
});

test('a child that dies by a signal or with words is told apart', { skip }, async (t) => {
  const killed = new FfmpegProcess(['-f', 'rawvideo', '-s', '2x2', '-i', 'pipe:0', '-f', 'null', '-'], {});
  await killed.kill();
  assert.match(killed.failure('read x')?.message ?? '', /ended by SIGKILL before it could read x/);
  const script = join(await scratch(t), 'fake');
  await writeFile(script, '#!/bin/sh\necho "[mov @ 0x55d] moov atom not found" >&2\nexit 3\n');
  await chmod(script, 0o755);
  const failed = new FfmpegProcess([], { code: [script] }, script);
  await failed.ended;
  assert.equal(failed.failure('read x')?.message, 'ffmpeg could not read x: moov atom not found.');
});

test('the last line of a complaint has no control characters', () => {
  assert.equal(lastLine('first\nbad \u001b[31mthing\n\n'), 'bad ?[31mthing');
  assert.equal(lastLine(''), 'no reason given');
});

test('what ffprobe says is not trusted', () => {
  const probe = (stream: object, format: object = {}) =>
    parseProbe('x', JSON.stringify({ streams: [stream], format: { format_name: 'mov', ...format } }));
  const fine = { width: 640, height: 480, avg_frame_rate: '30/1', r_frame_rate: '30/1' };
  assert.deepEqual(probe({ ...fine, nb_frames: '7' }).frameCount, 7);
  assert.equal(probe(fine).frameCount, undefined);
  assert.equal(probe(fine, { duration: '2.0' }).frameCount, 60);
  assert.equal(probe({ ...fine, avg_frame_rate: '29/2' }).variableRate, true);
  assert.deepEqual(probe({ ...fine, avg_frame_rate: '0/0', r_frame_rate: '90000/1' }).frameRate, {
    numerator: 30,
    denominator: 1,
  });
  const turned = probe({ ...fine, side_data_list: [{ rotation: -90 }] });
  assert.deepEqual([turned.width, turned.height], [480, 640]);
  const wide = probe({ ...fine, width: 720, height: 576, sample_aspect_ratio: '16:11' });
  assert.deepEqual([wide.width, wide.height], [1046, 576]);
  for (const width of [0, -5, 1e9, 'x']) assert.throws(() => probe({ ...fine, width }), /picture size/);
  assert.throws(() => parseProbe('x', '{"streams":[],"format":{"format_name":"mov"}}'), /no pictures/);
});
