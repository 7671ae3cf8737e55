/**
 * The session as a pure state machine: what happened -> what is to be done. It knows no bus, device, process or clock.
 *
 * What it guarantees (machine.test.ts plays random events against it):
 * - the placeholder painter and an engine that may write are never active at the same time;
 * - an engine may write only while the session is enabled and somebody watches (or left a moment ago);
 * - after an engine that may write, the painter goes on only when that engine's process is reaped;
 * - the room counts as hidden (`isExposed` is false) only when no engine that was told to show it may write, unless that engine
 *   has confirmed a look that hides it, told later.
 */
import type { ErrorInfo } from '../../shared/errors.js';
import type { State } from '../../shared/names.js';
import type { FromEngine } from '../../shared/protocol.js';
import { decides, HIDDEN, type Room, told } from './room.js';

/** Milliseconds. */
export const TIMES = {
  /** Consumers re-open the device while they set it up; a camera that flaps with them would be slow. */
  linger: 2000,
  /** From asking an engine to stop until it is killed. */
  kill: 300,
  /** From telling an engine that writes to hide the room until it must have done so. */
  hide: 1000,
  /** Longest silence of an engine that loads, which is until it has said `ready` or `released`. */
  load: 10_000,
  /** Longest silence of an engine that writes (it tells statistics once a second). */
  silence: 3000,
  /** Longest silence of an engine that waits for its camera. */
  waiting: 30_000,
  retryFirst: 250,
  retryLast: 10_000,
  /** An engine that wrote this long is taken for healthy: the next failure is retried quickly again. */
  healthy: 30_000,
} as const;

export type TimerName = 'linger' | 'kill' | 'hide' | 'watch' | 'retry' | 'healthy';

export type EnginePhase =
  | { readonly phase: 'none' }
  /** `asked`: the serial of a `ready` that is answered when the room is hidden. */
  | { readonly phase: 'loading'; readonly asked?: number }
  | { readonly phase: 'granted' }
  | { readonly phase: 'released'; readonly asked?: number }
  /** Asked to die or killed, not reaped. `failure` is why, undefined when it is simply not needed any more. */
  | { readonly phase: 'stopping'; readonly mayWrite: boolean; readonly failure: ErrorInfo | undefined };

export interface SessionState {
  readonly enabled: boolean;
  readonly suspended: boolean;
  readonly closing: boolean;
  /** Whether the virtual camera's device is open. */
  readonly device: boolean;
  readonly consumers: number;
  /** Whether the camera is on for consumers only. */
  readonly onDemand: boolean;
  readonly lingering: boolean;
  readonly engine: EnginePhase;
  readonly room: Room;
  /** A restart of the engine waits for its timer. */
  readonly retrying: boolean;
  /** Failures in a row. */
  readonly failures: number;
  readonly camera: { readonly inUse: boolean; readonly id: string; readonly name: string };
  readonly error: ErrorInfo | undefined;
}

export type SessionEvent =
  | { readonly type: 'start' | 'stop' | 'suspend' | 'resume' | 'close' | 'device-found' }
  | { readonly type: 'device-lost'; readonly error: ErrorInfo }
  | { readonly type: 'consumers'; readonly count: number }
  | { readonly type: 'on-demand'; readonly value: boolean }
  | { readonly type: 'engine-message'; readonly message: FromEngine }
  /** Before the engine is told a look; serial 0 is the one that it starts with. */
  | { readonly type: 'look-told'; readonly serial: number; readonly reveals: boolean }
  /** It has not answered a question in time, and must not act on it any more. */
  | { readonly type: 'engine-late'; readonly error: ErrorInfo }
  /** The process has ended and is reaped; `how` is for people, for example "killed by SIGKILL". */
  | { readonly type: 'engine-exited'; readonly how: string }
  | { readonly type: 'timer'; readonly name: TimerName };

