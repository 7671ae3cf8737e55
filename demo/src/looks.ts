/**
 * The pictures of the documentation: `npm run pictures` draws the scene, dresses it in each look of this table and writes
 * docs/pictures/NAME.jpg. `npm run pictures -- effects-h` makes those whose names begin so.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import { SceneSource } from '@backscrub/daemon/engine/scene-source.js';
import { DEFAULT_BACKGROUND, DEFAULT_BLUR_STRENGTH, DEFAULT_MODEL } from '@backscrub/daemon/shared/names.js';
import type { Look } from '@backscrub/daemon/shared/protocol.js';
import { Frame } from '@backscrub/native';
import sharp from 'sharp';
import { writeBackdrop } from './backdrop.js';
import { EDGE_PICTURES, writeEdgePictures } from './edge-pictures.js';

interface NamedLook {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly look: Partial<Look>;
  /** What is left of the camera's light, for what needs a dark room. */
  readonly light?: number;
}

const BACKDROP = 'the drawn background';

const effect = (...effects: string[]): Partial<Look> => ({ mode: 'replace', background: BACKDROP, effects });

const LOOKS: readonly NamedLook[] = [
  { name: 'effects-none', look: effect() },
  { name: 'effects-hologram', look: effect('hologram') },
  { name: 'effects-mirror', look: effect('mirror') },
  { name: 'effects-grayscale', look: effect('grayscale') },
  { name: 'effects-desaturate-background', look: effect('desaturate-background') },
  { name: 'effects-vignette', look: effect('vignette') },
  { name: 'effects-brighten-without', look: effect(), light: 0.3 },
  { name: 'effects-brighten', look: effect('brighten'), light: 0.3 },
  { name: 'effects-blur-background', look: effect('blur-background') },
  { name: 'effects-light-wrap', look: effect('light-wrap') },
];

const WIDTH = 1280;
const HEIGHT = 720;
/** Wide enough to see scan lines and edges, and below 60 kB. */
const SHOWN_WIDTH = 640;
const QUALITY = 82;
/** Of the scene; before it the temporal filters settle. */
const FRAMES = 20;

/** @returns the size of the file in bytes */
async function writePicture(path: string, frame: Frame): Promise<number> {
  const rgb = Buffer.alloc(frame.width * frame.height * 3);
  frame.storeRgb(rgb);
  const jpeg = await sharp(rgb, { raw: { width: frame.width, height: frame.height, channels: 3 } })
    .resize({ width: SHOWN_WIDTH, kernel: 'lanczos3' })
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer();
  await writeFile(path, jpeg);
  return jpeg.length;
}

/** Less light on the sensor, before anything sees the picture. */
function dim(frame: Frame, light: number): void {
  const rgb = Buffer.alloc(frame.width * frame.height * 3);
  frame.storeRgb(rgb);
  frame.loadRgb(rgb.map((value) => Math.round(value * light)));
}

async function make({ look, light }: NamedLook, backdrop: string): Promise<Frame> {
  const whole: Look = {
    mode: 'replace',
    background: DEFAULT_BACKGROUND,
    blurStrength: DEFAULT_BLUR_STRENGTH,
    effects: [],
    ...look,
  };
  const background = whole.background === BACKDROP ? backdrop : whole.background;
  const pipeline = await Pipeline.create({
    width: WIDTH,
    height: HEIGHT,
    model: DEFAULT_MODEL,
    look: { ...whole, background },
  });
  const source = new SceneSource({ width: WIDTH, height: HEIGHT });
  const [input, output] = [new Frame(WIDTH, HEIGHT), new Frame(WIDTH, HEIGHT)];
  for (let i = 0; i < FRAMES && (await source.next(input)); i++) {
    if (light !== undefined) dim(input, light);
    await pipeline.process(input, output);
  }
  await source.close();
  await pipeline.close();
  return output;
}

const [wanted = ''] = process.argv.slice(2);
const chosen = LOOKS.filter(({ name }) => name.startsWith(wanted));
const names = [...LOOKS.map(({ name }) => name), ...EDGE_PICTURES];
if (!names.some((name) => name.startsWith(wanted))) {
  process.stderr.write(`pictures: none begins with "${wanted}"; there are ${names.join(', ')}.\n`);
  process.exit(2);
}
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../docs/pictures');
const temporary = await mkdtemp(join(tmpdir(), 'backscrub-pictures-'));
try {
  await mkdir(folder, { recursive: true });
  const backdrop = join(temporary, 'backdrop.png');
  await writeBackdrop(backdrop, WIDTH, HEIGHT);
  for (const look of chosen) {
    const bytes = await writePicture(join(folder, `${look.name}.jpg`), await make(look, backdrop));
    process.stdout.write(`docs/pictures/${look.name}.jpg  ${Math.ceil(bytes / 1024)} KiB\n`);
  }
  for (const [name, bytes] of await writeEdgePictures(folder, wanted))
    process.stdout.write(`docs/pictures/${name}  ${Math.ceil(bytes / 1024)} KiB\n`);
} finally {
  await rm(temporary, { recursive: true });
}
