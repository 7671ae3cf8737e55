import { type Backdrop, Frame, trimMemory } from '@backscrub/native';
import { monotonicMs } from '../shared/clock.js';
import { collectGarbageSoon } from '../shared/collect-garbage.js';
import { type ErrorInfo, toErrorInfo } from '../shared/errors.js';
import { DEFAULT_BACKGROUND, DEFAULT_MODEL } from '../shared/names.js';
import type { EngineSetup, Look, SnapshotOptions } from '../shared/protocol.js';
import { revealsRoom } from '../shared/reveals-room.js';
import { prepareAside } from './backgrounds/prepare-aside.js';
import type { Channel } from './channel.js';
import { Display, type Output } from './display.js';
import { type Cameras, LiveCamera, type OpenedCamera } from './live-camera.js';
import { Pipeline, STAGE } from './pipeline.js';
import { supersededLook } from './shown-look.js';

/** A camera that fails is tried again after so long, doubling each time. */
const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 4000;
const STATISTICS_MS = 1000;
/** The service's answer takes a millisecond or two where it need not wait for a processor. */
const ANSWER_MS = 100;
/**
 * Longest time that loading may take before the service thinks that it hangs: a file that was never checked takes up to a minute, and
 * then the default is loaded in its place.
 */
const LOADING_MS = 120_000;

interface Waiting {
  readonly work: () => Promise<void>;
  readonly look?: Look;
  readonly supersede?: () => void;
}

/** What the service is told of a look: one answer, and afterwards, with serial 0, an error of a look that is in force. */
interface LookAnswers {
  readonly apply: () => void;
  readonly refuse: (error: ErrorInfo) => void;
  /** Refuses the look, since a later one hides the room; the service is told nothing more about it. */
  readonly supersede: () => void;
}

/**
 * Camera to virtual camera, frame by frame, until stopped. It writes only while the service has granted it, and only frames that were
 * composed whole: what fails on the way leaves the consumer with the last one or with the service's placeholder.
 */
export class LiveLoop {
  readonly #setup: EngineSetup;
  readonly #channel: Channel;
  readonly #display: Display;
  readonly #camera: LiveCamera;
  readonly #firstLook: Look;
  /** Changes that came before the first frame, in the order of their arrival. No frame is made until all are done. */
  #waiting: Waiting[] = [];
  /** The change that is being made. */
  #atWork: Waiting | undefined;
  /** Whether all of them are done: later changes are made at once. */
  #isPrepared = false;
  #pipeline: Pipeline | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #question = 0;
  #asking = false;
  #frames = 0;
  #dropped = 0;
  /** The warning that is in the journal already. */
  #warned: string | undefined;
  #counted = { frames: 0, at: monotonicMs() };
  readonly #begun = monotonicMs();

  constructor(setup: EngineSetup, look: Look, channel: Channel, output: Output, cameras: Cameras) {
    this.#setup = setup;
    this.#firstLook = look;
    this.#channel = channel;
    this.#display = new Display(setup.output.width, setup.output.height, output);
    this.#camera = new LiveCamera(setup.camera, cameras, channel, (error) => this.#release(error));
  }

