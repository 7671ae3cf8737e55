/**
 * What a frame costs: CPU milliseconds per stage, beside the bare inference measured in the same run.
 *   npm run bench:frame [-- --size WxH] [--mode M] [--blur N] [--background SPEC] [--effects NAMES] [--format YUYV|MJPG]
 *       [--model NAME] [--frames N] [--heap]
 * The camera's and the virtual camera's system calls are not in it; the conversions from and to their formats are.
 */
import { parseArgs } from 'node:util';
import { Pipeline, STAGE } from '@backscrub/daemon/engine/pipeline.js';
import { SceneSource } from '@backscrub/daemon/engine/scene-source.js';
import { Segmenter } from '@backscrub/daemon/models/segmenter.js';
import { DEFAULT_MODEL, isMode } from '@backscrub/daemon/shared/names.js';
import type { Look, StageStatistics } from '@backscrub/daemon/shared/protocol.js';
import { Canvas, decodeMjpg, Frame, RoomCanvas, Stopwatch } from '@backscrub/native';
import sharp from 'sharp';
import { backgroundCost } from './background-cost.js';

const HELP = `bench/frame: CPU milliseconds of a frame, by stage

  --size WxH       frame size (1280x720)
  --mode MODE      passthrough, blur, replace or mask (replace)
  --blur N         strength of mode blur, 0 to 100 (50)
  --format F       what the camera delivers: YUYV or MJPG (YUYV)
  --model NAME     (${DEFAULT_MODEL})
  --effects NAMES  separated by commas; also shows what they add to mode replace
                   with a still, run frame by frame beside it
  --frames N       (600)
  --background B   what stands behind the person; also compared with a plain colour, at 30 frames a second, with
                   the processor time of the child that decodes a video
  --heap           also show the JavaScript heap over the run
  --json`;

/** Frames between two looks at the whole frame, each an inference more (engine/follow-crop.ts). */
const FULL_PERIOD = 15;

const PLAIN = 'color:#336699';

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '1280x720' },
    mode: { type: 'string', default: 'replace' },
    blur: { type: 'string', default: '50' },
    background: { type: 'string', default: PLAIN },
    format: { type: 'string', default: 'YUYV' },
    model: { type: 'string', default: DEFAULT_MODEL },
    effects: { type: 'string', default: '' },
    frames: { type: 'string', default: '600' },
    heap: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** A loop of camera frames as the camera would deliver them. */
async function cameraFrames(width: number, height: number, format: string): Promise<Uint8Array[]> {
  const source = new SceneSource({ width, height });
  const frame = new Frame(width, height);
  const frames: Uint8Array[] = [];
  for (let i = 0; i < 30 && (await source.next(frame)); i++) {
    if (format === 'MJPG') {
      const rgb = Buffer.alloc(width * height * 3);
      frame.storeRgb(rgb);
      const jpeg = sharp(rgb, { raw: { width, height, channels: 3 } }).jpeg({
        quality: 85,
        chromaSubsampling: '4:2:0',
      });
      frames.push(await jpeg.toBuffer());
    } else {
      const bytes = Buffer.alloc(width * height * 2);
      frame.storeYuyv(bytes);
      frames.push(bytes);
    }
  }
  await source.close();
  // There and back, so that nothing jumps.
  return frames.concat(frames.slice(1, -1).reverse());
}

/** Mode replace with a still and nothing else. */
async function plainPipeline(): Promise<{ pipeline: Pipeline; canvas: Canvas }> {
  const still: Look = { mode: 'replace', background: look.background, blurStrength: 50, effects: [] };
  return {
    pipeline: await Pipeline.create({ width, height, model: options.model, look: still }),
    canvas: new Canvas(width, height),
  };
}

async function oneFrame(on: Pipeline, bytes: Uint8Array, target: Canvas): Promise<void> {
  on.stopwatch.start();
  if (options.format === 'MJPG') decodeMjpg(bytes, input);
  else input.loadYuyv(bytes);
  on.stopwatch.lap(STAGE.capture);
  await on.process(input, target, undefined, room);
  on.stopwatch.lap(STAGE.output);
  on.stopwatch.finish();
}

