/** The real camera that the user wants: looked for or opened by the engine, then kept. One change at a time. */
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { keepLast } from '../keep-last.js';
import type { CameraProbe, CameraRow } from './ports.js';
import { type EngineState, settle, shorten } from './settle.js';

const MAX_ID = 500;

/** Checks the form of a camera's stable id; "" is the automatic choice. @throws BackscrubError NoCamera */
export function parseCamera(id: string): string {
  if (id.length <= MAX_ID && !id.includes('\0') && !id.startsWith('/')) return id;
  throw new BackscrubError(
    'NoCamera',
    `"${shorten(id)}" is not the id of a camera. ListCameras (backscrubctl camera list) has the ids.`,
  );
}

export interface CameraTarget extends EngineState {
  /** The virtual camera's node, which is none. */
  outputPath(): string;
  /** @throws BackscrubError, EngineGone */
  apply(camera: string): Promise<void>;
}

export class CameraControl {
  readonly #target: CameraTarget;
  readonly #probe: CameraProbe;
  readonly #changed: () => void;
  readonly #dictionaries = keepLast(toDictionaries);
  #camera: string;
  #last: Promise<void> = Promise.resolve();

  constructor(camera: string, target: CameraTarget, probe: CameraProbe, changed: () => void) {
    this.#camera = camera;
    this.#target = target;
    this.#probe = probe;
    this.#changed = changed;
  }

  /** Stable id of the chosen camera, whether it is there or not; "" is the automatic choice. */
  get camera(): string {
    return this.#camera;
  }

  /** Resolves when the camera is in use, or found and kept for the next engine. After an error the old choice stays. */
  change(camera: string): Promise<void> {
    const work = this.#last.then(() => this.#apply(camera));
    this.#last = work.catch(() => {});
    return work;
  }

  /** What ListCameras answers. @param inUse id of the open camera. @throws BackscrubError Failed */
  async list(inUse: string): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#dictionaries(await this.#probe.listCameras(this.#target.outputPath()), this.#camera, inUse);
  }

  async #apply(camera: string): Promise<void> {
    // The one that was chosen before may be chosen again while it is away.
    const check = camera === '' || camera === this.#camera ? undefined : () => this.#find(camera);
    await settle(this.#target, check, () => this.#target.apply(camera));
    this.#camera = camera;
    this.#changed();
  }

  async #find(camera: string): Promise<void> {
    const rows = await this.#probe.listCameras(this.#target.outputPath());
    if (rows.some(({ id }) => id === camera)) return;
    const names = rows.map(({ id, name }) => `"${name}" (${id})`).join(', ');
    const text = names === '' ? 'there is none at all' : `these are: ${names}`;
    throw new BackscrubError(
      'NoCamera',
      `The camera "${shorten(camera)}" is not there; ${text}. Plug it in, or choose another.`,
    );
  }
}

function toDictionaries(
  rows: readonly CameraRow[],
  chosen: string,
  inUse: string,
): Record<string, Variant>[] {
  const there = rows.map((row) => toDictionary(row, true, chosen, inUse));
  if (chosen === '' || rows.some(({ id, path }) => id === chosen || path === chosen)) return there;
  const problem = 'It is not there: plug it in; another camera stands in until then.';
  const away = { id: chosen, name: chosen, path: '', usable: false, problem, sizes: [] };
  return [...there, toDictionary(away, false, chosen, inUse)];
}

function toDictionary(
  row: CameraRow,
  present: boolean,
  chosen: string,
  inUse: string,
): Record<string, Variant> {
  const text = (value: string): Variant => ({ signature: 's', value });
  const flag = (value: boolean): Variant => ({ signature: 'b', value });
  return {
    id: text(row.id),
    name: text(row.name),
    path: text(row.path),
    present: flag(present),
    chosen: flag(chosen !== '' && (row.id === chosen || row.path === chosen)),
    'in-use': flag(inUse !== '' && row.id === inUse),
    usable: flag(row.usable),
    problem: text(row.problem),
    sizes: { signature: 'as', value: row.sizes },
  };
}