  /** Runs until `stop`. @throws BackscrubError when the model cannot be used */
  async run(): Promise<void> {
    const timer = setInterval(() => this.#report(), STATISTICS_MS);
    this.#report();
    let camera: OpenedCamera | undefined;
    try {
      // The camera warms up while the model is loaded.
      camera = this.#camera.tryOpen();
      this.#pipeline = await this.#createPipeline();
      this.#warn();
      await this.#doWaiting();
      let retry = RETRY_FIRST_MS;
      while (!this.#stopped) {
        if (camera === undefined) {
          if (!this.#camera.isSwitching) {
            await this.#pause(retry);
            retry = Math.min(retry * 2, RETRY_LAST_MS);
          }
          if (!this.#stopped) camera = this.#camera.tryOpen();
          continue;
        }
        if (await this.#stream(camera, this.#pipeline)) retry = RETRY_FIRST_MS;
        camera = undefined;
      }
    } finally {
      clearInterval(timer);
      this.#display.withdraw();
      await this.#camera.close();
      await this.#pipeline?.close();
    }
  }

  /** Ends `run` after the frame at hand. */
  stop(): void {
    this.#stopped = true;
    this.#display.withdraw();
    this.#wake?.();
  }

  granted(serial: number): void {
    // The frame at hand is still composed after `stop`, and would be written.
    if (this.#stopped) return;
    if (serial !== this.#question || !this.#asking) return;
    this.#display.grant();
    this.#wake?.();
  }

  /**
   * Answers `look-applied` once frames have the new look, or `look-refused` with the old one in place. A look that hides the room
   * is answered in this turn when the one at work shows it: nobody can see it then. What is wrong with such a look is told
   * afterwards, by a `look-refused` of serial 0.
   */
  async setLook(serial: number, look: Look): Promise<void> {
    if (this.#isPrepared) await this.#applyLook(look, this.#answersOf(serial));
    else this.#setFirstLook(serial, look);
  }

  async #applyLook(look: Look, answers: LookAnswers): Promise<void> {
    try {
      await this.#pipeline?.setLook(look, (cover) => {
        this.#hide(cover);
        answers.apply();
      });
      answers.apply();
      // Tens of megabytes after some changes.
      collectGarbageSoon(trimMemory);
    } catch (error) {
      answers.refuse(toErrorInfo(error));
    }
  }

  #answersOf(serial: number): LookAnswers {
    let left = serial;
    let isOver = false;
    const refuse = (error: ErrorInfo): void => {
      if (!isOver) this.#channel.send({ type: 'look-refused', serial: left, error });
      left = 0;
    };
    return {
      apply: () => {
        if (left !== 0) this.#channel.send({ type: 'look-applied', serial });
        left = 0;
      },
      refuse,
      supersede: () => {
        refuse(toErrorInfo(supersededLook()));
        isOver = true;
      },
    };
  }

  /** Nothing is seen before all waiting changes are made: a look that hides the room is in force at once. */
  #setFirstLook(serial: number, look: Look): void {
    const answers = this.#answersOf(serial);
    if (!revealsRoom(look)) {
      const reveals = ({ look: one }: Waiting): boolean => one !== undefined && revealsRoom(one);
      const coming = this.#atWork ? [this.#atWork, ...this.#waiting] : this.#waiting;
      const superseded = coming.filter(reveals);
      for (const one of superseded) one.supersede?.();
      this.#waiting = this.#waiting.filter((one) => !reveals(one));
      const shown = this.#pipeline ? this.#pipeline.reveals : revealsRoom(this.#firstLook);
      if (shown || superseded.length > 0) answers.apply();
    }
    this.#waiting.push({
      look,
      work: () => this.#applyLook(look, answers),
      supersede: answers.supersede,
    });
  }

  /** Makes one change after the other; those that arrive meanwhile come last. */
  async #doWaiting(): Promise<void> {
    for (;;) {
      this.#atWork = this.#waiting.shift();
      if (this.#atWork === undefined) break;
      await this.#atWork.work();
    }
    this.#isPrepared = true;
  }

  #hide(cover: Backdrop): void {
    try {
      this.#display.hide(cover);
    } catch (error) {
      // Then the service paints.
      this.#release(toErrorInfo(error));
    }
  }

  /** Answers `model-applied` once frames are made with the new model, or `model-refused` with the old one at work. */
  async setModel(serial: number, model: string): Promise<void> {
    if (this.#isPrepared) await this.#applyModel(serial, model);
    else this.#waiting.push({ work: () => this.#applyModel(serial, model) });
  }

  async #applyModel(serial: number, model: string): Promise<void> {
    try {
      await this.#pipeline?.setModel(model);
      this.#warn();
      this.#channel.send({ type: 'model-applied', serial });
    } catch (error) {
      this.#channel.send({ type: 'model-refused', serial, error: toErrorInfo(error) });
    }
  }

  /** Takes another camera between two frames; answers `camera-applied`, or `camera-refused` with the old one in use. */
  setCamera(serial: number, camera: string): void {
    this.#camera.setWanted(serial, camera);
    this.#wake?.();
  }

  /** A camera that is waited for may be there now. */
  camerasChanged(): void {
    this.#camera.devicesChanged();
    this.#wake?.();
  }

  /** Answers `snapshot` with what consumers see, or `snapshot-refused` while they see the placeholder. */
  snapshot(serial: number, options: SnapshotOptions): void {
    try {
      this.#channel.send({ type: 'snapshot', serial, jpeg: this.#display.snapshot(options) });
    } catch (error) {
      this.#channel.send({ type: 'snapshot-refused', serial, error: toErrorInfo(error) });
    }
  }

  /** To the journal; the provider at work is in the statistics. */
  #warn(): void {
    const warning = this.#pipeline?.warning;
    if (warning !== undefined && warning !== this.#warned) process.stderr.write(`engine: ${warning}\n`);
    this.#warned = warning;
  }

  /** A background or model that has vanished since it was chosen must not take the picture away: the default stands in. */
  async #createPipeline(): Promise<Pipeline> {
    const { output, provider } = this.#setup;
    let { model } = this.#setup;
    let look = this.#firstLook;
    for (;;) {
      try {
        const { width, height } = output;
        return await Pipeline.create({ width, height, model, provider, look, aside: prepareAside });
      } catch (thrown) {
        const error = toErrorInfo(thrown);
        if (
          ['BadImage', 'UnknownBackground'].includes(error.code) &&
          look.background !== DEFAULT_BACKGROUND
        ) {
          look = { ...look, background: DEFAULT_BACKGROUND };
          this.#channel.send({ type: 'look-refused', serial: 0, error });
        } else if (['BadModel', 'UnknownModel'].includes(error.code) && model !== DEFAULT_MODEL) {
          model = DEFAULT_MODEL;
          this.#channel.send({ type: 'model-refused', serial: 0, error });
        } else {
          throw thrown;
        }
      }
    }
  }

  /** Composes frames until the camera fails, another is wanted or the loop is stopped. @returns whether frames came at all */
  async #stream({ source }: OpenedCamera, pipeline: Pipeline): Promise<boolean> {
    const raw = new Frame(source.width, source.height);
    const { width, height } = this.#setup.output;
    const fitted = source.width === width && source.height === height ? raw : new Frame(width, height);
    const watch = pipeline.stopwatch;
    const droppedBefore = this.#dropped;
    let frames = 0;
    pipeline.reset();
    try {
      while (!this.#stopped && !this.#camera.wantsAnother()) {
        watch.start();
        if (!(await source.next(raw))) break;
        if (fitted !== raw) fitted.coverFrom(raw);
        watch.lap(STAGE.capture);
        const room = pipeline.reveals ? this.#display.openRoom() : undefined;
        const picture = await pipeline.process(fitted, this.#display.canvas, undefined, room);
        if (picture === undefined) continue;
        this.#display.show(picture);
        watch.lap(STAGE.output);
        watch.finish();
        frames++;
        this.#frames++;
        this.#dropped = droppedBefore + source.dropped;
        if (!this.#display.isGranted && !this.#asking) await this.#ask();
      }
    } catch (error) {
      if (!this.#stopped) this.#release(toErrorInfo(error));
    }
    await this.#camera.close();
    return frames > 0;
  }

  /**
   * Asks whether pictures may be written, and writes the last one when they may. No other is made meanwhile: it would block the event
   * loop, and the answer would wait for it.
   */
  async #ask(): Promise<void> {
    if (this.#stopped) return;
    this.#asking = true;
    this.#channel.send({ type: 'ready', serial: ++this.#question });
    await this.#pause(ANSWER_MS);
    this.#display.showLast();
  }

  #release(error: ErrorInfo): void {
    this.#display.withdraw();
    this.#asking = false;
    this.#channel.send({ type: 'released', error });
  }

  #report(): void {
    const now = monotonicMs();
    const framesPerSecond = ((this.#frames - this.#counted.frames) * 1000) / (now - this.#counted.at);
    this.#counted = { frames: this.#frames, at: now };
    if (!this.#pipeline) {
      if (now - this.#begun < LOADING_MS) this.#channel.send({ type: 'loading' });
      return;
    }
    this.#warn();
    this.#channel.send({
      type: 'statistics',
      statistics: this.#pipeline.statistics({
        frames: this.#frames,
        dropped: this.#dropped,
        framesPerSecond,
      }),
    });
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