/** The frame to compare with, before or after the other one in turn: whoever is second finds a warm cache. */
async function plainFrame(bytes: Uint8Array): Promise<void> {
  if (!plain) return;
  const before = process.cpuUsage();
  // Its own canvas: what is on it decides what has to be written.
  await oneFrame(plain.pipeline, bytes, plain.canvas);
  const used = process.cpuUsage(before);
  bareCpu += used.user + used.system;
}

/** The sum of all stages but inference, whose own spread is larger than what most effects cost. */
function besideInference(of: Record<string, StageStatistics>): number {
  const names = Object.keys(of).filter((name) => name !== 'inference' && name !== 'frame');
  return names.reduce((sum, name) => sum + (of[name]?.cpuMedian ?? 0), 0);
}

function line(name: string, ...cells: (number | string)[]): void {
  const text = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(3) : cell).padStart(9));
  console.log(`${name.padEnd(24)}${text.join('')}`);
}

if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const [width = 0, height = 0] = options.size.split('x').map(Number);
const { mode } = options;
if (!isMode(mode)) throw new Error(`there is no mode ${mode}`);
const count = Number(options.frames);
const camera = await cameraFrames(width, height, options.format);
const effects = options.effects === '' ? [] : options.effects.split(',');
const look = { mode, background: options.background, blurStrength: Number(options.blur), effects };
const pipeline = await Pipeline.create({ width, height, model: options.model, look });
const plain = effects.length > 0 ? await plainPipeline() : undefined;
const bare = await Segmenter.load(options.model);
const bareWatch = new Stopwatch(1);
const input = new Frame(width, height);
const canvas = new Canvas(width, height);
const room = new RoomCanvas(width, height);
const heap: number[] = [];
const started = process.cpuUsage();
let bareCpu = 0;

for (let i = 0; i < count; i++) {
  const bytes = camera[i % camera.length] as Uint8Array;
  const plainFirst = i % 2 === 1;
  if (plainFirst) await plainFrame(bytes);
  await oneFrame(pipeline, bytes, canvas);
  if (!plainFirst) await plainFrame(bytes);
  if (i % 4 === 0 && !options.heap) {
    // Beside it and as often interrupted: the same model, nothing else.
    const before = process.cpuUsage();
    bareWatch.start();
    await bare.run();
    bareWatch.lap(0);
    bareWatch.finish();
    const used = process.cpuUsage(before);
    bareCpu += used.user + used.system;
  }
  if (options.heap && i % 500 === 0) {
    (globalThis as { gc?: () => void }).gc?.();
    heap.push(process.memoryUsage().heapUsed);
  }
}

const used = process.cpuUsage(started);
const whole = (used.user + used.system - bareCpu) / 1000 / count;
const stages = pipeline.stages();
const inference = bareWatch.summarise(0).cpuMedian;
const frame = stages['frame']?.cpuMedian ?? 0;
const beyond = plain ? besideInference(stages) - besideInference(plain.pipeline.stages()) : undefined;
const allowed = mode === 'passthrough' ? 0 : inference * (1 + 1 / FULL_PERIOD);
if (options.json) {
  console.log(
    JSON.stringify({ ...options, stages, inference, frame, whole, overhead: frame - allowed, beyond }),
  );
} else {
  console.log(
    `${options.size} ${options.format} in, YUYV out, mode ${mode}, ${options.model}, ${count} frames${
      effects.length > 0 ? `, effects ${options.effects}` : ''
    }`,
  );
  line('CPU ms', 'median', 'p99');
  for (const [name, stage] of Object.entries(stages)) line(`  ${name}`, stage.cpuMedian, stage.cpuP99);
  line('  process, mean', whole);
  if (!options.heap) {
    line('bare inference', inference);
    line('frame - inference', frame - allowed, '', '(full-frame passes counted as inference)');
    line('frame / inference', frame / inference);
    if (beyond !== undefined) {
      line('beyond a still', beyond, beyond / inference, '(the second: in parts of an inference)');
    }
  }
  if (heap.length > 0) {
    console.log(`heap, MiB every 500 frames: ${heap.map((bytes) => (bytes / 2 ** 20).toFixed(2)).join(' ')}`);
  }
}
await plain?.pipeline.close();
if (options.background !== PLAIN) {
  const cost = await backgroundCost(pipeline, camera, look, { ...look, background: PLAIN });
  line(`beyond ${PLAIN}`, cost.process, cost.child, '', '(mean; here and in the decoder)');
  line('  together', cost.process + cost.child);
}
await pipeline.close();
await bare.close();
