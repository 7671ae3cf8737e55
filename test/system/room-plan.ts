/**
 * What the random test does to the service, by chance: single calls, and phrases of several that have shown the room before or
 * might. A phrase leaves everything as it may be left, but for what it chose.
 */
import type { Effect } from './exposure.js';
import type { Random } from './random.js';
import type { Action } from './room-driver.js';

/** One action, with what it does to what may be seen. */
export interface Move {
  readonly action: Action;
  readonly effect?: Effect;
  /** Sent while the one before it has no answer, after what pauses there are between them. */
  readonly beside?: true;
}

export type Pause = { readonly pause: number };
export type Step = Move | Pause | 'leave and return';

/** What there is to choose from. */
export interface Choices {
  readonly backgrounds: readonly string[];
  readonly effects: readonly string[];
  readonly models: readonly string[];
  readonly cameras: readonly string[];
  /** Files in the guest that can be imported. */
  readonly files: readonly string[];
  /** The commands that fill the disk and empty it. */
  readonly fillDisk: string;
  readonly emptyDisk: string;
  /** The commands that give the cameras' clip to the camera again. */
  readonly startCamera: string;
}

const HIDING = ['blur', 'replace', 'mask'] as const;
/** Below that the blocks of the room are to be seen in a blurred one, too. */
const LEAST_BLUR = 40;
const SNAPSHOT = '/mnt/output/room-snapshot.jpg';
const PID = 'systemctl show --property=MainPID --value backscrub.service';
const ENGINE = `pgrep -P $(${PID}) -f engine/main`;
const ASK = 'busctl --system get-property org.backscrub /org/backscrub org.backscrub State';

export const pause = (milliseconds: number): Pause => ({ pause: milliseconds });
export const run = (command: string, effect: Effect = {}): Move => ({ action: { run: command }, effect });
export const setMode = (mode: string): Move => ({
  action: { call: ['SetMode', 's', [mode]] },
  effect: { mode },
});
export const setBackground = (background: string): Move => ({
  action: { call: ['SetBackground', 's', [background]] },
});
export const setEffects = (effects: readonly string[]): Move => ({
  action: { call: ['SetEffects', 'as', [effects]] },
});
export const setStrength = (strength: number): Move => ({
  action: { set: ['BlurStrength', 'u', strength] },
  effect: { strength },
});
export const setModel = (model: string): Move => ({ action: { call: ['SetModel', 's', [model]] } });
export const start: Move = { action: { call: ['Start', '', []] } };
const stop: Move = { action: { call: ['Stop', '', []] }, effect: { ends: true } };
const snapshot: Move = { action: { snapshot: SNAPSHOT } };

/** The service's process is another one and answers. */
function anotherLife(command: string): Move {
  return run(
    `systemctl reset-failed backscrub.service; old=$(${PID}); ${command}; for i in $(seq 300); do [ "$(${PID})" != "$old" ] && ${ASK} && exit; sleep 0.1; done; exit 1`,
    { ends: true },
  );
}

const killService = anotherLife('kill -KILL $old');
const killAll = anotherLife('systemctl kill --signal=SIGKILL --kill-whom=all backscrub.service');
const restart = anotherLife('systemctl restart backscrub.service');
const killEngine = run(`kill -KILL $(${ENGINE}) || true`);
/** Stopped for a while and going on, as when a machine swaps. */
const stopEngine = (seconds: string): Move =>
  run(`p=$(${ENGINE}) && kill -STOP $p && { sleep ${seconds}; kill -CONT $p; } || true`);
const stopService = (seconds: string): Move =>
  run(`p=$(${PID}); kill -STOP $p; sleep ${seconds}; kill -CONT $p; ${ASK}`);
const stallCamera = run('systemctl kill --signal=STOP feeder.service || true');
const endStall = run('systemctl kill --signal=CONT feeder.service || true');
const unplugCamera = run('systemctl stop feeder.service; systemctl reset-failed feeder.service || true');

/** Another user at the machine, or nobody: logind says so. */
const seat = (user: string): Move =>
  run(
    `systemctl stop 'seat-*.service'; ${user === '' ? '' : `systemd-run --quiet --collect --unit=seat-${user} --property=PAMName=login --property=User=${user} --setenv=XDG_SEAT=seat0 --setenv=XDG_SESSION_TYPE=wayland --setenv=XDG_SESSION_CLASS=user sleep 300`}`,
    { look: true },
  );

/** How often which is done, of all that is. */
const SHARES = { calls: 40, phrases: 30, faults: 6 };

export class Plan {
  readonly #random: Random;
  readonly #choices: Choices;
  /** Ids of what was imported. */
  readonly #imported: string[] = [];
  /** The phrases that have not been spoken: each comes before any comes again. */
  #deck: (() => readonly Step[])[] = [];

  constructor(random: Random, choices: Choices) {
    this.#random = random;
    this.#choices = choices;
  }

