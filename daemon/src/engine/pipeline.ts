import {
  Backdrop,
  Canvas,
  Frame,
  type Matte,
  type MatteTuning,
  type RoomCanvas,
  SETTLED,
  Stopwatch,
} from '@backscrub/native';
import type { CropPolicy } from '../models/manifest.js';
import { monotonicMs } from '../shared/clock.js';
import type { EngineStatistics, Look, StageStatistics } from '../shared/protocol.js';
import { revealsRoom } from '../shared/reveals-room.js';
import type { Size } from './backgrounds/background.js';
import { loadBackground } from './backgrounds/load.js';
import { Effects } from './effects.js';
import { PersonFinder } from './person-finder.js';
import { type DrawBehind, type OnHidden, type PreparedLook, ShownLook } from './shown-look.js';
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
  /** There is one frame, which no later one can be better than: its matte is as generous as a settled one. */
  readonly still?: boolean | undefined;
  /** See LoadOptions; for what is chosen once frames flow. */
  readonly aside?: ((spec: string, size: Size) => Promise<void>) | undefined;
}

/** Without a frame for so long none is to be waited for. */
const NO_FRAMES_MS = 100;

/** Finds the person in frames of one size and composes what consumers see. */
export class Pipeline {
  readonly width: number;
  readonly height: number;
  /** Books the stages; whoever drives the pipeline starts and finishes a frame and books capture and output. */
  readonly stopwatch: Stopwatch;
  readonly #options: PipelineOptions;
  /** What is made anew for each frame to stand behind the person. */
  readonly #behind: Backdrop;
  /** The same and the composite while the room may be seen; made when that is asked for. */
  #open: { readonly behind: Frame; readonly composed: Frame } | undefined;
  readonly #effects: Effects;
  #finder: PersonFinder;
  /** Whose alpha plane the last frame was composed with. */
  #shown: Matte;
  readonly #look: ShownLook;
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
    this.#behind = new Backdrop(options.width, options.height);
    this.#effects = effects;
    const frames = { ended: () => this.#frame, next: () => this.#nextFrame() };
    this.#look = new ShownLook(options, options, effects, frames, prepared);
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
    if (options.still === true) finder.matte.tune(SETTLED);
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
    return this.#finder.warning ?? this.#look.now.background.warning;
  }

  /**
   * Loads and warms another model while frames go on with the old one, and swaps it in between two frames. Its
   * first frame is composed with its own matte of that very frame: what the old one has seen can only hide more of the room, until
   * the matte has settled. When it cannot be used, the old one stays.
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

  /** Whether the next frame shows the room. */
  get reveals(): boolean {
    return this.#look.reveals;
  }

  /** See ShownLook.change. */
  setLook(look: Look, onHidden?: OnHidden): Promise<void> {
    return this.#look.change(look, onHidden);
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
   * @param room where a picture with the room is drawn, which no canvas takes; without it there is none
   * @returns what it was drawn on; undefined when there was nothing to draw it on, or the room was hidden meanwhile
   */
  process<T extends Frame | Canvas>(
    input: Frame,
    output: T,
    nowMs = monotonicMs(),
    room?: RoomCanvas,
  ): Promise<T | RoomCanvas | undefined> {
    this.#resting = false;
    const work = this.#process(input, output, nowMs, room);
    this.#frame = work
      .catch(() => {})
      .then(() => {
        for (const wake of this.#waiting.splice(0)) wake();
      });
    return work;
  }

  async #process<T extends Frame | Canvas>(
    input: Frame,
    output: T,
    nowMs: number,
    room: RoomCanvas | undefined,
  ): Promise<T | RoomCanvas | undefined> {
    const prepared = this.#look.now;
    const { look, effects: chosen } = prepared;
    const open = revealsRoom(look) ? (output instanceof Frame ? output : room) : undefined;
    if (revealsRoom(look) && open === undefined) return undefined;
    const seen = this.#effects.input(chosen, input);
    if (look.mode === 'passthrough') {
      if (open) draw(this.#effects.foreground(chosen, seen), open);
      this.#finder.skip();
      this.stopwatch.lap(STAGE.compose);
      return open;
    }
    const finder = this.#finder;
    finder.turn(chosen.orientation);
    await finder.find(seen);
    this.#shown = finder.matte;
    if (open === undefined) {
      this.#compose(prepared, finder.matte, seen, output, nowMs);
    } else {
      // Hidden while this frame was made: it comes too late.
      if (!this.#look.reveals) return undefined;
      this.#composeOpen(prepared, finder.matte, seen, open);
    }
    this.stopwatch.lap(STAGE.compose);
    return open ?? output;
  }

  #compose(prepared: PreparedLook, matte: Matte, seen: Frame, output: Frame | Canvas, nowMs: number): void {
    const { look, effects: chosen } = prepared;
    if (look.mode === 'mask') {
      matte.store(this.#behind);
      if (output instanceof Canvas) output.cover(this.#behind);
      else output.copyFrom(this.#behind);
      return;
    }
    const behind: DrawBehind = (shown, scratch) => {
      if (shown.look.mode !== 'blur') return shown.background.frame(nowMs);
      matte.blur(seen, shown.look.blurStrength, scratch);
      return scratch;
    };
    const frame = this.#look.mix(prepared, this.#behind, nowMs, behind);
    this.stopwatch.lap(STAGE.background);
    const dressed = this.#effects.background(chosen, frame, frame === this.#behind);
    const person = this.#effects.foreground(chosen, seen, matte);
    if (output instanceof Canvas) output.compose(matte, person, dressed, chosen.lightWrap);
    else matte.compose(person, dressed, output, chosen.lightWrap);
  }

  /** The weakest blur, which leaves the room's shapes. */
  #composeOpen(
    { effects: chosen }: PreparedLook,
    matte: Matte,
    seen: Frame,
    output: Frame | RoomCanvas,
  ): void {
    const { width, height } = this;
    this.#open ??= { behind: new Frame(width, height), composed: new Frame(width, height) };
    const { behind, composed } = this.#open;
    matte.blur(seen, 0, behind);
    this.stopwatch.lap(STAGE.background);
    this.#effects.openBackground(chosen, behind);
    matte.compose(this.#effects.foreground(chosen, seen, matte), behind, composed, chosen.lightWrap);
    draw(composed, output);
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
    this.#look.stop();
    await Promise.all([this.#frame, this.#changes]);
    await this.#finder.close();
    await this.#look.close();
  }
}

function finderOptions(options: PipelineOptions, model: string) {
  const { width, height, provider = 'cpu', crop } = options;
  return { width, height, model, provider, crop };
}

function draw(frame: Frame, output: Frame | RoomCanvas): void {
  if (output instanceof Frame) output.copyFrom(frame);
  else output.draw(frame);
}
