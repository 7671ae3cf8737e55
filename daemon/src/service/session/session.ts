/** The session: carries out the effects of the state machine and answers for the contract's members. */
import type { PropertyValues, Variant } from '../../generated/contract.js';
import { parseEffects } from '../../shared/effects.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { DEFAULT_BACKGROUND } from '../../shared/names.js';
import type { FromEngine, Look, ToEngine } from '../../shared/protocol.js';
import { revealsRoom } from '../../shared/reveals-room.js';
import { CameraControl, parseCamera } from './camera.js';
import { EngineGone, EngineLink } from './engine-link.js';
import { EngineRecord } from './engine-record.js';
import { FormatControl } from './format.js';
import {
  LookControl,
  type LookTarget,
  parseBackground,
  parseBlurStrength,
  parseCrossFade,
  parseMode,
} from './look.js';
import {
  type Effect,
  INITIAL_STATE,
  isExposed,
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
import { lookOf, type Settings, type UserLook } from './settings.js';
import { decodeJpeg, hiding, noPicture, parseSnapshotOptions } from './snapshot.js';
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
  readonly #waiting = new Set<{ readonly isMet: () => boolean; readonly resolve: () => void }>();
  /** How often an engine was told to show the room. */
  #revelations = 0;
  /** How many engines have ended. */
  #exits = 0;
  #state: SessionState = INITIAL_STATE;
  #stepping = false;
  #changed: () => void = () => {};

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#properties = new Properties(options.version);
    this.#timers = new Timers(ports.clock, (name) => this.#dispatch({ type: 'timer', name }));
    this.#link = new EngineLink(
      ports.clock,
      (message) => this.#send(message),
      (error) => this.#dispatch({ type: 'engine-late', error }),
    );
    const link = this.#link;
    const phase = (): string => this.#state.engine.phase;
    const takesChanges = (): boolean => this.#engineTakesChanges;
    const exposed = (): boolean => isExposed(this.#state);
    const to = <T>(apply: (change: T) => Promise<void>) => ({
      get engineTakesChanges(): boolean {
        return takesChanges();
      },
      get engineChecks(): boolean {
        return phase() === 'granted';
      },
      apply,
    });
    const looks: LookTarget = {
      get engineTakesChanges(): boolean {
        return takesChanges();
      },
      get engineChecks(): boolean {
        return phase() === 'granted';
      },
      get exposed(): boolean {
        return exposed();
      },
      apply: (look) => link.applyLook(look),
      hide: (look) => this.#hide(look),
    };
    const models = to((model: string) => link.applyModel(model));
    const { settings } = options;
    const lookChanged = (): void => {
      this.#record.lookChosen();
      this.#changed();
    };
    const now = (): number => ports.clock.now();
    this.#looks = new LookControl(lookOf(settings), looks, ports.backgrounds, lookChanged, now);
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
    this.#state = { ...INITIAL_STATE, enabled: settings.started };
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

  /** Resolves when the engine is gone, and the camera closed with it. The visit ends. */
  async stop(): Promise<void> {
    this.#dispatch({ type: 'stop' });
    const visited = this.endVisit('the virtual camera is stopped');
    await this.#engineEnd();
    await visited;
  }

  /**
   * Goes back from what holds for a visit only (visit.ts) to the last hiding mode, the last blur strength above 0, and a camera
   * that is on for readers only. Resolves when no frame shows the room any more.
   * @param why for the log
   */
  async endVisit(why: string): Promise<void> {
    const { mode, blurStrength } = this.#looks.look;
    const lasting = this.#looks.lasting;
    const visiting = mode !== lasting.mode || blurStrength !== lasting.blurStrength || !this.#state.onDemand;
    if (visiting) this.#ports.log('info', `what was chosen for a visit ends: ${why}`);
    this.#dispatch({ type: 'on-demand', value: true });
    await this.#looks.endVisit();
  }

  async setMode(mode: string): Promise<void> {
    await this.#looks.change({ mode: parseMode(mode) });
  }

  async setBackground(background: string): Promise<void> {
    await this.#looks.change({ background: parseBackground(background) });
  }

  /**
   * The look of another user, whole.
   * @returns it, with the default background where its own cannot be shown
   */
  async adoptLook(look: UserLook): Promise<UserLook> {
    try {
      await this.#looks.change({ ...look });
      return look;
    } catch {
      const instead = { ...look, background: DEFAULT_BACKGROUND };
      await this.#looks.change(instead);
      return instead;
    }
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

  /** Asks the camera for what is left open of the format; a change waits until nobody reads. */
  async reconsiderFormat(): Promise<void> {
    await this.#formats.reconsider();
  }

  /**
   * The last composed frame as a JPEG file. While the look hides the room, the picture comes from an engine that has hidden it, and
   * hid it already when it was asked.
   * @throws BackscrubError InvalidArgs, Failed
   */
  async snapshot(options: Readonly<Record<string, Variant>>): Promise<Uint8Array> {
    const parsed = parseSnapshotOptions(options);
    if (this.#state.engine.phase !== 'granted') throw noPicture(stateOf(this.#state));
    const exposed = isExposed(this.#state);
    if (exposed && !revealsRoom(this.#looks.look)) throw hiding();
    const revelations = this.#revelations;
    try {
      const jpeg = decodeJpeg(await this.#link.takeSnapshot(parsed));
      const mayShow = exposed || revelations !== this.#revelations;
      if (mayShow && !revealsRoom(this.#looks.look)) throw hiding();
      return jpeg;
    } catch (error) {
      throw error instanceof EngineGone ? noPicture(stateOf(this.#state)) : error;
    }
  }

  /** Resolves when the camera is closed: the system may sleep. */
  async suspend(): Promise<void> {
    this.#dispatch({ type: 'suspend' });
    await this.#engineEnd();
  }

  resume(): void {
    this.#dispatch({ type: 'resume' });
  }

  /** Whether an engine runs, which may have the camera open. */
  get isBusy(): boolean {
    return this.#state.engine.phase !== 'none';
  }

  /** What is to be found again after a restart; nothing of it shows the room. */
  settings(): Settings {
    return {
      started: this.#state.enabled,
      ...this.#looks.lasting,
      crossFade: this.#looks.lasting.crossFade ?? 0,
      camera: this.#cameras.camera,
      model: this.#models.model,
      resolution: this.#formats.resolution,
      frameRate: this.#formats.frameRate,
    };
  }

  /** Ends the engine, leaves the placeholder in the device and closes it. */
  async close(): Promise<void> {
    this.#dispatch({ type: 'close' });
    await this.#engineEnd();
    this.#ports.devices.close();
    this.#ports.virtualCamera.close();
    this.#timers.clearAll();
  }

  properties(): PropertyValues {
    const { virtualCamera } = this.#ports;
    return this.#properties.values(
      this.#state,
      this.settings(),
      this.#looks.shown,
      this.#record,
      virtualCamera,
    );
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
        if (next.type === 'engine-exited') this.#exits++;
        for (const effect of effects) this.#perform(effect);
        this.#tell(before, state);
      }
    } finally {
      this.#stepping = false;
    }
    for (const waiting of this.#waiting) {
      if (!waiting.isMet()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
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
        virtualCamera.startPainting(effect.covers);
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
    const { look } = this.#looks;
    this.#lookTold(0, look);
    engine.start(setup, look, fd);
  }

  get #engineTakesChanges(): boolean {
    return ['loading', 'granted', 'released'].includes(this.#state.engine.phase);
  }

  /** Every look goes through here, so that the state machine knows what an engine may show. */
  #send(message: ToEngine): void {
    if (message.type === 'look') this.#lookTold(message.serial, message.look);
    this.#ports.engine.send(message);
  }

  #lookTold(serial: number, look: Look): void {
    const reveals = revealsRoom(look);
    if (reveals) this.#revelations++;
    this.#dispatch({ type: 'look-told', serial, reveals });
  }

  /** The state machine ends an engine that does not confirm in time, and one that refuses. */
  async #hide(look: Look): Promise<void> {
    if (this.#engineTakesChanges) this.#link.applyLook(look).catch(() => {});
    await this.#until(() => !isExposed(this.#state));
  }

  #tell(before: SessionState, after: SessionState): void {
    const { log } = this.#ports;
    if (after.failures > before.failures) this.#record.failed();
    if (stateOf(after) !== stateOf(before)) log('info', `state ${stateOf(before)} -> ${stateOf(after)}`);
    if (after.error && after.error.message !== before.error?.message) log('warning', after.error.message);
  }

  /** Resolves when no engine runs, or the one that runs now has ended: its successor may start in the same step. */
  #engineEnd(): Promise<void> {
    const exits = this.#exits;
    return this.#until(() => this.#state.engine.phase === 'none' || this.#exits !== exits);
  }

  /** Resolves when a condition is met that depends on the state. */
  #until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ isMet, resolve }));
  }
}