export type Effect =
  /** `covers`: the room may be in any of the device's buffers. */
  | { readonly type: 'paint-on'; readonly covers: boolean }
  | { readonly type: 'paint-off' }
  | { readonly type: 'engine-start' | 'engine-ask-to-stop' | 'engine-kill' }
  /** The answer to the `ready` with this serial. */
  | { readonly type: 'engine-grant'; readonly serial: number }
  | { readonly type: 'timer-set'; readonly name: TimerName; readonly milliseconds: number }
  | { readonly type: 'timer-clear'; readonly name: TimerName };

const NO_CAMERA = { inUse: false, id: '', name: '' } as const;

export const INITIAL_STATE: SessionState = {
  enabled: false,
  suspended: false,
  closing: false,
  device: false,
  consumers: 0,
  onDemand: true,
  lingering: false,
  engine: { phase: 'none' },
  room: HIDDEN,
  retrying: false,
  failures: 0,
  camera: NO_CAMERA,
  error: undefined,
};

/** Whether the picture is somebody's concern right now: an engine shall run. */
export function isWanted(state: SessionState): boolean {
  return (
    state.enabled &&
    state.device &&
    !state.suspended &&
    !state.closing &&
    (state.consumers > 0 || state.lingering || !state.onDemand)
  );
}

/**
 * Whether nobody has to do with the device: no reader, no engine.
 * @param counted whether the module tells about readers; if not, there are taken to be none while nothing is shown
 */
export function isQuiet(state: SessionState, counted: boolean): boolean {
  return (
    state.device &&
    !state.closing &&
    state.engine.phase === 'none' &&
    !isWanted(state) &&
    (state.consumers === 0 || !counted)
  );
}

/** Whether an engine process may be writing to the device. */
export function engineMayWrite({ engine }: SessionState): boolean {
  return engine.phase === 'granted' || (engine.phase === 'stopping' && engine.mayWrite);
}

/** Whether an engine may write that may show the room. */
export function isExposed(state: SessionState): boolean {
  return state.room.room !== 'hidden' && engineMayWrite(state);
}

export function isPainting(state: SessionState): boolean {
  return state.device && !engineMayWrite(state);
}

/** Property State of the contract. */
export function stateOf(state: SessionState): State {
  if (!state.enabled) return 'stopped';
  if (state.suspended) return 'suspended';
  if (!state.device) return 'failed';
  if (!isWanted(state)) return 'idle';
  if (state.engine.phase === 'granted') return 'running';
  return state.error ? 'failed' : 'starting';
}

/** Milliseconds before the engine is started again after so many failures in a row (1, 2, ...). */
export function retryDelay(failures: number): number {
  return Math.min(TIMES.retryFirst * 2 ** Math.min(failures - 1, 20), TIMES.retryLast);
}

/** One step. The effects are to be carried out in their order before the next event is taken. */
export function step(
  before: SessionState,
  event: SessionEvent,
): { readonly state: SessionState; readonly effects: readonly Effect[] } {
  const draft = new Draft(before);
  draft.take(event);
  draft.settle();
  return { state: draft.state, effects: draft.effects(before) };
}

class Draft {
  readonly #timers: Effect[] = [];
  readonly #engine: Effect[] = [];

  constructor(public state: SessionState) {}

