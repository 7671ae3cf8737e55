import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSink } from '@backscrub/daemon/engine/file-sink.js';
import { writeImage } from '@backscrub/daemon/engine/image-sink.js';
import { openSink } from '@backscrub/daemon/engine/open-sink.js';
import { Pipeline, STAGE } from '@backscrub/daemon/engine/pipeline.js';
import { SceneSource } from '@backscrub/daemon/engine/scene-source.js';
import type { Source } from '@backscrub/daemon/engine/source.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { DEFAULT_BLUR_STRENGTH, type Mode } from '@backscrub/daemon/shared/names.js';
import type { EngineStatistics, Look } from '@backscrub/daemon/shared/protocol.js';
import { Frame } from '@backscrub/native';
import type { DemoOptions } from './arguments.js';
import { writeBackdrop } from './backdrop.js';
import { copyOf, writeSideBySide } from './pictures.js';

/** A written file and what it shows. */
export interface Written {
  readonly path: string;
  readonly what: string;
}

export interface DemoResult {
  readonly files: readonly Written[];
  readonly statistics: EngineStatistics;
  /** Why there is no clip; undefined when there is one. */
  readonly noClip: string | undefined;
}

/** `done` equals `all` when a step is over. */
export type Progress = (what: string, done: number, all: number) => void;

/** The main job on one source: reads, finds the person, composes, writes. */
export async function runDemo(
  options: DemoOptions,
  source: Source,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoResult> {
  const { directory, mode, model } = options;
  await mkdir(directory, { recursive: true });
  const files: Written[] = [];
  const add = (name: string, what: string): string => {
    const path = join(directory, name);
    files.push({ path, what });
    return path;
  };
  const { width, height, frameRate } = source;
  let { background } = options;
  if (background === undefined) {
    background = add('background.png', 'the drawn background');
    await writeBackdrop(background, width, height);
  }
  const wanted = Math.max(1, Math.round((options.seconds * frameRate.numerator) / frameRate.denominator));
  if (source instanceof SceneSource) {
    await source.prepare(wanted, (done, all) => {
      signal.throwIfAborted();
      progress('Drawing the scene', done, all);
    });
  }
  const look: Look = { mode, background, blurStrength: DEFAULT_BLUR_STRENGTH, effects: [] };
  const pipeline = await Pipeline.create({ width, height, model, look });
  try {
    const all = source.frameCount === undefined ? wanted : Math.min(wanted, source.frameCount);
    const { sink, noClip } = await openClip(all, directory, source);
    const shown = await processFrames(source, pipeline, sink, all, progress, signal);
    if (sink) files.push({ path: sink.path, what: `the clip, mode ${mode}` });
    const { before, matte, after, statistics } = shown;
    await writeSideBySide(add('side-by-side.png', 'before, matte and after'), [before, matte, after]);
    await writeImage(add('before.png', 'what the camera saw'), before);
    await writeImage(add('matte.png', 'what was found to be the person'), matte);
    await writeImage(add('after.png', `what a call would see, mode ${mode}`), after);
    for (const other of ['blur', 'replace'] as const satisfies Mode[]) {
      await pipeline.setLook({ ...look, mode: other });
      await pipeline.process(before, after);
      await writeImage(add(`${other}.png`, `the same frame, mode ${other}`), after);
    }
    return { files, statistics, noClip };
  } finally {
    await pipeline.close();
  }
}

interface Shown {
  readonly before: Frame;
  readonly matte: Frame;
  readonly after: Frame;
  readonly statistics: EngineStatistics;
}

/** Runs the frames through and keeps the one that is shown: a little after the middle, or the last one before that. */
async function processFrames(
  source: Source,
  pipeline: Pipeline,
  sink: FileSink | undefined,
  all: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Shown> {
  const { width, height } = source;
  const [input, output, matte] = [
    new Frame(width, height),
    new Frame(width, height),
    new Frame(width, height),
  ];
  const watch = pipeline.stopwatch;
  const showAt = Math.floor((all - 1) * 0.6);
  let kept: { before: Frame; after: Frame } | undefined;
  let frames = 0;
  const start = performance.now();
  try {
    while (frames < all) {
      signal.throwIfAborted();
      watch.start();
      if (!(await source.next(input))) break;
      watch.lap(STAGE.capture);
      await pipeline.process(input, output);
      await sink?.write(output);
      watch.lap(STAGE.output);
      watch.finish();
      if (frames <= showAt) {
        kept ??= { before: copyOf(input), after: copyOf(output) };
        kept.before.copyFrom(input);
        kept.after.copyFrom(output);
        pipeline.storeMatte(matte);
      }
      progress('Processing', ++frames, all);
    }
    progress('Processing', frames, frames);
    if (!kept) throw new BackscrubError('BadImage', 'The input has no frames.');
    const framesPerSecond = (frames * 1000) / (performance.now() - start);
    await sink?.close();
    return {
      ...kept,
      matte,
      statistics: pipeline.statistics({ frames, dropped: source.dropped, framesPerSecond }),
    };
  } catch (error) {
    await sink?.abort();
    throw error;
  }
}

/** The clip is an extra: without ffmpeg the pictures are still worth having. */
async function openClip(
  frames: number,
  directory: string,
  source: Source,
): Promise<{ sink: (FileSink & { path: string }) | undefined; noClip: string | undefined }> {
  if (frames === 1) return { sink: undefined, noClip: 'a single image makes no clip' };
  const path = join(directory, 'clip.mp4');
  try {
    return { sink: Object.assign(await openSink(path, source), { path }), noClip: undefined };
  } catch (error) {
    if (error instanceof BackscrubError && error.code === 'Failed')
      return { sink: undefined, noClip: error.message };
    throw error;
  }
}
