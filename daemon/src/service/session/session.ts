/** The session: carries out the effects of the state machine and answers for the contract's members. */
import type { PropertyValues, Variant } from '../../generated/contract.js';
import { parseEffects } from '../../shared/effects.js';
import { BackscrubError, ERROR_NAMES, type ErrorInfo } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { EFFECTS, MODES } from '../../shared/names.js';
import type { EngineStatistics, FromEngine, Look } from '../../shared/protocol.js';
import { EngineLink } from './engine-link.js';
import { LookControl, parseBackground, parseBlurStrength, parseCrossFade, parseMode } from './look.js';
import {
  type Effect,
  INITIAL_STATE,
  type SessionEvent,
  type SessionState,
  stateOf,
  step,
  type TimerName,
} from './machine.js';
import { ModelControl, parseModel } from './model.js';
import { toModelDictionary } from './model-row.js';
import type { BackgroundCheck, Clock, EnginePort, ModelCheck, VirtualCameraPort } from './ports.js';
import { toDictionary } from './statistics.js';

export interface SessionPorts {
  readonly virtualCamera: VirtualCameraPort;
  readonly engine: EnginePort;
  readonly backgrounds: BackgroundCheck;
  readonly models: ModelCheck;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SessionOptions {
  readonly look: Look;
  /** Stable id of the wanted camera, "" = automatic. */
  readonly camera: string;
  readonly model: string;
  /** Where models run, see EngineSetup. */
  readonly provider: string;
  readonly version: string;
}

export class Session {
  readonly #ports: SessionPorts;
  readonly #options: SessionOptions;
  readonly #looks: LookControl;
  readonly #models: ModelControl;
  readonly #link: EngineLink;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: SessionEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #state: SessionState = INITIAL_STATE;
  #stepping = false;
  #changed: () => void = () => {};
  #statistics: EngineStatistics | undefined;
  #starts = 0;
  #failures = 0;
  /** The engine runs, but with a stand-in for the chosen background. */
  #lookTrouble: ErrorInfo | undefined;

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports;
    this.#options = options;
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
    this.#looks = new LookControl(options.look, looks, ports.backgrounds, () => {
      this.#lookTrouble = undefined;
      this.#changed();
    });
    this.#models = new ModelControl(options.model, models, ports.models, () => this.#changed());
  }

  /** @param changed called after each step in which a property may have changed */
  begin(changed: () => void): void {
    this.#changed = changed;
    this.#ports.engine.begin({
      message: (message) => this.#engineMessage(message),
      exited: (how) => {
        this.#statistics = undefined;
        this.#dispatch({ type: 'engine-exited', how });
        this.#link.exited();
        for (const resolve of this.#waiting) resolve();
        this.#waiting.clear();
      },
    });
    this.#ports.virtualCamera.begin({
      found: () => this.#dispatch({ type: 'device-found' }),
      lost: (error) => this.#dispatch({ type: 'device-lost', error }),
      consumers: (count) => this.#dispatch({ type: 'consumers', count }),
    });
  }

  /** Enables without insisting on a device: what the service does at its own start. */
  enable(): void {
    this.#dispatch({ type: 'start' });
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
  async listModels(): Promise<Record<string, Variant>[]> {
    return (await this.#ports.models.listModels()).map(toModelDictionary);
  }

  async setModel(model: string): Promise<void> {
    await this.#models.change(parseModel(model));
  }

  /** Ends the engine, leaves the placeholder in the device and closes it. */
  async close(): Promise<void> {
    this.#dispatch({ type: 'close' });
    await this.#untilEngineGone();
    this.#ports.virtualCamera.close();
    for (const cancel of this.#timers.values()) cancel();
  }

  properties(): PropertyValues {
    const state = this.#state;
    const { look } = this.#looks;
    const error = state.error ?? this.#lookTrouble;
    return {
      State: stateOf(state),
      Mode: look.mode,
      Modes: MODES,
      Background: look.background,
      BlurStrength: look.blurStrength,
      Effects: look.effects,
      AvailableEffects: EFFECTS,
      CrossFade: look.crossFade ?? 0,
      Model: this.#models.model,
      VirtualCamera: this.#ports.virtualCamera.path,
      Camera: state.camera.id || this.#options.camera,
      Consumers: state.consumers,
      CameraInUse: state.camera.inUse,
      LastError: error ? [ERROR_NAMES[error.code], error.message] : ['', ''],
      Statistics: toDictionary(
        {
          onDemand: this.#ports.virtualCamera.onDemand,
          engineStarts: this.#starts,
          engineFailures: this.#failures,
        },
        this.#statistics,
      ),
      Version: this.#options.version,
    };
  }

  #engineMessage(message: FromEngine): void {
    this.#link.message(message);
    if (message.type === 'statistics') this.#statistics = message.statistics;
    // Serial 0: the look that the engine started with, so nobody waits for the answer.
    if (message.type === 'look-refused' && message.serial === 0) this.#lookTrouble = message.error;
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
    this.#changed();
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
        this.#timers.get(effect.name)?.();
        this.#timers.set(
          effect.name,
          this.#ports.clock.after(effect.milliseconds, () =>
            this.#dispatch({ type: 'timer', name: effect.name }),
          ),
        );
        break;
      case 'timer-clear':
        this.#timers.get(effect.name)?.();
        this.#timers.delete(effect.name);
        break;
    }
  }

  #startEngine(): void {
    const { virtualCamera, engine } = this.#ports;
    const { fd, format, path } = virtualCamera;
    if (fd === undefined) throw new BackscrubError('Failed', 'an engine cannot start without a device');
    this.#starts++;
    this.#lookTrouble = undefined;
    const { camera, provider } = this.#options;
    const setup = { camera, model: this.#models.model, provider, output: format, outputPath: path };
    engine.start(setup, this.#looks.look, fd);
  }

  #tell(before: SessionState, after: SessionState): void {
    const { log } = this.#ports;
    if (after.failures > before.failures) this.#failures++;
    if (stateOf(after) !== stateOf(before)) log('info', `state ${stateOf(before)} -> ${stateOf(after)}`);
    if (after.error && after.error.message !== before.error?.message) log('warning', after.error.message);
  }

  #untilEngineGone(): Promise<void> {
    if (this.#state.engine.phase === 'none') return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }
}
