/**
 * Random changes and frames of one pipeline, each frame compared with the same one composed whole; a process of its own, since
 * some faults need a fresh one. Arguments: seed, steps, and backgrounds.
 */
import { Backdrop, Canvas, Frame, RoomCanvas } from '@backscrub/native';
import { DEFAULT_MODEL, EFFECTS } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import { PersonFinder } from '../person-finder.js';
import { Pipeline } from '../pipeline.js';
import { generator } from './mutate.js';
import { WholeFrame } from './whole-frame.js';

/** Whole tiles (64 x 32) and none. */
const SIZES = [
  [192, 96],
  [130, 98],
  [194, 70],
] as const;
const MODELS = [DEFAULT_MODEL, 'selfie_segmentation_landscape'];

const [seedText = '1', stepsText = '100', ...backgrounds] = process.argv.slice(2);
const random = generator(Number(seedText));
const [width, height] = SIZES[random(SIZES.length)] ?? [192, 96];
const one = <T>(of: readonly T[]): T => of[random(of.length)] as T;

const find = PersonFinder.prototype.find;
let invented: Buffer | undefined;
// Most people are invented: a model finds nobody in noise, and costs more than all the rest.
PersonFinder.prototype.find = async function (this: PersonFinder, input: Frame): Promise<void> {
  if (invented) this.matte.loadAlpha(invented);
  else await find.call(this, input);
};

/** A soft ellipse somewhere. */
function inventPerson(): Buffer {
  const [x0, y0, rx, ry] = [random(width), random(height), 8 + random(width / 2), 8 + random(height / 2)];
  const soft = 1 + random(12);
  const alpha = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot((x - x0) / rx, (y - y0) / ry);
      alpha[y * width + x] = Math.round(255 * Math.max(0, Math.min(1, ((1 - distance) * rx) / soft)));
    }
  }
  return alpha;
}

function randomLook(before: Look): Look {
  const mode = one(['replace', 'replace', 'blur', 'mask', 'passthrough'] as const);
  const effects = random(3) > 0 ? before.effects : EFFECTS.filter(() => random(5) === 0);
  return {
    mode,
    background: random(2) > 0 ? one(backgrounds) : before.background,
    blurStrength: one([0, 1, 50, 100]),
    crossFade: one([0, 0, 200]),
    effects,
  };
}

async function run(): Promise<void> {
  let look: Look = { mode: 'passthrough', background: one(backgrounds), blurStrength: 50, effects: [] };
  const pipeline = await Pipeline.create({ width, height, model: DEFAULT_MODEL, look });
  const whole = await WholeFrame.create(width, height, look);
  const [canvas, room] = [new Canvas(width, height), new RoomCanvas(width, height)];
  const [input, cover] = [new Frame(width, height), new Backdrop(width, height)];
  const camera = Buffer.alloc(width * height * 1.5);
  const [alpha, seen] = [Buffer.alloc(width * height), Buffer.alloc(width * height * 2)];
  let now = 1000;
  for (let step = 0; step < Number(stepsText); step++) {
    if (random(200) === 0) await pipeline.setModel(one(MODELS));
    if (random(20) === 0) {
      cover.fill(16 + random(220), 16 + random(220), 16 + random(220));
      canvas.cover(cover);
    }
    if (random(4) === 0) {
      look = randomLook(look);
      await pipeline.setLook(look);
      await whole.setLook(look);
    }
    if (random(2) === 0) {
      const [base, slope] = [random(200), 1 + random(50)];
      for (let i = 0; i < camera.length; i++) camera[i] = 16 + ((base + i * slope) % 220);
    }
    input.loadI420(camera);
    invented = random(25) === 0 ? undefined : random(3) > 0 && invented ? invented : inventPerson();
    now += random(60);
    const shown = await pipeline.process(input, canvas, now, room);
    if (shown === undefined) throw new Error(`step ${step}: nothing was shown`);
    pipeline.storeAlpha(alpha);
    shown.store(seen);
    const wanted = whole.compose(input, alpha, now);
    // A model's matte knows which tiles have an edge; here that is found out from alpha alone, which may round a soft edge otherwise.
    const tolerance = invented ? 0 : 1;
    const at = wanted.findIndex((value, index) => Math.abs(value - (seen[index] ?? -99)) > tolerance);
    if (at < 0) continue;
    const pixel = Math.floor(at / 2);
    throw new Error(
      `seed ${seedText}, ${width}x${height}, step ${step}: at ${pixel % width},${Math.floor(pixel / width)} is ${seen[at]} ` +
        `instead of ${wanted[at]}, alpha ${alpha[pixel]}, ${JSON.stringify(look)}`,
    );
  }
  await pipeline.close();
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