  take(event: SessionEvent): void {
    switch (event.type) {
      case 'start':
        if (!this.state.enabled || this.state.retrying) this.#set({ enabled: true, failures: 0 });
        if (this.state.device && this.state.engine.phase !== 'released') this.#set({ error: undefined });
        this.#stopRetrying();
        break;
      case 'stop':
        this.#set({ enabled: false, error: this.state.device ? undefined : this.state.error });
        break;
      case 'suspend':
        this.#set({ suspended: true });
        break;
      case 'resume':
        this.#set({ suspended: false });
        break;
      case 'close':
        this.#set({ closing: true });
        break;
      case 'device-found':
        this.#set({ device: true, error: undefined });
        break;
      case 'device-lost':
        this.#set({ device: false, consumers: 0, error: event.error });
        break;
      case 'consumers':
        this.#consumers(event.count);
        break;
      case 'on-demand':
        this.#set({ onDemand: event.value });
        break;
      case 'engine-message':
        this.#message(event.message);
        break;
      case 'look-told':
        this.#lookTold(event.serial, event.reveals);
        break;
      case 'engine-late':
        if (this.#takesPart) this.#endEngine(event.error, 'engine-kill');
        break;
      case 'engine-exited':
        this.#exited(event.how);
        break;
      case 'timer':
        this.#timer(event.name);
        break;
    }
  }

  /** Brings the engine to what is wanted. */
  settle(): void {
    const { engine } = this.state;
    if (!isWanted(this.state)) {
      if (this.state.lingering) this.#endLinger();
      this.#stopRetrying();
      if (engine.phase !== 'none' && engine.phase !== 'stopping')
        this.#endEngine(undefined, 'engine-ask-to-stop');
    } else if (engine.phase === 'none' && !this.state.retrying) {
      this.#set({ engine: { phase: 'loading' } });
      this.#engine.push({ type: 'engine-start' });
      this.#setTimer('watch', TIMES.load);
    }
  }

  /** The painter stops before the engine is let in, and starts only after everything else. */
  effects(before: SessionState): readonly Effect[] {
    const painted = isPainting(before);
    const paints = isPainting(this.state);
    const off: Effect[] = painted && !paints ? [{ type: 'paint-off' }] : [];
    const on: Effect[] = paints && !painted ? [{ type: 'paint-on', covers: isExposed(before) }] : [];
    // Painting comes before the start of a new engine: a process takes its time to be made.
    const later = this.#engine.filter((effect) => effect.type === 'engine-start');
    const sooner = this.#engine.filter((effect) => effect.type !== 'engine-start');
    return [...off, ...sooner, ...on, ...later, ...this.#timers];
  }

  #set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
  }

  #setTimer(name: TimerName, milliseconds: number): void {
    this.#timers.push({ type: 'timer-set', name, milliseconds });
  }

