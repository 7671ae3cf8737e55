/**
 * Makes what the guest's camera shows and what frames are compared with: node prepare.js FOLDER. Does nothing when the
 * folder has it already. Takes about a minute.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Scene } from '@backscrub/daemon/engine/scene/scene.js';
import sharp from 'sharp';
import { beforeCheckedRoom, CHECKED, checkedSigns } from './checks.js';
import { packFrames, splitJpegs, truncateSome } from './frames.js';
import { paintBackground, paintColourCard, VIRTUAL } from './pictures.js';
import { References, withPicture } from './references.js';
import { cover, type Size, shareChroma, toYuyv } from './yuyv.js';

export const CLIP_FRAMES = 178;
/** Frames of the clip with the checked room, which is shown forwards and backwards: it has no jump. */
const CHECKED_FRAMES = 40;

function ffmpeg(args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
}

function rawInput({ width, height }: Size, file: string): string[] {
  return [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuyv422',
    '-video_size',
    `${width}x${height}`,
    '-framerate',
    '30',
    '-i',
    file,
  ];
}

/** The colour matrix and ranges are said, not guessed: BT.601, limited in, full (JFIF) out. */
const TO_JPEG = [
  '-vf',
  'scale=in_color_matrix=bt601:out_color_matrix=bt601:in_range=limited:out_range=full',
  '-pix_fmt',
  'yuvj422p',
  '-c:v',
  'mjpeg',
];

async function makeClip(folder: string, size: Size): Promise<void> {
  const name = `${size.width}x${size.height}`;
  const scene = new Scene(size.width, size.height);
  const same = size.width === VIRTUAL.width && size.height === VIRTUAL.height;
  const seen = (yuyv: Uint8Array): Uint8Array => shareChroma(yuyv, VIRTUAL);
  const enlarge = (rgb: Uint8Array): Uint8Array => (same ? rgb : cover(rgb, size, VIRTUAL, 3));
  const references = new References(VIRTUAL);
  const raw = join(folder, 'clip.yuyv');
  const pictures = join(folder, 'clip.mjpg');
  const file = openSync(raw, 'w');
  const clip = openSync(join(folder, `clip-${name}-YUYV.frames`), 'w');
  for (let number = 0; number < CLIP_FRAMES; number++) {
    const { rgb, alpha } = await scene.compose(number);
    const frame = toYuyv(rgb, size);
    writeSync(file, frame);
    writeSync(clip, packFrames([Buffer.from(frame)]));
    references.addFrame(
      seen(same ? frame : toYuyv(enlarge(rgb), VIRTUAL)),
      same ? alpha : cover(alpha, size, VIRTUAL, 1),
    );
    if (number % 30 === 29) process.stdout.write(`clip ${name}: ${number + 1} of ${CLIP_FRAMES} frames\n`);
  }
  closeSync(file);
  closeSync(clip);
  ffmpeg([...rawInput(size, raw), ...TO_JPEG, '-q:v', '2', '-f', 'mjpeg', pictures]);
  const jpegs = splitJpegs(readFileSync(pictures));
  if (jpegs.length !== CLIP_FRAMES) throw new Error(`the MJPG clip has ${jpegs.length} frames`);
  writeFileSync(join(folder, `clip-${name}-MJPG.frames`), packFrames(jpegs));
  writeFileSync(join(folder, `damaged-${name}.frames`), packFrames(truncateSome(jpegs, 4, 0.5)));
  for (const intermediate of [raw, pictures]) rmSync(intermediate);
  const room = seen(toYuyv(enlarge(await scene.renderRoom()), VIRTUAL));
  const background = seen(toYuyv(paintBackground(VIRTUAL), VIRTUAL));
  writeFileSync(
    join(folder, `references-${name}.bin`),
    withPicture(references.finish(room), 'background', background),
  );
}

/** The person before the checked room, for guest/feeder.c, and the room's signs for guest/tiles.h. */
async function makeCheckedClip(folder: string): Promise<void> {
  const { width, height } = CHECKED;
  const scene = new Scene(width, height);
  const frames: Buffer[] = [];
  for (let number = 0; number < CHECKED_FRAMES; number++) {
    const rgb = beforeCheckedRoom(await scene.renderPerson(number));
    frames.push(packFrames([Buffer.from(toYuyv(rgb, CHECKED))]));
  }
  const file = openSync(join(folder, 'checked.frames'), 'w');
  for (const frame of [...frames, ...frames.slice(1, -1).reverse()]) writeSync(file, frame);
  closeSync(file);
  writeFileSync(join(folder, 'checked.signs'), checkedSigns());
}

async function savePng(file: string, rgb: Uint8Array, { width, height }: Size): Promise<void> {
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

async function makePictures(folder: string): Promise<void> {
  await savePng(join(folder, 'background.png'), paintBackground(VIRTUAL), VIRTUAL);
  const card = paintColourCard(VIRTUAL);
  const yuyv = toYuyv(card, VIRTUAL);
  writeFileSync(join(folder, 'colours-yuyv.frames'), packFrames([Buffer.from(yuyv)]));
  const rgb = join(folder, 'colours.rgb');
  writeFileSync(rgb, card);
  const jpeg = join(folder, 'colours.mjpg');
  ffmpeg([
    ...[
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-video_size',
      `${VIRTUAL.width}x${VIRTUAL.height}`,
      '-i',
      rgb,
    ],
    ...['-vf', 'scale=out_color_matrix=bt601:out_range=full:flags=accurate_rnd', '-pix_fmt', 'yuvj422p'],
    ...['-c:v', 'mjpeg', '-qmin', '1', '-q:v', '1', '-f', 'mjpeg', jpeg],
  ]);
  writeFileSync(join(folder, 'colours-mjpg.frames'), packFrames([readFileSync(jpeg)]));
  await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#345' } })
    .png({ compressionLevel: 9 })
    .toFile(join(folder, '100-megapixels.png'));
  writeFileSync(join(folder, 'text.png'), 'This is a shopping list: bread, milk, a webcam.\n');
}

/** Everything that the files depend on: this room's code and the scene's. */
function keyOf(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const scene = dirname(fileURLToPath(import.meta.resolve('@backscrub/daemon/engine/scene/scene.js')));
  const hash = createHash('sha256');
  const files = [
    ...['prepare', 'references', 'checks', 'yuyv', 'pictures', 'frames'].map((name) =>
      join(here, `${name}.js`),
    ),
    ...readdirSync(scene)
      .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'))
      .map((name) => join(scene, name)),
  ];
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

async function main(folder: string): Promise<void> {
  const stamp = join(folder, 'key');
  const key = keyOf();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await makePictures(folder);
  await makeClip(folder, { width: 1280, height: 720 });
  await makeClip(folder, { width: 640, height: 480 });
  await makeCheckedClip(folder);
  writeFileSync(stamp, key);
}

await main(process.argv[2] ?? '');
