/** The session: carries out the effects of the state machine and answers for the contract's members. */
import type { PropertyValues, Variant } from '../../generated/contract.js';
import { parseEffects } from '../../shared/effects.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { DEFAULT_BACKGROUND } from '../../shared/names.js';
import type { FromEngine, Look } from '../../shared/protocol.js';
import { CameraControl, parseCamera } from './camera.js';
import { EngineGone, EngineLink } from './engine-link.js';
import { EngineRecord } from './engine-record.js';
import { FormatControl } from './format.js';
import { LookControl, parseBackground, parseBlurStrength, parseCrossFade, parseMode } from './look.js';
import {
  type Effect,
  INITIAL_STATE,
  isQuiet,
  type SessionEvent,
  type SessionState,
  stateOf,
  step,
} from './machine.js';
import { ModelControl, parseModel } from './model.js';
import type {
  BackgroundCheck,
  CameraProbe,
  Clock,
  DeviceNews,
  EnginePort,
  ModelCheck,
  VirtualCameraPort,
} from './ports.js';
import { Properties } from './properties.js';
import { lookOf, type Settings } from './settings.js';
import { decodeJpeg, noPicture, parseSnapshotOptions } from './snapshot.js';
import { Timers } from './timers.js';

export interface SessionPorts {
  readonly virtualCamera: VirtualCameraPort;
  readonly engine: EnginePort;
  readonly backgrounds: BackgroundCheck;
  readonly models: ModelCheck;
  readonly cameras: CameraProbe;
  readonly devices: DeviceNews;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SessionOptions {
  /** What was chosen before. */
  readonly settings: Settings;
  /** Where models run, see EngineSetup. */
  readonly provider: string;
  readonly version: string;
}

export class Session {
  readonly #ports: SessionPorts;
  readonly #options: SessionOptions;
  readonly #looks: LookControl;
  readonly #models: ModelControl;
  readonly #cameras: CameraControl;
  readonly #formats: FormatControl;
  readonly #link: EngineLink;
  readonly #timers: Timers;
  readonly #record = new EngineRecord();
  readonly #properties: Properties;
  readonly #queue: SessionEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #state: SessionState = INITIAL_STATE;
  #stepping = false;
  #changed: () => void = () => {};

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#properties = new Properties(options.version);
    this.#timers = new Timers(ports.clock, (name) => this.#dispatch({ type: 'timer', name }));
    this.#link = new EngineLink(ports.clock, (message) => ports.engine.send(message));
    const link = this.#link;
    const phase = (): string => this.#state.engine.phase;
    const to = <T>(apply: (change: T) => Promise<void>) => ({
      get engineTakesChanges(): boolean {
        return ['loading', 'granted', 'released'].includes(phase());
      },
      get engineChecks(): boolean {
        return phase() === 'granted';
      },
      apply,
    });
    const looks = to((look: Look) => link.applyLook(look));
    const models = to((model: string) => link.applyModel(model));
    const { settings } = options;
    this.#looks = new LookControl(lookOf(settings), looks, ports.backgrounds, () => {
      this.#record.lookChosen();
      this.#changed();
    });
    this.#models = new ModelControl(settings.model, models, ports.models, () => {
      this.#record.modelChosen();
      this.#changed();
    });
    const { virtualCamera } = ports;
    const outputPath = (): string => virtualCamera.path;
    const cameras = Object.assign(
      to((camera: string) => link.applyCamera(camera)),
      { outputPath },
    );
    this.#cameras = new CameraControl(settings.camera, cameras, ports.cameras, () => {
      this.#changed();
      void this.#formats.reconsider();
    });
    const ask = () => ports.cameras.cameraFormat(this.#cameras.camera, virtualCamera.path);
    this.#formats = new FormatControl(settings, virtualCamera, ask, () => this.#settleFormat());
    this.#state = { ...INITIAL_STATE, enabled: settings.started, onDemand: settings.onDemand };
  }

  /** @param changed called after each step in which a property may have changed */
  begin(changed: () => void): void {
    this.#changed = changed;
    this.#ports.engine.begin({
      message: (message) => this.#engineMessage(message),
      exited: (how) => {
        this.#record.exited();
        this.#dispatch({ type: 'engine-exited', how });
        this.#link.exited();
        for (const resolve of this.#waiting) resolve();
        this.#waiting.clear();
      },
    });
    this.#ports.devices.begin(() => this.#devicesChanged());
    this.#ports.virtualCamera.begin({
      found: () => this.#dispatch({ type: 'device-found' }),
      lost: (error) => this.#dispatch({ type: 'device-lost', error }),
      consumers: (count) => this.#dispatch({ type: 'consumers', count }),
    });
  }

  /** @throws BackscrubError NoVirtualCamera */
  start(): void {
    this.#ports.virtualCamera.open();
    this.#dispatch({ type: 'start' });
  }

  /** Resolves when the engine is gone, and the camera closed with it. */
  async stop(): Promise<void> {
    this.#dispatch({ type: 'stop' });
    await this.#untilEngineGone();
  }

  async setMode(mode: string): Promise<void> {
    await this.#looks.change({ mode: parseMode(mode) });
  }

  async setBackground(background: string): Promise<void> {
    await this.#looks.change({ background: parseBackground(background) });
  }

  /** Has a background removed that may be the current one. */
  async forgetBackground(background: string, remove: () => Promise<void>): Promise<void> {
    await this.#looks.forget(background, DEFAULT_BACKGROUND, remove);
  }

  async setBlurStrength(strength: number): Promise<void> {
    await this.#looks.change({ blurStrength: parseBlurStrength(strength) });
  }

  async setEffects(effects: readonly string[]): Promise<void> {
    await this.#looks.change({ effects: parseEffects(effects) });
  }

  async setCrossFade(milliseconds: number): Promise<void> {
    await this.#looks.change({ crossFade: parseCrossFade(milliseconds) });
  }

  /** @throws BackscrubError Failed */
  listModels(): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#models.list();
  }

  async setModel(model: string): Promise<void> {
    await this.#models.change(parseModel(model));
  }

  /** @throws BackscrubError Failed */
  listCameras(): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#cameras.list(this.#state.camera.id);
  }

  async setCamera(camera: string): Promise<void> {
    await this.#cameras.change(parseCamera(camera));
  }

  setOnDemand(value: boolean): void {
    this.#dispatch({ type: 'on-demand', value });
  }

  async setResolution(resolution: string): Promise<void> {
    await this.#formats.setResolution(resolution);
  }

  async setFrameRate(rate: number): Promise<void> {
    await this.#formats.setFrameRate(rate);
  }

  /** The last composed frame as a JPEG file. @throws BackscrubError InvalidArgs, Failed */
  async snapshot(options: Readonly<Record<string, Variant>>): Promise<Uint8Array> {
    const parsed = parseSnapshotOptions(options);
    if (this.#state.engine.phase !== 'granted') throw noPicture(stateOf(this.#state));
    try {
      return decodeJpeg(await this.#link.takeSnapshot(parsed));
    } catch (error) {
      throw error instanceof EngineGone ? noPicture(stateOf(this.#state)) : error;
    }
  }

  /** Resolves when the camera is closed: the system may sleep. */
  async suspend(): Promise<void> {
    this.#dispatch({ type: 'suspend' });
    await this.#untilEngineGone();
  }

  resume(): void {
    this.#dispatch({ type: 'resume' });
  }

  /** Whether an engine runs, which may have the camera open. */
  get isBusy(): boolean {
    return this.#state.engine.phase !== 'none';
  }

  /** What is to be found again after a restart. */
  settings(): Settings {
    return {
      started: this.#state.enabled,
      ...this.#looks.look,
      crossFade: this.#looks.look.crossFade ?? 0,
      camera: this.#cameras.camera,
      model: this.#models.model,
      onDemand: this.#state.onDemand,
      resolution: this.#formats.resolution,
      frameRate: this.#formats.frameRate,
    };
  }

  /** Ends the engine, leaves the placeholder in the device and closes it. */
  async close(): Promise<void> {
    this.#dispatch({ type: 'close' });
    await this.#untilEngineGone();
    this.#ports.devices.close();
    this.#ports.virtualCamera.close();
    this.#timers.clearAll();
  }

  properties(): PropertyValues {
    return this.#properties.values(this.#state, this.settings(), this.#record, this.#ports.virtualCamera);
  }

  #engineMessage(message: FromEngine): void {
    this.#link.message(message);
    this.#record.message(message);
    this.#dispatch({ type: 'engine-message', message });
  }

  /** Effects may bring about events; they wait until the step at hand is done. */
  #dispatch(event: SessionEvent): void {
    this.#queue.push(event);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        const before = this.#state;
        const { state, effects } = step(before, next);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
        this.#tell(before, state);
      }
    } finally {
      this.#stepping = false;
    }
    this.#settleFormat();
  }

  #settleFormat(): void {
    const { virtualCamera } = this.#ports;
    this.#formats.settle(isQuiet(this.#state, virtualCamera.onDemand));
    this.#changed();
  }

  #devicesChanged(): void {
    this.#ports.virtualCamera.retry();
    this.#ports.engine.send({ type: 'cameras-changed' });
    void this.#formats.reconsider();
  }

  #perform(effect: Effect): void {
    const { virtualCamera, engine } = this.#ports;
    switch (effect.type) {
      case 'paint-on':
        virtualCamera.startPainting();
        break;
      case 'paint-off':
        virtualCamera.stopPainting();
        break;
      case 'engine-start':
        this.#startEngine();
        break;
      case 'engine-grant':
        engine.send({ type: 'granted', serial: effect.serial });
        break;
      case 'engine-ask-to-stop':
        engine.send({ type: 'stop' });
        break;
      case 'engine-kill':
        engine.kill();
        break;
      case 'timer-set':
        this.#timers.set(effect.name, effect.milliseconds);
        break;
      case 'timer-clear':
        this.#timers.clear(effect.name);
        break;
    }
  }

  #startEngine(): void {
    const { virtualCamera, engine } = this.#ports;
    const { fd, format, path } = virtualCamera;
    if (fd === undefined) throw new BackscrubError('Failed', 'an engine cannot start without a device');
    this.#record.started();
    const { provider } = this.#options;
    const { camera } = this.#cameras;
    const setup = { camera, model: this.#models.model, provider, output: format, outputPath: path };
    engine.start(setup, this.#looks.look, fd);
  }

  #tell(before: SessionState, after: SessionState): void {
    const { log } = this.#ports;
    if (after.failures > before.failures) this.#record.failed();
    if (stateOf(after) !== stateOf(before)) log('info', `state ${stateOf(before)} -> ${stateOf(after)}`);
    if (after.error && after.error.message !== before.error?.message) log('warning', after.error.message);
  }

  #untilEngineGone(): Promise<void> {
    if (this.#state.engine.phase === 'none') return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }
}
