import { Canvas, Frame, type Matte, type MatteTuning, Stopwatch } from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import type { EngineStatistics, Look, StageStatistics } from '../shared/protocol.js';
import type { Background, Size } from './backgrounds/background.js';
import { loadBackground } from './backgrounds/load.js';
import { CrossFade } from './cross-fade.js';
import { Effects, type PreparedEffects } from './effects.js';
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
  /** Frames come when they are ready and not when they are due: moving backgrounds keep to the time given to `process`. */
  readonly offline?: boolean | undefined;
  /** See LoadOptions; for what is chosen once frames flow. */
  readonly aside?: ((spec: string, size: Size) => Promise<void>) | undefined;
}

/** Without a frame for so long none is to be waited for. */
const NO_FRAMES_MS = 100;

/** A look with its background ready to be put behind somebody. */
interface PreparedLook {
  readonly look: Look;
  readonly background: Background;
  readonly effects: PreparedEffects;
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
  readonly #effects: Effects;
  #finder: PersonFinder;
  /** Whose alpha plane the last frame was composed with. */
  #shown: Matte;
  #prepared: PreparedLook;
  /** From the look before. */
  readonly #fade: CrossFade<PreparedLook>;
  #lookRequests = 0;
  #tuning: MatteTuning = {};
  /** The last frame's work: a model that it may use is not closed before it ends. */
  #frame: Promise<unknown> = Promise.resolve();
  /** Wait for the end of the next frame. */
  readonly #waiting: (() => void)[] = [];
  /** No frame was asked for while somebody waited for one. */
  #resting = false;
  /** Changes of the model, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(
    options: PipelineOptions,
    stopwatch: Stopwatch,
    finder: PersonFinder,
    effects: Effects,
    prepared: PreparedLook,
  ) {
    this.width = options.width;
    this.height = options.height;
    this.stopwatch = stopwatch;
    this.#options = options;
    this.#finder = finder;
    this.#shown = finder.matte;
    this.#behind = new Frame(options.width, options.height);
    this.#effects = effects;
    this.#prepared = prepared;
    this.#fade = new CrossFade(options.width, options.height);
  }

  /**
   * Loads and warms the model and prepares the look.
   * @throws BackscrubError UnknownModel, BadModel, UnknownBackground, BadImage
   */
  static async create(options: PipelineOptions): Promise<Pipeline> {
    const stopwatch = new Stopwatch(STAGES.length);
    const { width, height, look } = options;
    const effects = new Effects(width, height, stopwatch);
    const chosen = effects.prepare(look.effects);
    const [finder, background] = await Promise.all([
      PersonFinder.load(finderOptions(options, options.model), stopwatch),
      loadBackground(look.background, width, height, { offline: options.offline }),
    ]);
    return new Pipeline(options, stopwatch, finder, effects, { look, background, effects: chosen });
  }

  /** Name of the model at work. */
  get model(): string {
    return this.#finder.model;
  }

  get executionProvider(): string {
    return this.#finder.executionProvider;
  }

  /** Why the model does not run where it was asked to, or the background does not show what it should; else undefined. */
  get warning(): string | undefined {
    return this.#finder.warning ?? this.#prepared.background.warning;
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

  /**
   * Waits until a frame has been made, so that those of a running picture come between the steps of other work. Where none
   * runs, the first wait finds that out for those that follow.
   */
  async #nextFrame(): Promise<void> {
    if (!this.#resting) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        timer = setTimeout(() => {
          this.#resting = true;
          resolve();
        }, NO_FRAMES_MS);
      });
      clearTimeout(timer);
    }
    // The frame that has ended is still to be written.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Prepares the new look aside and swaps it in between two frames; when that fails the old one stays. Where both hide the
   * room, the old one fades into it.
   */
  async setLook(look: Look): Promise<void> {
    const request = ++this.#lookRequests;
    const { width, height, offline, aside } = this.#options;
    const effects = this.#effects.prepare(look.effects, this.#prepared.effects);
    const { look: shown, background: current } = this.#prepared;
    const background =
      look.background === shown.background
        ? current
        : await loadBackground(look.background, width, height, {
            offline,
            aside,
            pause: () => this.#nextFrame(),
          });
    if (request !== this.#lookRequests || this.#closed) {
      // Another one was asked for meanwhile. What it shares with the look at work is not ours to close.
      if (background !== this.#prepared.background) await background.close();
      return;
    }
    const old = this.#prepared;
    this.#prepared = { look, background, effects };
    await this.#retire(this.#fade.begin(old, this.#prepared));
  }

  /** Closes the backgrounds of looks that are not shown any more, after the frame that may still use them. */
  async #retire(looks: readonly PreparedLook[]): Promise<void> {
    const used = new Set([this.#prepared, ...this.#fade.looks].map(({ background }) => background));
    const unused = new Set(looks.map(({ background }) => background).filter((one) => !used.has(one)));
    if (unused.size === 0) return;
    await this.#frame;
    for (const background of unused) await background.close();
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
   * @param nowMs when it is seen, for what moves by itself; milliseconds of a clock that does not go back
   * @returns whether the room is hidden in it
   */
  process(input: Frame, output: Frame | Canvas, nowMs = performance.now()): Promise<boolean> {
    this.#resting = false;
    const work = this.#process(input, output, nowMs);
    this.#frame = work
      .catch(() => {})
      .then(() => {
        for (const wake of this.#waiting.splice(0)) wake();
      });
    return work;
  }

  async #process(input: Frame, output: Frame | Canvas, nowMs: number): Promise<boolean> {
    const prepared = this.#prepared;
    const { look, effects: chosen } = prepared;
    const finder = this.#finder;
    const { matte } = finder;
    const watch = this.stopwatch;
    const effects = this.#effects;
    const seen = effects.input(chosen, input);
    if (look.mode === 'passthrough') {
      show(effects.foreground(chosen, seen), output);
      watch.lap(STAGE.compose);
      return false;
    }
    finder.turn(chosen.orientation);
    await finder.find(seen);
    this.#shown = matte;
    if (look.mode === 'mask') {
      matte.store(this.#behind);
      show(this.#behind, output);
    } else {
      const behind = (shown: PreparedLook, scratch: Frame): Frame => {
        if (shown.look.mode !== 'blur') return shown.background.frame(nowMs);
        matte.blur(seen, shown.look.blurStrength, scratch);
        return scratch;
      };
      const { frame, over } = this.#fade.mix(behind(prepared, this.#behind), behind, nowMs);
      watch.lap(STAGE.background);
      const dressed = effects.background(chosen, frame, frame === this.#behind);
      compose(matte, effects.foreground(chosen, seen, matte), dressed, chosen.lightWrap, output);
      if (over.length > 0) void this.#retire(over);
    }
    watch.lap(STAGE.compose);
    return true;
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
    await this.#prepared.background.close();
    for (const { background } of this.#fade.end()) {
      if (background !== this.#prepared.background) await background.close();
    }
  }
}

function finderOptions(options: PipelineOptions, model: string) {
  const { width, height, provider = 'cpu', crop } = options;
  return { width, height, model, provider, crop };
}

function compose(
  matte: Matte,
  foreground: Frame,
  background: Frame,
  lightWrap: number,
  output: Frame | Canvas,
): void {
  if (output instanceof Canvas) output.compose(matte, foreground, background, lightWrap);
  else matte.compose(foreground, background, output, lightWrap);
}

function show(frame: Frame, output: Frame | Canvas): void {
  if (output instanceof Canvas) output.draw(frame);
  else output.copyFrom(frame);
}