  /** Tells it what an import answered. */
  imported(id: string): void {
    if (!this.#imported.includes(id)) this.#imported.push(id);
  }

  /** The next steps. */
  next(): readonly Step[] {
    const random = this.#random;
    const chance = random.share() * (SHARES.calls + SHARES.phrases + SHARES.faults);
    if (chance < SHARES.calls) return [this.#call(), pause(random.between(0, 200))];
    if (chance < SHARES.calls + SHARES.phrases) return this.#phrase();
    return [...this.#fault(), pause(random.between(200, 1500))];
  }

  #background(): string {
    return this.#random.oneOf([...this.#choices.backgrounds, ...this.#imported, ...this.#imported]);
  }

  #call(): Move {
    const random = this.#random;
    const { effects, models, cameras, files } = this.#choices;
    return random.oneOf<() => Move>([
      ...[0, 1, 2, 3].map(() => () => setMode(random.oneOf(HIDING))),
      () => setMode('passthrough'),
      ...[0, 1, 2, 3].map(() => () => setBackground(this.#background())),
      () => setEffects(random.some(effects, 0.3)),
      () => setEffects(random.some(['mirror', 'flip'], 0.5)),
      () => setEffects([]),
      () => setStrength(random.between(LEAST_BLUR, 100)),
      () => setStrength(random.share() < 0.3 ? 0 : 100),
      () => ({ action: { set: ['CrossFade', 'u', random.between(0, 4) * 250] } }),
      () => setModel(random.oneOf(models)),
      () => ({ action: { call: ['SetCamera', 's', [random.oneOf(cameras)]] } }),
      () => ({ action: { set: ['OnDemand', 'b', random.share() < 0.5] } }),
      () => ({ action: { set: ['Resolution', 's', random.oneOf(['auto', '1280x720'])] } }),
      () => ({ action: { set: ['FrameRate', 'u', random.oneOf([0, 30])] } }),
      () => start,
      () => snapshot,
      () => snapshot,
      () => ({ action: { import: ['by chance', random.oneOf(files)] } }),
      () => {
        // The last one that is left is what other calls choose.
        const id = this.#imported.length > 2 ? this.#imported.shift() : undefined;
        return { action: { call: ['RemoveBackground', 's', [id ?? 'builtin:bokeh']] } };
      },
      () => ({ action: { call: ['ListBackgrounds', '', []] } }),
      () => ({ action: { call: ['ListModels', '', []] } }),
      () => ({ action: { call: ['ListCameras', '', []] } }),
      () => ({
        action: { call: ['GetThumbnail', 'su', [this.#background(), random.between(16, 512)]] },
      }),
    ])();
  }

  #phrase(): readonly Step[] {
    if (this.#deck.length === 0) this.#deck = this.#random.shuffled(this.#phrases());
    return this.#deck.pop()?.() ?? [];
  }

  #phrases(): (() => readonly Step[])[] {
    const random = this.#random;
    const shown = pause(random.between(100, 600));
    const hide = setMode(random.oneOf(HIDING));
    const visit: readonly Step[] = [setMode('passthrough'), shown];
    const imported = (): string => random.oneOf([this.#background(), ...this.#imported]);
    return [
      // Another background meanwhile, and behind the person at once.
      () => [...visit, setBackground(imported()), setMode('replace'), pause(400)],
      () => [...visit, 'leave and return', setBackground(imported()), setMode('replace'), pause(400)],
      () => [...visit, setBackground(this.#background()), { ...hide, beside: true }, pause(400)],
      () => [...visit, { ...setMode('passthrough') }, { ...hide, beside: true }, snapshot],
      () => [...visit, setEffects(random.some(['mirror', 'flip', 'vignette'], 0.5)), hide, snapshot],
      // The first that an application sees of a new engine.
      () => [...visit, 'leave and return', hide, pause(300)],
      () => [setBackground(this.#background()), killEngine, setMode('replace'), pause(1500)],
      // Everything at once, while a new engine loads its first model.
      () => [
        killEngine,
        setModel(random.oneOf(this.#choices.models)),
        pause(random.between(0, 800)),
        { ...setMode('passthrough'), beside: true },
        pause(random.between(0, 500)),
        { ...hide, beside: true },
        snapshot,
        pause(800),
      ],
      // What was answered holds in the next life.
      () => [...visit, hide, random.oneOf([killService, killAll, restart]), pause(1000)],
      () => [...visit, random.oneOf([killService, killAll, restart]), pause(1000)],
      () => [...visit, stop, pause(200), start, pause(300)],
      // Nothing comes from the camera that could push a picture of the room out.
      () => [...visit, stallCamera, pause(random.between(0, 300)), hide, snapshot, pause(300), endStall],
      () => [...visit, stopEngine('1.5'), { ...hide, beside: true }, snapshot],
      () => [run(this.#choices.fillDisk), ...visit, hide, killService, run(this.#choices.emptyDisk)],
      () => [setStrength(0), setMode('blur'), shown, setStrength(80), snapshot, pause(200)],
      () => [
        setEffects(['mirror']),
        pause(300),
        setEffects(['flip']),
        pause(300),
        setEffects([]),
        pause(200),
      ],
    ];
  }

  #fault(): readonly Step[] {
    const random = this.#random;
    const { fillDisk, emptyDisk, startCamera } = this.#choices;
    return random.oneOf<() => readonly Step[]>([
      () => [killEngine],
      () => [stopEngine('0.7')],
      () => [killService],
      () => [killAll],
      () => [stopService('0.8')],
      () => [restart],
      () => [stop, pause(random.between(0, 1500)), start],
      () => [run(fillDisk), this.#call(), this.#call(), run(emptyDisk)],
      () => [unplugCamera, pause(random.between(0, 2500)), this.#call(), run(startCamera)],
      () => [stallCamera, pause(random.between(100, 3000)), this.#call(), endStall],
      () => [seat(random.oneOf(['cam', 'other', '']))],
      () => ['leave and return'],
    ])();
  }
}
