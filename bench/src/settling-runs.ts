/** Runs of the pipeline over clips with a true alpha plane in which the matte starts over somewhere. */
import { join } from 'node:path';
import { Pipeline } from '@backscrub/daemon/engine/pipeline.js';
import { Scene } from '@backscrub/daemon/engine/scene/scene.js';
import { DEFAULT_MODEL } from '@backscrub/daemon/shared/names.js';
import type { Look } from '@backscrub/daemon/shared/protocol.js';
import { Frame } from '@backscrub/native';
import { type Leak, meanLeak, Truth } from './leak.js';
import { type DevItem, readClip } from './media.js';

/** Frames in which the matte settles. */
export const SETTLING = 15;
const OTHER_MODEL = 'selfie_segmentation_landscape';
/** Frames before something changes in mid-clip. */
const BEFORE = 25;

export interface Clip {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Frame[];
  readonly truths: readonly Truth[];
}

/** A clip from the frame `from` on; something happens before the frame `at`, from where on the matte has to settle. */
interface Run {
  readonly clip: Clip;
  readonly from: number;
  readonly at: number;
  readonly effects?: readonly [before: readonly string[], after: readonly string[]];
  readonly model?: readonly [before: string, after: string];
  /** What is seen before another camera comes. */
  readonly camera?: Clip;
}

export interface Settling {
  readonly name: string;
  /** The first frames after the change, and all that follow. */
  readonly first: Leak;
  readonly rest: Leak;
  /** Of each frame from the change on. */
  readonly frames: readonly Leak[];
}

export async function loadClip(shared: string, item: DevItem): Promise<Clip> {
  const [width = 0, height = 0] = item.size.split('x').map(Number);
  const folder = join(shared, 'media/dev');
  const frames: Frame[] = [];
  for await (const frame of readClip(join(folder, item.file), width, height)) {
    const kept = new Frame(width, height);
    kept.copyFrom(frame);
    frames.push(kept);
  }
  const truths: Truth[] = [];
  const planes = Buffer.alloc((width * height * 3) / 2);
  for await (const frame of readClip(join(folder, item.alpha), width, height, 'gray')) {
    frame.storeI420(planes);
    truths.push(new Truth(Uint8Array.from(planes.subarray(0, width * height)), width, height));
  }
  return { name: item.file.replace(/^.*\/|\.\w+$/g, ''), width, height, frames, truths };
}

/** The drawn scene as a clip. */
export async function drawClip(width: number, height: number, count: number): Promise<Clip> {
  const scene = new Scene(width, height);
  const frames: Frame[] = [];
  const truths: Truth[] = [];
  for (let number = 0; number < count; number++) {
    const { rgb, alpha } = await scene.compose(number);
    const frame = new Frame(width, height);
    frame.loadRgb(rgb);
    frames.push(frame);
    truths.push(new Truth(alpha, width, height));
  }
  return { name: 'drawn', width, height, frames, truths };
}

/** From the start, from ten other places, and what can change in mid-clip, at several places. */
export function runsOf(clip: Clip, other: Clip): Map<string, readonly Run[]> {
  const last = clip.frames.length - 3 * SETTLING;
  const places = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => Math.round(from + ((last - from) * i) / (count - 1)));
  const inMidClip = places(4, BEFORE);
  const changes = (change: Omit<Run, 'clip' | 'from' | 'at'>) =>
    inMidClip.map((at) => ({ clip, from: at - BEFORE, at, ...change }));
  return new Map<string, readonly Run[]>([
    ['start', [{ clip, from: 0, at: 0 }]],
    ['ten other starts', places(10, 10).map((at) => ({ clip, from: at, at }))],
    ['mirror', changes({ effects: [[], ['mirror']] })],
    ['mirror off', changes({ effects: [['mirror'], []] })],
    ['flip off', changes({ effects: [['flip'], []] })],
    ['flip', changes({ effects: [[], ['flip']] })],
    ['turned by 180', changes({ effects: [['mirror', 'flip'], []] })],
    ['upside down', inMidClip.map((at) => ({ clip, from: at, at, effects: [['flip'], ['flip']] }))],
    ['other camera', changes({ camera: other })],
    ['other model', changes({ model: [DEFAULT_MODEL, OTHER_MODEL] })],
    ['model back', changes({ model: [OTHER_MODEL, DEFAULT_MODEL] })],
  ]);
}

/** Starts at many more places than those of `runsOf`. */
export function startsOf(clip: Clip, every: number): Map<string, readonly Run[]> {
  const runs: Run[] = [];
  for (let at = 0; at <= clip.frames.length - 3 * SETTLING; at += every) runs.push({ clip, from: at, at });
  return new Map([[`starts from every ${every}th frame`, runs]]);
}

export async function settle(run: Run, tuning = {}, count = Number.POSITIVE_INFINITY): Promise<Settling> {
  const { clip, from, at, effects = [[], []], model = [DEFAULT_MODEL, DEFAULT_MODEL], camera } = run;
  const { width, height } = clip;
  const look: Look = { mode: 'mask', background: 'color:#000000', blurStrength: 50, effects: effects[0] };
  const pipeline = await Pipeline.create({ width, height, model: model[0], look });
  pipeline.tune(tuning);
  const output = new Frame(width, height);
  const alpha = Buffer.alloc(width * height);
  const turn = { mirror: effects[1].includes('mirror'), flip: effects[1].includes('flip') };
  const leaks: Leak[] = [];
  const before = camera?.frames.slice(0, at - from) ?? clip.frames.slice(from, at);
  for (const frame of before) await pipeline.process(frame, output);
  if (camera) pipeline.reset();
  if (model[0] !== model[1]) await pipeline.setModel(model[1]);
  if (effects[0].join() !== effects[1].join()) await pipeline.setLook({ ...look, effects: effects[1] });
  for (let i = at; i < Math.min(at + count, clip.frames.length); i++) {
    await pipeline.process(clip.frames[i] as Frame, output);
    pipeline.storeAlpha(alpha);
    const truth = clip.truths[i] as Truth;
    leaks.push((turn.mirror || turn.flip ? truth.turned(turn) : truth).measure(alpha));
  }
  await pipeline.close();
  return {
    name: `${clip.name} ${at}`,
    first: meanLeak(leaks.slice(0, SETTLING)),
    rest: meanLeak(leaks.slice(SETTLING)),
    frames: leaks,
  };
}
