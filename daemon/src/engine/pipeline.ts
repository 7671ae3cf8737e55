import { Canvas, Frame, type Matte, type MatteTuning, Stopwatch } from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import type { EngineStatistics, Look, StageStatistics } from '../shared/protocol.js';
import { loadBackground } from './background.js';
import { PersonFinder } from './person-finder.js';
import { STAGE, STAGES } from './stages.js';

export { STAGE, STAGES };

export interface PipelineOptions {
  /** Size of the frames that come in and of those that go out, even numbers. */
  readonly width: number;
  readonly height: number;
  /** Model name or path. */
  readonly model: string;
  readonly look: Look;
  /** Where the model runs, see EXECUTION_PROVIDERS; `cpu` by default. */
  readonly provider?: string;
  /** In place of what the model's manifest says; for bench/quality. */
  readonly crop?: CropPolicy | undefined;
}

/** Without a frame for so long none is to be waited for. */
const NO_FRAMES_MS = 100;

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
  readonly stopwatch: Stopwatch;
  readonly #options: PipelineOptions;
  /** What is made anew for each frame to stand behind the person. */
  readonly #behind: Frame;
  #finder: PersonFinder;
  /** Whose alpha plane the last frame was composed with. */
  #shown: Matte;
  #prepared: PreparedLook;
  #lookRequests = 0;
  #tuning: MatteTuning = {};
  /** The last frame's work: a model that it may use is not closed before it ends. */
  #frame: Promise<unknown> = Promise.resolve();
  /** Wait for the end of the next frame. */
  readonly #waiting: (() => void)[] = [];
  /** Changes of the model, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(
    options: PipelineOptions,
    stopwatch: Stopwatch,
    finder: PersonFinder,
    prepared: PreparedLook,
  ) {
    this.width = options.width;
    this.height = options.height;
    this.stopwatch = stopwatch;
    this.#options = options;
    this.#finder = finder;
    this.#shown = finder.matte;
    this.#behind = new Frame(options.width, options.height);
    this.#prepared = prepared;
  }

  /**
   * Loads and warms the model and prepares the look.
   * @throws BackscrubError UnknownModel, BadModel, UnknownBackground, BadImage
   */
  static async create(options: PipelineOptions): Promise<Pipeline> {
    const stopwatch = new Stopwatch(STAGES.length);
    const [finder, prepared] = await Promise.all([
      PersonFinder.load(finderOptions(options, options.model), stopwatch),
      prepare(options.look, options.width, options.height),
    ]);
    return new Pipeline(options, stopwatch, finder, prepared);
  }

  /** Name of the model at work. */
  get model(): string {
    return this.#finder.model;
  }

  get executionProvider(): string {
    return this.#finder.executionProvider;
  }

  /** Why the model does not run where it was asked to; undefined when it does. */
  get warning(): string | undefined {
    return this.#finder.warning;
  }

  /**
   * Loads and warms another model while frames go on with the old one, and swaps it in between two frames. Its
   * first frame is composed with its own matte of that very frame: nothing of the old alpha plane is used. When it cannot be
   * used, the old one stays.
   * @throws BackscrubError UnknownModel, BadModel
   */
  setModel(model: string): Promise<void> {
    const change = this.#changes.then(() => this.#swapModel(model));
    this.#changes = change.catch(() => {});
    return change;
  }

  async #swapModel(model: string): Promise<void> {
    const finder = await PersonFinder.load(finderOptions(this.#options, model), this.stopwatch, () =>
      this.#nextFrame(),
    );
    if (this.#closed) {
      await finder.close();
      return;
    }
    finder.tune(this.#tuning);
    const old = this.#finder;
    finder.follow(old);
    this.#finder = finder;
    await this.#frame;
    await old.close();
  }

  /** Waits until a frame has been made, so that those of a running picture come between the steps of other work. */
  async #nextFrame(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      timer = setTimeout(resolve, NO_FRAMES_MS);
    });
    clearTimeout(timer);
    // The frame that has ended is still to be written.
    await new Promise((resolve) => setImmediate(resolve));
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

  /** Another camera comes: its first frame is not to be composed with what the one before has shown. */
  reset(): void {
    this.#finder.reset();
  }

  /** For bench/quality. */
  tune(tuning: MatteTuning): void {
    this.#tuning = tuning;
    this.#finder.tune(tuning);
  }

  /**
   * Composes one frame: `input` is what the camera saw, `output` what consumers may see (a canvas for the virtual camera, a
   * frame for everything else). Frames must not overlap.
   */
  process(input: Frame, output: Frame | Canvas): Promise<void> {
    const work = this.#process(input, output);
    this.#frame = work
      .catch(() => {})
      .then(() => {
        for (const wake of this.#waiting.splice(0)) wake();
      });
    return work;
  }

  async #process(input: Frame, output: Frame | Canvas): Promise<void> {
    const { look, background } = this.#prepared;
    const finder = this.#finder;
    const { matte } = finder;
    const watch = this.stopwatch;
    if (look.mode === 'passthrough') {
      show(input, output);
      watch.lap(STAGE.compose);
      return;
    }
    await finder.find(input);
    this.#shown = matte;
    if (look.mode === 'mask') {
      matte.store(this.#behind);
      show(this.#behind, output);
    } else if (look.mode === 'blur') {
      matte.blur(input, look.blurStrength, this.#behind);
      watch.lap(STAGE.background);
      compose(matte, input, this.#behind, output);
    } else {
      compose(matte, input, background, output);
    }
    watch.lap(STAGE.compose);
  }

  /** Writes the last frame's alpha plane as grey (limited range) into `output`. */
  storeMatte(output: Frame): void {
    this.#shown.store(output);
  }

  /** Writes the last frame's alpha plane, width * height bytes of 0 to 255. */
  storeAlpha(bytes: Uint8Array): void {
    this.#shown.storeAlpha(bytes);
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

  /** Waits for the frame and the change of model that are under way, then gives the model's memory back. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#frame, this.#changes]);
    await this.#finder.close();
  }
}

function finderOptions(options: PipelineOptions, model: string) {
  const { width, height, provider = 'cpu', crop } = options;
  return { width, height, model, provider, crop };
}

function compose(matte: Matte, foreground: Frame, background: Frame, output: Frame | Canvas): void {
  if (output instanceof Canvas) output.compose(matte, foreground, background);
  else matte.compose(foreground, background, output);
}

function show(frame: Frame, output: Frame | Canvas): void {
  if (output instanceof Canvas) output.draw(frame);
  else output.copyFrom(frame);
}

async function prepare(look: Look, width: number, height: number): Promise<PreparedLook> {
  return { look, background: await loadBackground(look.background, width, height) };
}
