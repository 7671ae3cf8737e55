import assert from 'node:assert/strict';
import { readdir, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Frame } from '@backscrub/native';
import { drain, i420Of, patternFrame, rejects, scratch, scratchFile } from './testing/files.js';
import { parseY4mHeader, UnsupportedY4m } from './y4m-header.js';
import { Y4mSink } from './y4m-sink.js';
import { Y4mSource } from './y4m-source.js';

const FORMAT = { width: 6, height: 4, frameRate: { numerator: 30000, denominator: 1001 } };

test('what the sink writes, the source reads: samples, size, rate and count', async (t) => {
  const path = join(await scratch(t), 'clip.y4m');
  const frames = [1, 2, 3].map((seed) => patternFrame(6, 4, seed));
  const sink = await Y4mSink.create(path, FORMAT);
  for (const frame of frames) await sink.write(frame);
  await sink.close();
  const source = await Y4mSource.open(path);
  assert.deepEqual([source.width, source.height, source.frameCount], [6, 4, 3]);
  assert.deepEqual(source.frameRate, FORMAT.frameRate);
  assert.deepEqual(await drain(source), frames.map(i420Of));
});

test('a sink that is not closed, or aborted, leaves nothing under the name', async (t) => {
  const path = join(await scratch(t), 'clip.y4m');
  const sink = await Y4mSink.create(path, FORMAT);
  await sink.write(patternFrame(6, 4, 1));
  assert.ok(!(await readdir(dirname(path))).includes('clip.y4m'));
  await sink.abort();
  assert.deepEqual(await readdir(dirname(path)), []);
});

test('an older file stays as it was until the new one is complete', async (t) => {
  const path = await scratchFile(t, 'clip.y4m', 'old');
  const sink = await Y4mSink.create(path, FORMAT);
  await sink.write(patternFrame(6, 4, 1));
  assert.equal(await readFile(path, 'utf8'), 'old');
  await sink.close();
  assert.match(await readFile(path, 'latin1'), /^YUV4MPEG2 W6 H4 F30000:1001 /);
});

test('full range becomes limited range', async (t) => {
  const luma = [0, 255, 128, 64];
  const path = await scratchFile(
    t,
    'full.y4m',
    Buffer.concat([
      Buffer.from('YUV4MPEG2 W2 H2 F25:1 C420jpeg XCOLORRANGE=FULL\nFRAME\n'),
      Buffer.from([...luma, 0, 255]),
    ]),
  );
  const [frame] = await drain(await Y4mSource.open(path));
  assert.deepEqual([...(frame ?? [])], [16, 235, 126, 71, 16, 240]);
});

test('parameters of a frame are passed over, an unknown length stays unknown', async (t) => {
  const frame = Buffer.concat([Buffer.from('FRAME Ip XNOTE=a b\n'), Buffer.from([16, 17, 18, 19, 128, 128])]);
  const path = await scratchFile(
    t,
    'x.y4m',
    Buffer.concat([Buffer.from('YUV4MPEG2 W2 H2 F25:1\n'), frame, frame]),
  );
  const source = await Y4mSource.open(path);
  assert.equal(source.frameCount, undefined);
  assert.deepEqual(
    (await drain(source)).map((bytes) => bytes[3]),
    [19, 19],
  );
});

test('a header is read as the format says', () => {
  const header = (text: string) => parseY4mHeader(`YUV4MPEG2 ${text}`);
  assert.deepEqual(header('W2 H4 F0:0'), {
    width: 2,
    height: 4,
    frameRate: { numerator: 30, denominator: 1 },
    fullRange: false,
  });
  assert.equal(header('W2 H4 C420mpeg2 Ip A0:0 XCOLORRANGE=LIMITED').fullRange, false);
  for (const chroma of ['420', '420jpeg', '420paldv', '420mpeg2'])
    assert.equal(header(`W2 H4 C${chroma}`).width, 2);
});

test('other forms are told apart from broken ones, since ffmpeg can read them', () => {
  for (const text of [
    'W2 H2 C422',
    'W2 H2 C444',
    'W2 H2 Cmono',
    'W2 H2 C420p10',
    'W2 H2 It',
    'W2 H2 Ib',
    'W3 H2',
    'W2 H3',
  ]) {
    assert.throws(() => parseY4mHeader(`YUV4MPEG2 ${text}`), UnsupportedY4m, text);
  }
});

const HOSTILE: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['no magic', 'RIFF....\n', /no YUV4MPEG2/],
  ['magic only', 'YUV4MPEG2\n', /no width and height/],
  ['no line feed', 'YUV4MPEG2 W2 H2', /no YUV4MPEG2 header/],
  ['endless header', `YUV4MPEG2 ${'X'.repeat(100_000)}\n`, /no YUV4MPEG2 header/],
  ['zero width', 'YUV4MPEG2 W0 H2\n', /width "0"/],
  ['huge size', 'YUV4MPEG2 W999999999 H999999999\n', /width "999999999"/],
  ['size beyond integers', `YUV4MPEG2 W${'9'.repeat(40)} H2\n`, /width/],
  ['negative size', 'YUV4MPEG2 W-2 H2\n', /width "-2"/],
  ['size with letters', 'YUV4MPEG2 W2e3 H2\n', /width "2e3"/],
  ['terminal escape', 'YUV4MPEG2 W\u001b[2J H2\n', /width "\?\[2J"/],
  ['rate without denominator', 'YUV4MPEG2 W2 H2 F25\n', /frame rate "25"/],
  ['absurd rate', 'YUV4MPEG2 W2 H2 F999999999:1\n', /more than 1000/],
  ['empty', '', /no YUV4MPEG2 header/],
];
for (const [name, contents, words] of HOSTILE) {
  test(`refused: ${name}`, async (t) => {
    await rejects(Y4mSource.open(await scratchFile(t, 'bad.y4m', contents)), 'BadImage', words);
  });
}

test('a damaged stream is named with its frame, not taken for the end', async (t) => {
  const path = join(await scratch(t), 'clip.y4m');
  const sink = await Y4mSink.create(path, FORMAT);
  await sink.write(patternFrame(6, 4, 1));
  await sink.write(patternFrame(6, 4, 2));
  await sink.close();
  const { length } = await readFile(path);
  for (const missing of [1, 36, 39]) {
    await truncate(path, length - missing);
    await rejects(drain(await Y4mSource.open(path)), 'BadImage', /ends in the middle of frame 2/);
  }
});

test('what stands where a frame should start is refused, also without end', async (t) => {
  for (const [tail, words] of [
    ['GARBAGE', /no header before frame 1/],
    [`FRAME ${'x'.repeat(1000)}`, /no end of the header before frame 1/],
  ] as const) {
    const path = await scratchFile(t, 'bad.y4m', `YUV4MPEG2 W2 H2\n${tail}`);
    const source = await Y4mSource.open(path);
    await rejects(source.next(new Frame(2, 2)), 'BadImage', words);
    await source.close();
  }
});
