import { type Frame, Matte, type MatteTuning, type Stopwatch } from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import type { Segmenter } from '../models/segmenter.js';
import { chooseBox } from './choose-box.js';
import { type Box, type Crop, type Extent, FollowCrop, WholeFrame } from './follow-crop.js';
import { loadSegmenter, type Pause } from './load-segmenter.js';
import { STAGE } from './stages.js';

export interface FinderOptions {
  /** Size of the frames, even numbers. */
  readonly width: number;
  readonly height: number;
  /** Model name or path. */
  readonly model: string;
  /** Where the model runs, see EXECUTION_PROVIDERS. */
  readonly provider: string;
  /** In place of what the model's manifest says; for bench/quality. */
  readonly crop?: CropPolicy | undefined;
}

/** A model with all that belongs to it: the part of the frame it looks at, and the alpha plane made of what it says. */
export class PersonFinder {
  readonly matte: Matte;
  readonly #segmenter: Segmenter;
  readonly #newCrop: () => Crop;
  #crop: Crop;
  readonly #stopwatch: Stopwatch;
  readonly #nobody: Float32Array;
  readonly #bounds = new Float32Array(5);

  private constructor(
    { width, height, crop }: FinderOptions,
    segmenter: Segmenter,
    stopwatch: Stopwatch,
    /** Why another execution provider is at work than was asked for. */
    readonly warning: string | undefined,
  ) {
    const { mapWidth, mapHeight } = segmenter;
    const { input, crop: policy } = segmenter.manifest;
    this.#segmenter = segmenter;
    this.#stopwatch = stopwatch;
    this.matte = new Matte(width, height, mapWidth, mapHeight, input.width, input.height);
    this.#nobody = new Float32Array(mapWidth * mapHeight);
    this.#newCrop = () =>
      (crop ?? policy) === 'follow'
        ? new FollowCrop(width, height, input.width / input.height)
        : new WholeFrame(width, height);
    this.#crop = this.#newCrop();
  }

  /**
   * Loads and warms the model.
   * @param pause awaited before each step that blocks the event loop
   * @throws BackscrubError UnknownModel, BadModel
   */
  static async load(options: FinderOptions, stopwatch: Stopwatch, pause?: Pause): Promise<PersonFinder> {
    const { segmenter, warning } = await loadSegmenter(options.model, options.provider, pause);
    return new PersonFinder(options, segmenter, stopwatch, warning);
  }

  get model(): string {
    return this.#segmenter.manifest.name;
  }

  get executionProvider(): string {
    return this.#segmenter.executionProvider;
  }

  tune(tuning: MatteTuning): void {
    this.matte.tune(tuning);
  }

  /** Looks where the model before found somebody. */
  follow(before: PersonFinder): void {
    this.#crop.adopt(before.#crop);
  }

  /** Forgets what earlier frames showed: the next one is of another scene. */
  reset(): void {
    this.matte.reset();
    this.#segmenter.reset();
    this.#crop = this.#newCrop();
  }

  /** Brings the alpha plane up to this frame. */
  async find(input: Frame): Promise<void> {
    this.matte.begin(input);
    let map: Float32Array = new Float32Array();
    const box = await chooseBox(this.#crop, async (part) => {
      map = await this.#look(input, part);
      return this.#extent(map, part);
    });
    // Nobody: not even the specks that a network sees in an empty room.
    const { x, y, width, height } = box ?? this.#crop.full;
    this.matte.update(input, box ? map : this.#nobody, x, y, width, height);
    this.#stopwatch.lap(STAGE.matte);
  }

  async close(): Promise<void> {
    await this.#segmenter.close();
  }

  async #look(input: Frame, box: Box): Promise<Float32Array> {
    const segmenter = this.#segmenter;
    this.matte.fillInput(input, segmenter.input, box.x, box.y, box.width, box.height);
    this.#stopwatch.lap(STAGE.input);
    const map = await segmenter.run();
    this.#stopwatch.lap(STAGE.inference);
    return map;
  }

  #extent(map: Float32Array, box: Box): Extent | undefined {
    const bounds = this.#bounds;
    this.matte.measure(map, bounds);
    const [left = 0, top = 0, right = 0, bottom = 0] = bounds;
    if (right <= left || bottom <= top) return undefined;
    return {
      left: box.x + left * box.width,
      top: box.y + top * box.height,
      right: box.x + right * box.width,
      bottom: box.y + bottom * box.height,
    };
  }
}
