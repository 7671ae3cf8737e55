/** The model that finds the person: tried by the engine or by a check, then kept. One change at a time. */
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { keepLast } from '../keep-last.js';
import { toModelDictionary } from './model-row.js';
import type { ModelCheck, ModelRow } from './ports.js';
import { type EngineState, settle, shorten } from './settle.js';

const MAX_NAME = 255;

/**
 * Checks the form of a model's name. Paths are no names: the service reads what an administrator has put into its folders, not
 * what a caller points at.
 * @throws BackscrubError UnknownModel
 */
export function parseModel(name: string): string {
  if (name !== '' && name.length <= MAX_NAME && !/[/\0]/.test(name) && !name.startsWith('-')) return name;
  throw new BackscrubError(
    'UnknownModel',
    `There is no model "${shorten(name)}". ListModels (backscrubctl model list) has the names; backscrubctl model add FILE adds one.`,
  );
}

export interface ModelTarget extends EngineState {
  /** @throws BackscrubError, EngineGone */
  apply(model: string): Promise<void>;
}

export class ModelControl {
  readonly #target: ModelTarget;
  readonly #check: ModelCheck;
  readonly #changed: () => void;
  readonly #dictionaries = keepLast((rows: readonly ModelRow[]) => rows.map(toModelDictionary));
  #model: string;
  #last: Promise<void> = Promise.resolve();

  constructor(model: string, target: ModelTarget, check: ModelCheck, changed: () => void) {
    this.#model = model;
    this.#target = target;
    this.#check = check;
    this.#changed = changed;
  }

  /** The accepted model. */
  get model(): string {
    return this.#model;
  }

  /** What ListModels answers. @throws BackscrubError Failed */
  async list(): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#dictionaries(await this.#check.listModels());
  }

  /** Resolves when the model is in use, or checked and kept for the next engine. After an error the old one stays. */
  change(model: string): Promise<void> {
    const work = this.#last.then(() => this.#apply(model));
    this.#last = work.catch(() => {});
    return work;
  }

  async #apply(model: string): Promise<void> {
    // The same name may stand for another file now, so it is tried again all the same.
    await settle(
      this.#target,
      () => this.#check.checkModel(model),
      () => this.#target.apply(model),
    );
    this.#model = model;
    this.#changed();
  }
}
