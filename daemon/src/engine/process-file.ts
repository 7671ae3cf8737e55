import { stat } from 'node:fs/promises';
import { Frame } from '@backscrub/native';
import { monotonicMs } from '../shared/clock.js';
import { BackscrubError } from '../shared/errors.js';
import type { EngineStatistics, Look } from '../shared/protocol.js';
import type { FileSink } from './file-sink.js';
import { openSink } from './open-sink.js';
import { type OpenCamera, openSource } from './open-source.js';
import { Pipeline, STAGE } from './pipeline.js';
import type { Source } from './source.js';

export interface FileJob {
  /** See openSource. */
  readonly input: string;
  /** See openSink; an older file of that name is replaced when the new one is complete. */
  readonly output: string;
  readonly look: Look;
  /** Model name or path. */
  readonly model: string;
  /** At most so many frames; cameras and generated scenes have no end of their own. */
  readonly maxFrames?: number;
  readonly openCamera?: OpenCamera;
  /** Called after each frame; `total` is undefined when nobody knows, and for some videos only about right. */
  readonly onProgress?: (frame: number, total: number | undefined) => void;
}

export interface FileSummary {
  readonly frames: number;
  /** From the first frame that was asked for to the complete file. */
  readonly seconds: number;
  readonly statistics: EngineStatistics;
}

/** Runs the engine on a file. @throws BackscrubError; the signal's reason when it was aborted. No output is left then. */
export async function processFile(job: FileJob, signal?: AbortSignal): Promise<FileSummary> {
  signal?.throwIfAborted();
  await refuseSameFile(job.input, job.output);
  const source = await openSource(job.input, job.openCamera);
  try {
    if (source.frameCount === undefined && job.maxFrames === undefined && job.input.startsWith('scene:')) {
      throw new BackscrubError(
        'InvalidArgs',
        `${job.input} never ends: give its length, as in scene:1280x720:10.`,
      );
    }
    const { width, height } = source;
    const pipeline = await Pipeline.create({
      width,
      height,
      model: job.model,
      look: job.look,
      offline: true,
      still: source.frameCount === 1,
    });
    try {
      const sink = await openSink(job.output, source);
      try {
        return await run(job, source, pipeline, sink, signal);
      } catch (error) {
        await sink.abort();
        throw error;
      }
    } finally {
      await pipeline.close();
    }
  } finally {
    await source.close();
  }
}

async function run(
  job: FileJob,
  source: Source,
  pipeline: Pipeline,
  sink: FileSink,
  signal: AbortSignal | undefined,
): Promise<FileSummary> {
  const input = new Frame(source.width, source.height);
  const output = new Frame(source.width, source.height);
  const watch = pipeline.stopwatch;
  const last = job.maxFrames ?? Number.POSITIVE_INFINITY;
  const total = source.frameCount === undefined ? job.maxFrames : Math.min(source.frameCount, last);
  const start = monotonicMs();
  let frames = 0;
  const period = (1000 * source.frameRate.denominator) / source.frameRate.numerator;
  while (frames < last) {
    signal?.throwIfAborted();
    watch.start();
    if (!(await source.next(input))) break;
    watch.lap(STAGE.capture);
    await pipeline.process(input, output, frames * period);
    await sink.write(output);
    watch.lap(STAGE.output);
    watch.finish();
    frames++;
    job.onProgress?.(frames, total);
  }
  if (frames === 0) throw new BackscrubError('BadImage', `${job.input} has no frames in it.`);
  await sink.close();
  const seconds = (monotonicMs() - start) / 1000;
  const counters = { frames, dropped: source.dropped, framesPerSecond: frames / seconds };
  return { frames, seconds, statistics: pipeline.statistics(counters) };
}

async function refuseSameFile(input: string, output: string): Promise<void> {
  const [from, to] = await Promise.all([input, output].map((path) => stat(path).catch(() => undefined)));
  if (from?.isFile() && to?.isFile() && from.ino === to.ino && from.dev === to.dev) {
    throw new BackscrubError('InvalidArgs', `${output} is the input: name another output.`);
  }
}
