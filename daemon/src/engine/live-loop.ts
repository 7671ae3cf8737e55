import { Canvas, Frame, trimMemory } from '@backscrub/native';
import { collectGarbageSoon } from '../shared/collect-garbage.js';
import { BackscrubError, type ErrorInfo, toErrorInfo } from '../shared/errors.js';
import { DEFAULT_BACKGROUND, DEFAULT_MODEL } from '../shared/names.js';
import type { EngineSetup, Look, SnapshotOptions } from '../shared/protocol.js';
import { prepareAside } from './backgrounds/prepare-aside.js';
import type { Channel } from './channel.js';
import { type Cameras, LiveCamera, type OpenedCamera } from './live-camera.js';
import { Pipeline, STAGE } from './pipeline.js';
import { takeSnapshot } from './snapshot.js';

/** The virtual camera, seen from the engine. */
export interface Output {
  writeCanvas(canvas: Canvas): void;
  /** Shows the canvas again whenever nothing was written for so long, also while the event loop is blocked. */
  repeat(canvas: Canvas, milliseconds: number): void;
  /** When this returns, nothing is shown again any more. */
  stopRepeating(): void;
}

/** A camera that fails is tried again after so long, doubling each time. */
const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 4000;
const STATISTICS_MS = 1000;
/**
 * Loading a model blocks the event loop, a camera may be late: applications get the last composed frame again before they
 * miss one: half a frame late.
 */
const REPEAT_AFTER_MS = 50;

/**
 * Camera to virtual camera, frame by frame, until stopped. It writes only while the service has granted it, and only frames that were
 * composed whole: what fails on the way leaves the consumer with the last one or with the service's placeholder.
 */
export class LiveLoop {
  readonly #setup: EngineSetup;
  readonly #channel: Channel;
  readonly #output: Output;
  readonly #camera: LiveCamera;
  readonly #canvas: Canvas;
  readonly #firstLook: Look;
  /** What came while the first model was loaded. */
  readonly #waiting: (() => Promise<void>)[] = [];
  #pipeline: Pipeline | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #question = 0;
  #asking = false;
  #granted = false;
  #repeats = false;
  #frames = 0;
  #dropped = 0;
  /** The warning that is in the journal already. */
  #warned: string | undefined;
  #counted = { frames: 0, at: performance.now() };

  constructor(setup: EngineSetup, look: Look, channel: Channel, output: Output, cameras: Cameras) {
    this.#setup = setup;
    this.#firstLook = look;
    this.#channel = channel;
    this.#output = output;
    this.#camera = new LiveCamera(setup.camera, cameras, channel, (error) => this.#release(error));
    this.#canvas = new Canvas(setup.output.width, setup.output.height);
  }

  /** Runs until `stop`. @throws BackscrubError when the model cannot be used */
  async run(): Promise<void> {
    const timer = setInterval(() => this.#report(), STATISTICS_MS);
    let camera: OpenedCamera | undefined;
    try {
      // The camera warms up while the model is loaded.
      camera = this.#camera.tryOpen();
      this.#pipeline = await this.#createPipeline();
      this.#warn();
      for (const work of this.#waiting) await work();
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
      this.#withdraw();
      await this.#camera.close();
      await this.#pipeline?.close();
    }
  }

  /** Ends `run` after the frame at hand. */
  stop(): void {
    this.#stopped = true;
    this.#withdraw();
    this.#wake?.();
  }

  granted(serial: number): void {
    if (serial === this.#question && this.#asking) this.#granted = true;
  }

  /** Answers `look-applied` once frames have the new look, or `look-refused` with the old one in place. */
  async setLook(serial: number, look: Look): Promise<void> {
    if (!this.#pipeline) {
      this.#waiting.push(() => this.setLook(serial, look));
      return;
    }
    try {
      await this.#pipeline.setLook(look);
      this.#channel.send({ type: 'look-applied', serial });
      // Tens of megabytes after some changes.
      collectGarbageSoon(trimMemory);
    } catch (error) {
      this.#channel.send({ type: 'look-refused', serial, error: toErrorInfo(error) });
    }
  }

  /** Answers `model-applied` once frames are made with the new model, or `model-refused` with the old one at work. */
  async setModel(serial: number, model: string): Promise<void> {
    if (!this.#pipeline) {
      this.#waiting.push(() => this.setModel(serial, model));
      return;
    }
    try {
      await this.#pipeline.setModel(model);
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
      if (!this.#granted) throw new BackscrubError('Failed', 'No frame has been composed yet; try again.');
      const { width, height } = this.#setup.output;
      this.#channel.send({
        type: 'snapshot',
        serial,
        jpeg: takeSnapshot(this.#canvas, width, height, options),
      });
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
        const hidesRoom = await pipeline.process(fitted, this.#canvas);
        this.#deliver(hidesRoom);
        watch.lap(STAGE.output);
        watch.finish();
        frames++;
        this.#frames++;
        this.#dropped = droppedBefore + source.dropped;
      }
    } catch (error) {
      if (!this.#stopped) this.#release(toErrorInfo(error));
    }
    await this.#camera.close();
    return frames > 0;
  }

  #deliver(hidesRoom: boolean): void {
    if (this.#granted) {
      this.#output.writeCanvas(this.#canvas);
      // The room is not shown a moment longer than it was asked for.
      if (hidesRoom !== this.#repeats) {
        this.#repeats = hidesRoom;
        if (hidesRoom) this.#output.repeat(this.#canvas, REPEAT_AFTER_MS);
        else this.#output.stopRepeating();
      }
    } else if (!this.#asking && !this.#stopped) {
      this.#asking = true;
      this.#channel.send({ type: 'ready', serial: ++this.#question });
    }
  }

  /** When this returns, the engine writes nothing any more. */
  #withdraw(): void {
    this.#granted = false;
    this.#repeats = false;
    this.#output.stopRepeating();
  }

  #release(error: ErrorInfo): void {
    this.#withdraw();
    this.#asking = false;
    this.#channel.send({ type: 'released', error });
  }

  #report(): void {
    const now = performance.now();
    const framesPerSecond = ((this.#frames - this.#counted.frames) * 1000) / (now - this.#counted.at);
    this.#counted = { frames: this.#frames, at: now };
    if (!this.#pipeline) return;
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
