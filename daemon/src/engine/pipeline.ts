import { Canvas, Frame, Matte, type MatteTuning, Stopwatch } from '@backscrub/native';
import { Segmenter } from '../models/segmenter.js';
import type { EngineStatistics, Look, StageStatistics } from '../shared/protocol.js';
import { loadBackground } from './background.js';
import { type Box, type Extent, FollowCrop } from './follow-crop.js';

/** The stages of a frame, in the order of its way. */
export const STAGES = ['capture', 'input', 'inference', 'matte', 'background', 'compose', 'output'] as const;
export const STAGE = Object.fromEntries(STAGES.map((name, index) => [name, index])) as Record<
  (typeof STAGES)[number],
  number
>;

export interface PipelineOptions {
  /** Size of the frames that come in and of those that go out, even numbers. */
  readonly width: number;
  readonly height: number;
  /** Model name or path. */
  readonly model: string;
  readonly look: Look;
}

/** A look with its background ready to be put behind somebody. */
interface PreparedLook {
  readonly look: Look;
  readonly background: Frame;
}

/** Finds the person in frames of one size and composes what consumers see. */
export class Pipeline {
  readonly width: number;
  readonly height: number;
  /** Books the stages; whoever drives the pipeline starts and finishes a frame and books capture and output. */
  readonly stopwatch = new Stopwatch(STAGES.length);
  readonly #segmenter: Segmenter;
  readonly #matte: Matte;
  readonly #crop: FollowCrop;
  /** What is made anew for each frame to stand behind the person. */
  readonly #behind: Frame;
  readonly #bounds = new Float32Array(5);
  #prepared: PreparedLook;
  #lookRequests = 0;

  private constructor(options: PipelineOptions, segmenter: Segmenter, prepared: PreparedLook) {
    this.width = options.width;
    this.height = options.height;
    this.#segmenter = segmenter;
    const { input, output } = segmenter.manifest;
    this.#matte = new Matte(options.width, options.height, output.width, output.height);
    this.#crop = new FollowCrop(options.width, options.height, input.width / input.height);
    this.#behind = new Frame(options.width, options.height);
    this.#prepared = prepared;
  }

  /**
   * Loads and warms the model and prepares the look.
   * @throws BackscrubError UnknownModel, BadModel, UnknownBackground, BadImage
   */
  static async create(options: PipelineOptions): Promise<Pipeline> {
    const [segmenter, prepared] = await Promise.all([
      Segmenter.load(options.model),
      prepare(options.look, options.width, options.height),
    ]);
    // The first run allocates what all later ones use.
    await segmenter.run();
    return new Pipeline(options, segmenter, prepared);
  }

  get executionProvider(): string {
    return this.#segmenter.executionProvider;
  }

  /** Prepares the new look aside and swaps it in between two frames; when that fails the old one stays. */
  async setLook(look: Look): Promise<void> {
    const request = ++this.#lookRequests;
    const { look: old, background } = this.#prepared;
    const prepared =
      look.background === old.background
        ? { look, background }
        : await prepare(look, this.width, this.height);
    if (request === this.#lookRequests) this.#prepared = prepared;
  }

  /** For bench/quality. */
  tune(tuning: MatteTuning): void {
    this.#matte.tune(tuning);
  }

  /**
   * Composes one frame: `input` is what the camera saw, `output` what consumers may see (a canvas for the virtual camera, a
   * frame for everything else).
   */
  async process(input: Frame, output: Frame | Canvas): Promise<void> {
    const { look, background } = this.#prepared;
    const watch = this.stopwatch;
    if (look.mode === 'passthrough') {
      show(input, output);
      watch.lap(STAGE.compose);
      return;
    }
    await this.#findPerson(input);
    if (look.mode === 'mask') {
      this.#matte.store(this.#behind);
      show(this.#behind, output);
    } else if (look.mode === 'blur') {
      this.#matte.blur(input, look.blurStrength, this.#behind);
      watch.lap(STAGE.background);
      this.#compose(input, this.#behind, output);
    } else {
      this.#compose(input, background, output);
    }
    watch.lap(STAGE.compose);
  }

  /** Writes the last frame's alpha plane as grey (limited range) into `output`. */
  storeMatte(output: Frame): void {
    this.#matte.store(output);
  }

  /** Writes the last frame's alpha plane, width * height bytes of 0 to 255. */
  storeAlpha(bytes: Uint8Array): void {
    this.#matte.storeAlpha(bytes);
  }

  /** What each stage costs, by name, `frame` being all of them. */
  stages(): Record<string, StageStatistics> {
    const stages: Record<string, StageStatistics> = {};
    STAGES.forEach((name, index) => {
      stages[name] = this.stopwatch.summarise(index);
    });
    stages['frame'] = this.stopwatch.summarise(STAGES.length);
    return stages;
  }

  /** Statistics of the stages; the counters belong to whoever drives the pipeline. */
  statistics(counters: Pick<EngineStatistics, 'frames' | 'dropped' | 'framesPerSecond'>): EngineStatistics {
    return { ...counters, reusedMattes: 0, stages: this.stages(), executionProvider: this.executionProvider };
  }

  async close(): Promise<void> {
    await this.#segmenter.close();
  }

  #compose(foreground: Frame, background: Frame, output: Frame | Canvas): void {
    if (output instanceof Canvas) output.compose(this.#matte, foreground, background);
    else this.#matte.compose(foreground, background, output);
  }

  /** Brings the alpha plane up to this frame. */
  async #findPerson(input: Frame): Promise<void> {
    const crop = this.#crop;
    this.#matte.begin(input);
    if (crop.wantsFullPass) {
      const full = crop.full;
      const map = await this.#look(input, full);
      crop.observeFull(this.#extent(map, full));
      const next = crop.box;
      if (next.width === full.width && next.height === full.height) {
        this.#use(input, map, full);
        return;
      }
    }
    const box = crop.box;
    this.#use(input, await this.#look(input, box), box);
  }

  async #look(input: Frame, box: Box): Promise<Float32Array> {
    const segmenter = this.#segmenter;
    this.#matte.fillInput(input, segmenter.input, box.x, box.y, box.width, box.height);
    this.stopwatch.lap(STAGE.input);
    const map = await segmenter.run();
    this.stopwatch.lap(STAGE.inference);
    return map;
  }

  #use(input: Frame, map: Float32Array, box: Box): void {
    this.#crop.observe(this.#extent(map, box));
    this.#matte.update(input, map, box.x, box.y, box.width, box.height);
    this.stopwatch.lap(STAGE.matte);
  }

  #extent(map: Float32Array, box: Box): Extent | undefined {
    const bounds = this.#bounds;
    this.#matte.measure(map, bounds);
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

function show(frame: Frame, output: Frame | Canvas): void {
  if (output instanceof Canvas) output.draw(frame);
  else output.copyFrom(frame);
}

async function prepare(look: Look, width: number, height: number): Promise<PreparedLook> {
  return { look, background: await loadBackground(look.background, width, height) };
}
