/** Pictures of blur and of soft edges for the documentation, from the drawn scene; `npm run pictures` writes them, too. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Scene } from '@backscrub/daemon/engine/scene/scene.js';
import { Frame, Matte } from '@backscrub/native';
import sharp, { type OverlayOptions, type Sharp } from 'sharp';

const WIDTH = 1280;
const HEIGHT = 720;
const SCENE_FRAME = 30;
const STRENGTHS = [10, 40, 70, 100] as const;
const SHOWN_WIDTH = 640;
const QUALITY = 82;

interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Hair and shoulder, where halos show. */
const EDGES: readonly Region[] = [
  { left: 540, top: 70, width: 160, height: 160 },
  { left: 340, top: 480, width: 160, height: 160 },
];

/** The backgrounds of the pictures of edges. */
const BEHIND = { dark: [16, 24, 64], green: [0, 150, 60], white: [255, 255, 255] } as const;

/** What is shown side by side: as the camera saw it, the person's own colours, these with light wrap. */
const VARIANTS = [
  { lightWrap: 0, edgeColours: false },
  { lightWrap: 0, edgeColours: true },
  { lightWrap: 0.4, edgeColours: true },
] as const;

function picture(frame: Frame): Sharp {
  const rgb = Buffer.alloc(frame.width * frame.height * 3);
  frame.storeRgb(rgb);
  return sharp(rgb, { raw: { width: frame.width, height: frame.height, channels: 3 } });
}

function jpeg(image: Sharp): Promise<Buffer> {
  return image.jpeg({ quality: QUALITY, mozjpeg: true }).toBuffer();
}

function plain(colour: readonly number[]): Frame {
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let at = 0; at < rgb.length; at++) rgb[at] = colour[at % 3] ?? 0;
  const frame = new Frame(WIDTH, HEIGHT);
  frame.loadRgb(rgb);
  return frame;
}

/** The scene before the camera and a matte of it whose edge is `margin` pixels wide of the truth, as a network's is. */
async function sceneWithMatte(margin: number): Promise<{ camera: Frame; matte: Matte }> {
  const { rgb, alpha } = await new Scene(WIDTH, HEIGHT).compose(SCENE_FRAME);
  const camera = new Frame(WIDTH, HEIGHT);
  camera.loadRgb(rgb);
  const raw = { width: WIDTH, height: HEIGHT, channels: 1 } as const;
  const soft = await sharp(alpha, { raw }).blur(margin).linear(1.6, -20).extractChannel(0).raw().toBuffer();
  const matte = new Matte(WIDTH, HEIGHT, 1, 1);
  matte.loadAlpha(soft);
  return { camera, matte };
}

/** Mode blur at one strength. */
async function blurPicture(camera: Frame, matte: Matte, strength: number): Promise<Buffer> {
  const [behind, output] = [new Frame(WIDTH, HEIGHT), new Frame(WIDTH, HEIGHT)];
  matte.blur(camera, strength, behind);
  matte.compose(camera, behind, output);
  return jpeg(picture(output).resize({ width: SHOWN_WIDTH, kernel: 'lanczos3' }));
}

/** Parts of the picture at twice their size: one row a place, one column a variant. */
async function edgePicture(camera: Frame, matte: Matte, colour: readonly number[]): Promise<Buffer> {
  const behind = plain(colour);
  const output = new Frame(WIDTH, HEIGHT);
  const tiles: OverlayOptions[] = [];
  const [side, gap] = [320, 6];
  for (const [column, { lightWrap, edgeColours }] of VARIANTS.entries()) {
    matte.compose(camera, behind, output, lightWrap, edgeColours);
    for (const [row, region] of EDGES.entries()) {
      const input = await picture(output)
        .extract(region)
        .resize(side, side, { kernel: 'cubic' })
        .png()
        .toBuffer();
      tiles.push({ input, left: column * (side + gap), top: row * (side + gap) });
    }
  }
  const size = { width: VARIANTS.length * (side + gap) - gap, height: EDGES.length * (side + gap) - gap };
  return jpeg(sharp({ create: { ...size, channels: 3, background: '#ffffff' } }).composite(tiles));
}

/** Names of the files, without their ending. */
export const EDGE_PICTURES: readonly string[] = [
  ...STRENGTHS.map((strength) => `blur-${strength}`),
  ...Object.keys(BEHIND).map((name) => `edges-${name}`),
];

/**
 * Writes those whose names begin with `wanted`.
 * @returns the names of the files, and their sizes in bytes
 */
export async function writeEdgePictures(folder: string, wanted = ''): Promise<[string, number][]> {
  const { camera, matte } = await sceneWithMatte(3);
  const made: [string, number][] = [];
  const write = async (name: string, make: () => Promise<Buffer>) => {
    if (!name.startsWith(wanted)) return;
    const bytes = await make();
    await writeFile(join(folder, `${name}.jpg`), bytes);
    made.push([`${name}.jpg`, bytes.length]);
  };
  await mkdir(folder, { recursive: true });
  for (const strength of STRENGTHS)
    await write(`blur-${strength}`, () => blurPicture(camera, matte, strength));
  for (const [name, colour] of Object.entries(BEHIND))
    await write(`edges-${name}`, () => edgePicture(camera, matte, colour));
  return made;
}
