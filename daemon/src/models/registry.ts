import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import { namesIn, readAtMost } from '../shared/own-file.js';
import { badModel } from './bad-model.js';
import { BUILTIN_MODELS, type KnownModel, RECOGNISED_MODELS } from './builtin.js';
import { defaultFolders, type ModelFolders } from './folders.js';
import { isModelName, type ModelManifest } from './manifest.js';
import { MAX_MANIFEST, readManifest } from './manifest-file.js';
import { MAX_FILE } from './tflite/model.js';

export type ModelFormat = 'tflite' | 'onnx';

export interface ResolvedModel {
  readonly manifest: ModelManifest;
  /** The whole file. */
  readonly bytes: Uint8Array;
  readonly format: ModelFormat;
  readonly path: string;
  readonly source: 'built-in' | 'system' | 'user' | 'file';
  /** Whether the file is one that has been checked before: its SHA-256 is known here, or stands in its manifest in a folder of models. */
  readonly checked: boolean;
}

/** A model file in one of the folders; its contents have not been looked at. */
export interface FoundFile {
  readonly path: string;
  readonly source: 'system' | 'user';
}

const ENDING = /\.(tflite|onnx)$/;
const MAX_LISTED = 256;
/** Names in a folder of models; one with more is not read. */
const MAX_NAMES = 4096;

/** The models that are known by name and by content. */
export class ModelRegistry {
  constructor(
    readonly models: readonly KnownModel[],
    readonly recognised: readonly ModelManifest[] = RECOGNISED_MODELS,
  ) {}

  /**
   * Finds a model by its name, or by the path of its file (anything with a slash), and reads it. A file is recognised by its
   * SHA-256, wherever it lies and whatever it is called; any other needs a manifest beside it (NAME.json).
   *
   * @throws BackscrubError UnknownModel (no such name or file; the text lists the names there are), BadModel (the file
   *   is none of the known models and has no manifest, or is not what its name or manifest promises)
   */
  async resolve(
    nameOrPath: string,
    folders: ModelFolders = defaultFolders(),
    manifestPath?: string,
  ): Promise<ResolvedModel> {
    if (nameOrPath.includes('/')) return this.readFile(resolve(nameOrPath), 'file', manifestPath);
    const known = this.models.find((model) => model.manifest.name === nameOrPath);
    if (known !== undefined) return this.#builtin(known);
    const files = isModelName(nameOrPath) ? await modelFiles(folders) : [];
    for (const { path, source } of await this.#byName(nameOrPath, files)) return this.readFile(path, source);
    const names = [...this.models.map((model) => model.manifest.name), ...(await this.#namesIn(folders))];
    throw new BackscrubError(
      'UnknownModel',
      `There is no model called "${nameOrPath}". Choose one of: ${[...new Set(names)].join(', ')}.`,
    );
  }

  /** Reads a file and finds its manifest. */
  async readFile(
    path: string,
    source: ResolvedModel['source'],
    manifestPath?: string,
  ): Promise<ResolvedModel> {
    const bytes = await readWhole(path, MAX_FILE);
    const sha256 = digest(bytes);
    const format = formatOf(bytes, path);
    const known = this.#recognise(sha256);
    if (known !== undefined) {
      const named = await readManifestBeside(path, manifestPath).catch(() => undefined);
      const renamed = named !== undefined && named.name !== known.name;
      const manifest = renamed ? { ...known, name: named.name } : known;
      return { manifest, bytes, format, path, source, checked: true };
    }
    const manifest = await readManifestBeside(path, manifestPath);
    if (manifest === undefined) {
      throw badModel(
        `${path} is not a model that is known here, and there is no manifest ${basename(manifestPathOf(path))} beside it. ${this.#choice()} docs/models.md says how to write a manifest.`,
      );
    }
    if (manifest.sha256 !== '' && manifest.sha256 !== sha256) {
      throw badModel(`the manifest of ${path} belongs to another file (its SHA-256 differs)`);
    }
    return {
      manifest: { ...manifest, sha256 },
      bytes,
      format,
      path,
      source,
      // Who names a file by its path may have written the manifest beside it, too.
      checked: source !== 'file' && manifest.sha256 === sha256,
    };
  }

  /** A name for a file without looking at all of it: that of its manifest, of its contents, or its own. */
  async nameOf(path: string): Promise<string> {
    const manifest = await readManifestBeside(path).catch(() => undefined);
    if (manifest !== undefined) return manifest.name;
    const stem = basename(path).replace(ENDING, '');
    if ([...this.recognised].every(({ name }) => name !== stem)) {
      const bytes = await readWhole(path, MAX_FILE).catch(() => undefined);
      return (bytes && this.#recognise(digest(bytes))?.name) ?? stem;
    }
    return stem;
  }

  async #builtin(known: KnownModel): Promise<ResolvedModel> {
    const { manifest } = known;
    const path = known.locate();
    const bytes = await readWhole(path, MAX_FILE);
    if (digest(bytes) !== manifest.sha256) {
      throw badModel(
        `${path} is not the file that belongs to ${manifest.name} (its SHA-256 differs). Install it again.`,
      );
    }
    return { manifest, bytes, format: formatOf(bytes, path), path, source: 'built-in', checked: true };
  }

  #recognise(sha256: string): ModelManifest | undefined {
    const all = [...this.models.map((model) => model.manifest), ...this.recognised];
    return all.find((manifest) => manifest.sha256 === sha256);
  }

  async #byName(name: string, files: readonly FoundFile[]): Promise<FoundFile[]> {
    // The file that is called so first: it saves reading all others.
    const likely = files.filter(({ path }) => basename(path).replace(ENDING, '') === name);
    for (const file of [...likely, ...files]) if ((await this.nameOf(file.path)) === name) return [file];
    return [];
  }

  async #namesIn(folders: ModelFolders): Promise<string[]> {
    return Promise.all((await modelFiles(folders)).map(({ path }) => this.nameOf(path)));
  }

