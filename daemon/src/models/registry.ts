import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { BackscrubError } from '../shared/errors.js';
import { badModel } from './bad-model.js';
import { BUILTIN_MODELS, type KnownModel } from './builtin.js';
import type { ModelManifest } from './manifest.js';
import { MAX_FILE } from './tflite/model.js';

export interface ResolvedModel {
  readonly manifest: ModelManifest;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

/** The models that are known by name and by content. */
export class ModelRegistry {
  constructor(readonly models: readonly KnownModel[]) {}

  /**
   * Finds a model by its name, or by the path of its file (anything with a slash), and reads it. A file is recognised
   * by its SHA-256, wherever it lies, since range and meaning of its numbers are not in it.
   *
   * @throws BackscrubError UnknownModel (no such name or file; the text lists the names there are), BadModel (the file
   *   is none of the known models, or not what its name promises)
   */
  async resolve(nameOrPath: string): Promise<ResolvedModel> {
    if (nameOrPath.includes('/')) return this.#fromFile(nameOrPath);
    const known = this.models.find((model) => model.manifest.name === nameOrPath);
    if (known === undefined) {
      throw new BackscrubError('UnknownModel', `There is no model called "${nameOrPath}". ${this.#choice()}`);
    }
    const path = known.locate();
    const bytes = await readModelFile(path);
    if (digest(bytes) !== known.manifest.sha256) {
      throw badModel(
        `${path} is not the file that belongs to ${nameOrPath} (its SHA-256 differs). Install it again.`,
      );
    }
    return { manifest: known.manifest, bytes };
  }

  async #fromFile(path: string): Promise<ResolvedModel> {
    const bytes = await readModelFile(path);
    const sha256 = digest(bytes);
    const known = this.models.find((model) => model.manifest.sha256 === sha256);
    if (known === undefined) throw badModel(`${path} is not a model that is known here. ${this.#choice()}`);
    return { manifest: known.manifest, bytes };
  }

  #choice(): string {
    return `Choose one of: ${this.models.map((model) => model.manifest.name).join(', ')}.`;
  }
}

const builtin = new ModelRegistry(BUILTIN_MODELS);

/** ModelRegistry.resolve over everything that is installed. */
export function resolveModel(nameOrPath: string): Promise<ResolvedModel> {
  return builtin.resolve(nameOrPath);
}

export function listModels(): readonly ModelManifest[] {
  return BUILTIN_MODELS.map((model) => model.manifest);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Non-blocking, so that a FIFO put in the place of a model cannot hang the reader. */
async function readModelFile(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
      throw new BackscrubError('UnknownModel', `The model file ${path} ${why}.`, { cause });
    },
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw badModel(`${path} is not a regular file`);
    if (stat.size > MAX_FILE) throw badModel(`${path} is larger than ${MAX_FILE >> 20} MiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