  #clearTimer(name: TimerName): void {
    this.#timers.push({ type: 'timer-clear', name });
  }

  #stopRetrying(): void {
    if (!this.state.retrying) return;
    this.#set({ retrying: false });
    this.#clearTimer('retry');
  }

  #endLinger(): void {
    this.#set({ lingering: false });
    this.#clearTimer('linger');
  }

  #consumers(count: number): void {
    if (!this.state.device) return;
    const left = this.state.consumers > 0 && count === 0;
    this.#set({ consumers: count });
    if (count > 0 && this.state.lingering) this.#endLinger();
    // Also while a restart waits: a consumer that comes and goes must not start engine after engine that fails.
    else if (left && (this.state.engine.phase !== 'none' || this.state.retrying)) {
      this.#set({ lingering: true });
      this.#setTimer('linger', TIMES.linger);
    }
  }

  /** Whether there is an engine that was not told to end. */
  get #takesPart(): boolean {
    const { phase } = this.state.engine;
    return phase !== 'none' && phase !== 'stopping';
  }

  #lookTold(serial: number, reveals: boolean): void {
    const { engine, room } = this.state;
    if (engine.phase === 'none') return;
    if (reveals) this.#stopHiding();
    this.#set({ room: told(room, serial, reveals) });
    const begins = room.room === 'shown' && !reveals;
    if (begins && engine.phase === 'granted') this.#setTimer('hide', TIMES.hide);
  }

  #stopHiding(): void {
    if (this.state.room.room === 'hiding') this.#clearTimer('hide');
  }

  /** The engine's answer to a look: the first that hides the room, or a later one, counts. */
  #lookAnswered(serial: number, failure: ErrorInfo | undefined): void {
    const { engine, room } = this.state;
    if (!decides(room, serial)) return;
    if (failure) {
      // What it shows then is the old look. Its successor begins with the new one, whatever stands in for the background.
      this.#endEngine(failure, 'engine-kill');
      return;
    }
    this.#stopHiding();
    this.#set({ room: HIDDEN });
    if ((engine.phase === 'loading' || engine.phase === 'released') && engine.asked !== undefined) {
      this.#grant(engine.asked);
    }
  }

  #ready(serial: number): void {
    const { engine, room } = this.state;
    if (room.room !== 'hiding' || engine.phase === 'granted') {
      this.#grant(serial);
    } else {
      this.#set({ engine: { phase: engine.phase === 'loading' ? 'loading' : 'released', asked: serial } });
      this.#setTimer('hide', TIMES.hide);
    }
  }

  #grant(serial: number): void {
    const { phase } = this.state.engine;
    this.#set({ engine: { phase: 'granted' }, error: undefined });
    this.#engine.push({ type: 'engine-grant', serial });
    this.#setTimer('watch', TIMES.silence);
    if (phase !== 'granted') this.#setTimer('healthy', TIMES.healthy);
  }

  #message(message: FromEngine): void {
    const { phase } = this.state.engine;
    if (phase === 'none') return;
    if (message.type === 'camera') {
      this.#set({ camera: { inUse: message.inUse, id: message.id, name: message.name } });
    }
    if (phase === 'stopping') return;
    if (phase === 'loading' && message.type === 'loading') this.#setTimer('watch', TIMES.load);
    if (phase === 'granted') this.#setTimer('watch', TIMES.silence);
    if (phase === 'released') this.#setTimer('watch', TIMES.waiting);
    if (message.type === 'ready') {
      this.#ready(message.serial);
    } else if (message.type === 'look-applied') {
      this.#lookAnswered(message.serial, undefined);
    } else if (message.type === 'look-refused') {
      this.#lookAnswered(message.serial, message.error);
    } else if (message.type === 'released') {
      this.#set({ engine: { phase: 'released' }, error: message.error });
      this.#setTimer('watch', TIMES.waiting);
      this.#clearTimer('healthy');
      this.#stopHiding();
    } else if (message.type === 'failed') {
      this.#endEngine(message.error, 'engine-ask-to-stop');
    }
  }

  #endEngine(failure: ErrorInfo | undefined, how: 'engine-ask-to-stop' | 'engine-kill'): void {
    const mayWrite = this.state.engine.phase === 'granted';
    this.#set({ engine: { phase: 'stopping', mayWrite, failure } });
    if (failure) this.#set({ error: failure });
    this.#engine.push({ type: how });
    this.#clearTimer('watch');
    this.#clearTimer('healthy');
    this.#stopHiding();
    if (how === 'engine-ask-to-stop') this.#setTimer('kill', TIMES.kill);
  }

  #exited(how: string): void {
    const { engine } = this.state;
    if (engine.phase === 'none') return;
    this.#stopHiding();
    this.#set({ engine: { phase: 'none' }, room: HIDDEN, camera: NO_CAMERA });
    for (const name of ['kill', 'watch', 'healthy'] as const) this.#clearTimer(name);
    if (engine.phase === 'stopping' && engine.failure === undefined) return;
    const failures = this.state.failures + 1;
    const error: ErrorInfo =
      engine.phase === 'stopping' && engine.failure
        ? engine.failure
        : { code: 'Failed', message: `The engine ended unexpectedly (${how}); it is started again.` };
    this.#set({ failures, error });
    if (!isWanted(this.state)) return;
    this.#set({ retrying: true });
    this.#setTimer('retry', retryDelay(failures));
  }

  #timer(name: TimerName): void {
    const { phase } = this.state.engine;
    if (name === 'linger') this.#set({ lingering: false });
    if (name === 'retry') this.#set({ retrying: false });
    if (name === 'healthy' && phase === 'granted') this.#set({ failures: 0 });
    if (name === 'kill' && phase === 'stopping') this.#engine.push({ type: 'engine-kill' });
    if (name === 'hide' && this.#takesPart) {
      const message = 'The engine did not hide the room in time; it is started again.';
      this.#endEngine({ code: 'Failed', message }, 'engine-kill');
    }
    if (name === 'watch' && phase !== 'none' && phase !== 'stopping') {
      const message =
        phase === 'loading'
          ? 'The engine did not get ready in time; it is started again.'
          : 'The engine gave no sign of life; it is started again.';
      this.#endEngine({ code: 'Failed', message }, 'engine-kill');
    }
  }
}