  #choice(): string {
    const names = [...this.models.map((model) => model.manifest.name), ...this.recognised.map((m) => m.name)];
    return `Known are: ${names.join(', ')}.`;
  }
}

export const builtinRegistry = new ModelRegistry(BUILTIN_MODELS);

/** ModelRegistry.resolve over everything that is installed. */
export function resolveModel(
  nameOrPath: string,
  folders?: ModelFolders,
  manifestPath?: string,
): Promise<ResolvedModel> {
  return builtinRegistry.resolve(nameOrPath, folders, manifestPath);
}

export function builtinManifests(): readonly ModelManifest[] {
  return BUILTIN_MODELS.map((model) => model.manifest);
}

/** Model files in both folders, the user's first; a folder that is missing is empty. */
export async function modelFiles(folders: ModelFolders): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for (const source of ['user', 'system'] as const) {
    const folder = resolve(folders[source]);
    const entries = await namesIn(folder, MAX_NAMES).catch(() => []);
    for (const name of entries.filter((entry) => ENDING.test(entry)).sort()) {
      if (name.startsWith('.') || files.length >= MAX_LISTED) continue;
      files.push({ path: join(folder, name), source });
    }
  }
  return files;
}

/** NAME.json beside NAME.tflite or NAME.onnx. */
export function manifestPathOf(path: string): string {
  return join(dirname(path), `${basename(path).replace(ENDING, '')}.json`);
}

/** Undefined when there is none. @throws BackscrubError BadModel when it cannot be used. */
export async function readManifestBeside(path: string, at?: string): Promise<ModelManifest | undefined> {
  const stem = basename(path).replace(ENDING, '');
  try {
    const text = Buffer.from(await readWhole(at ?? manifestPathOf(path), MAX_MANIFEST)).toString('utf8');
    return readManifest(text, stem);
  } catch (error) {
    if (error instanceof BackscrubError && error.code === 'UnknownModel' && at === undefined)
      return undefined;
    throw error;
  }
}

export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** By the mark of TFLite; everything else can only be ONNX, which has none. */
function formatOf(bytes: Uint8Array, path: string): ModelFormat {
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'TFL3') return 'tflite';
  return path.endsWith('.tflite') ? 'tflite' : 'onnx';
}

/** Non-blocking, so that a FIFO put in the place of a model cannot hang the reader. */
export async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
      throw new BackscrubError('UnknownModel', `The model file ${path} ${why}.`, { cause });
    },
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw badModel(`${path} is not a regular file`);
    if (stat.size > most) throw badModel(`${path} is larger than ${most >> 10} KiB`);
    // It may grow meanwhile, without end.
    return await readAtMost(file, stat.size);
  } finally {
    await file.close();
  }
}
