import { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { POSE_COUNT, poseIndex } from './scene/pose.js';
import { Scene } from './scene/scene.js';
import type { FrameRate, Source } from './source.js';

/** Rendered frames that are kept; a longer loop would not show more. */
const CACHE_BYTES = 128 * 1024 * 1024;

export interface SceneOptions {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** Undefined: the scene never ends. */
  readonly frameCount: number | undefined;
}

const DEFAULTS: SceneOptions = {
  width: 1280,
  height: 720,
  frameRate: { numerator: 30, denominator: 1 },
  frameCount: undefined,
};

/**
 * The drawn scene as a source. A frame is rendered when its pose comes for the first time and copied from then on.
 * Above 1280x720 not every pose fits into memory: the person then moves at a half, a third ... of the rate.
 */
export class SceneSource implements Source {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  readonly frameCount: number | undefined;
  readonly dropped = 0;
  readonly scene: Scene;
  readonly #frames = new Map<number, Frame>();
  readonly #poseStep: number;
  #position = 0;

  /** @throws BackscrubError InvalidArgs when the size is not possible */
  constructor(options: Partial<SceneOptions> = {}) {
    const { width, height, frameRate, frameCount } = { ...DEFAULTS, ...options };
    try {
      this.scene = new Scene(width, height);
    } catch (error) {
      throw new BackscrubError('InvalidArgs', `${(error as Error).message}.`);
    }
    this.width = width;
    this.height = height;
    this.frameRate = frameRate;
    this.frameCount = frameCount;
    const fitting = Math.max(1, Math.floor(CACHE_BYTES / ((width * height * 3) / 2)));
    this.#poseStep = Math.ceil(POSE_COUNT / fitting);
  }

  /** The number of the scene's frame that is shown as frame `position`: what to ask `scene` for. */
  sceneFrame(position: number): number {
    const pose = poseIndex(position);
    return pose - (pose % this.#poseStep);
  }

  /**
   * Renders all that the next `frames` frames show, so that they come at full speed afterwards.
   * @param onProgress called with the poses done so far and all of them
   */
  async prepare(frames: number, onProgress?: (done: number, all: number) => void): Promise<void> {
    const positions = Array.from({ length: Math.min(frames, 2 * POSE_COUNT) }, (_, i) => this.#position + i);
    const wanted = [...new Set(positions.map((position) => this.sceneFrame(position)))];
    let done = 0;
    let started = 0;
    const renderSome = async (): Promise<void> => {
      for (let number = wanted[started++]; number !== undefined; number = wanted[started++]) {
        await this.#render(number);
        onProgress?.(++done, wanted.length);
      }
    };
    // Rendering happens on threads of sharp; composing happens here meanwhile.
    await Promise.all([renderSome(), renderSome(), renderSome()]);
  }

  async next(into: Frame): Promise<boolean> {
    if (this.frameCount !== undefined && this.#position >= this.frameCount) return false;
    into.copyFrom(await this.#render(this.sceneFrame(this.#position++)));
    return true;
  }

  async close(): Promise<void> {
    this.#frames.clear();
    // Nothing comes after the end, even if somebody asks.
    this.#position = Number.POSITIVE_INFINITY;
  }

  async #render(number: number): Promise<Frame> {
    let frame = this.#frames.get(number);
    if (!frame) {
      frame = new Frame(this.width, this.height);
      frame.loadRgb((await this.scene.compose(number)).rgb);
      this.#frames.set(number, frame);
    }
    return frame;
  }
}

/**
 * Reads the name of a scene: `scene:`, `scene:WIDTHxHEIGHT` or `scene:WIDTHxHEIGHT:SECONDS`.
 * @throws BackscrubError InvalidArgs when it is written otherwise
 */
export function parseSceneName(name: string): Partial<SceneOptions> {
  const match = /^scene:(?:(\d{1,5})x(\d{1,5})(?::(\d{1,6}(?:\.\d{1,6})?))?)?$/.exec(name);
  if (!match) {
    throw new BackscrubError(
      'InvalidArgs',
      `"${name}" is not a scene: write scene:, scene:1280x720 or scene:1280x720:10 (seconds).`,
    );
  }
  const [, width, height, seconds] = match;
  if (width === undefined || height === undefined) return {};
  const size = { width: Number(width), height: Number(height) };
  if (seconds === undefined) return size;
  return { ...size, frameCount: Math.max(1, Math.round(Number(seconds) * 30)) };
}
