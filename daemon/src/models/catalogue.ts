/**
 * The models there are: built-in ones and those that lie in the system's and the user's folder. This is the face of
 * this room towards the bus, the command line and the engine.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import { badModel } from './bad-model.js';
import { checkFile, checkResolved } from './check.js';
import { requireChecked } from './checked.js';
import { defaultFolders, type ModelFolders } from './folders.js';
import { type CropPolicy, isModelName, type ModelManifest, type OutputKind } from './manifest.js';
import { manifestToJson } from './manifest-file.js';
import { prepareModel } from './prepare.js';
import {
  builtinManifests,
  builtinRegistry,
  type FoundFile,
  manifestPathOf,
  modelFiles,
  type ResolvedModel,
  resolveModel,
} from './registry.js';
import type { ModelReport } from './report.js';

export { defaultFolders, type ModelFolders, SYSTEM_MODELS } from './folders.js';
export type { ModelReport, OperatorCount } from './report.js';

/** One line of a list of models. */
export interface ModelInfo {
  /** What SetModel and `--model` take. */
  readonly name: string;
  readonly title: string;
  /** SPDX expression, or "" when the manifest says none. */
  readonly licence: string;
  readonly source: 'built-in' | 'system' | 'user';
  /** Absolute path of the model's file; "" when a built-in model is not installed. */
  readonly path: string;
  /** Pixels; 0 when the manifest cannot be read. */
  readonly input: { readonly width: number; readonly height: number };
  readonly output: OutputKind;
  readonly crop: CropPolicy;
  readonly usable: boolean;
  /** Why it is not usable and what to do. */
  readonly problem?: string;
}

export interface AddOptions {
  /** Name of the model; the manifest's, else the file's without its ending, by default. */
  readonly name?: string;
  /** Path of the JSON manifest; beside the file by default. Known models need none. */
  readonly manifest?: string;
  /** Whether a model of the same name in the user's folder is replaced. */
  readonly replace?: boolean;
}

export interface CheckOptions {
  readonly folders?: ModelFolders;
  /** Milliseconds after which the check is given up; 30000 by default. */
  readonly timeout?: number;
  /** Path of the JSON manifest; beside the file by default. */
  readonly manifest?: string;
}

/** Bytes; larger files are converted only where they are used, which takes memory. */
const MAX_LOOK = 16 << 20;

/** Files that have been looked at, by path, size and time. */
const seen = new Map<string, ModelInfo>();

/**
 * Every model by name, built-in ones first; unusable files are listed with their problem. Files are read and checked, not
 * run. A file that is the same as a model listed before, byte for byte, is left out.
 */
export async function listModels(folders: ModelFolders = defaultFolders()): Promise<ModelInfo[]> {
  const list = builtinRegistry.models.map(({ manifest, locate }): ModelInfo => {
    try {
      return { ...infoOf(manifest), source: 'built-in', path: locate(), usable: true };
    } catch (error) {
      return { ...infoOf(manifest), source: 'built-in', path: '', usable: false, problem: problemOf(error) };
    }
  });
  const found: ModelInfo[] = [];
  for (const file of await modelFiles(folders)) {
    const info = await look(file);
    if (info === undefined) continue;
    const taken = [...list, ...found].find(({ name }) => name === info.name);
    if (taken === undefined) found.push(info);
    else if (!info.usable || taken.source === 'built-in')
      found.push({ ...info, usable: false, problem: info.problem ?? takenBy(taken) });
  }
  return [...list, ...found.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** The folders and files that a list was read from: while they are the same, so is the list. */
export function modelSources(
  models: readonly ModelInfo[],
  folders: ModelFolders = defaultFolders(),
): readonly string[] {
  const files = models.flatMap(({ path, source }) => {
    if (path === '') return [];
    return source === 'built-in' ? [path] : [path, manifestPathOf(path)];
  });
  return [folders.system, folders.user, ...files];
}

function takenBy({ name, path, source }: ModelInfo): string {
  return `The name ${name} belongs to ${source === 'built-in' ? 'a built-in model' : path}; give it another one in its manifest.`;
}

/** Undefined for a copy of a built-in model and for a file that has gone. */
async function look(file: FoundFile): Promise<ModelInfo | undefined> {
  const { path, source } = file;
  const stamp = await stat(path).catch(() => undefined);
  if (stamp === undefined) return undefined;
  const beside = await stat(manifestPathOf(path)).catch(() => undefined);
  const key = [path, source, stamp.ino, stamp.size, stamp.mtimeMs, beside?.ino, beside?.mtimeMs].join('|');
  const known = seen.get(key);
  if (known !== undefined) return known;
  let info: ModelInfo;
  try {
    const resolved = await builtinRegistry.readFile(path, source);
    if (builtinManifests().includes(resolved.manifest)) return undefined;
    info = { ...infoOf(resolved.manifest), source, path, usable: true };
    const problem = structuralProblem(resolved);
    if (problem !== undefined) info = { ...info, usable: false, problem };
  } catch (error) {
    const name = await builtinRegistry.nameOf(path);
    const nothing = { title: basename(path), licence: '', input: { width: 0, height: 0 } };
    const kind = { output: 'probability', crop: 'follow' } as const;
    info = { name, ...nothing, ...kind, source, path, usable: false, problem: problemOf(error) };
  }
  if (seen.size > 1024) seen.clear();
  seen.set(key, info);
  return info;
}

function structuralProblem(resolved: ResolvedModel): string | undefined {
  if (resolved.bytes.length > MAX_LOOK) return undefined;
  try {
    prepareModel(resolved);
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

function infoOf({ name, title, licence, input, output, crop }: ModelManifest) {
  const { width, height } = input;
  return { name, title, licence, input: { width, height }, output: output.kind, crop };
}

function problemOf(error: unknown): string {
  return error instanceof BackscrubError ? error.message : 'The file cannot be read.';
}

/**
 * Checks a model file in a process of its own, then copies it and its manifest into the user's folder. The manifest comes
 * last and by renaming, so that a file that is half there is never listed as usable.
 *
 * @throws BackscrubError UnknownModel (no such file), BadModel (the reason), InvalidArgs (the name is taken or not allowed),
 *   Failed (the folder cannot be written)
 */
export async function addModel(
  file: string,
  folders: ModelFolders = defaultFolders(),
  options: AddOptions = {},
): Promise<ModelInfo> {
  const path = resolve(file);
  const resolved = await builtinRegistry.readFile(path, 'user', options.manifest);
  if (builtinManifests().includes(resolved.manifest)) {
    throw new BackscrubError(
      'InvalidArgs',
      `${file} is the built-in model ${resolved.manifest.name}; it is there already.`,
    );
  }
  const name = options.name ?? resolved.manifest.name;
  await refuseName(name, folders, options.replace ?? false);
  const [problem] = (await checkResolved(resolved)).problems;
  if (problem !== undefined) throw badModel(problem);
  const manifest = { ...resolved.manifest, name };
  const target = join(folders.user, `${name}.${resolved.format}`);
  try {
    // Whatever root's umask is: the service has a user of its own.
    if (await mkdir(folders.user, { recursive: true })) await chmod(folders.user, 0o755);
    await writeWhole(target, resolved.bytes);
    // A replaced model may have had the other format.
    const other = resolved.format === 'onnx' ? 'tflite' : 'onnx';
    await rm(join(folders.user, `${name}.${other}`), { force: true });
    await writeWhole(join(folders.user, `${name}.json`), Buffer.from(manifestToJson(manifest)));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new BackscrubError('Failed', `The model cannot be stored in ${folders.user} (${code}).`, { cause });
  }
  return { ...infoOf(manifest), source: 'user', path: target, usable: true };
}

/**
 * Removes a model and its manifest from the user's folder.
 * @throws BackscrubError UnknownModel, InvalidArgs (built-in or the system's)
 */
export async function removeModel(name: string, folders: ModelFolders = defaultFolders()): Promise<void> {
  const found = (await listModels(folders)).find((model) => model.name === name);
  if (found === undefined)
    throw new BackscrubError('UnknownModel', `There is no model called "${name.slice(0, 80)}".`);
  if (found.source !== 'user')
    throw new BackscrubError('InvalidArgs', `The model ${name} is not one of yours and cannot be removed.`);
  await rm(found.path, { force: true });
  await rm(manifestPathOf(found.path), { force: true });
}

async function refuseName(name: string, folders: ModelFolders, replace: boolean): Promise<void> {
  if (!isModelName(name)) {
    throw new BackscrubError(
      'InvalidArgs',
      `"${name.slice(0, 80)}" cannot be a model's name: use letters, digits, dots, hyphens and underscores, 64 at most.`,
    );
  }
  const taken = (await listModels(folders)).find((model) => model.name === name);
  if (taken === undefined || (taken.source === 'user' && replace) || taken.source === 'system') return;
  const advice =
    taken.source === 'user' ? 'Remove it first, replace it, or choose another name.' : 'Choose another name.';
  throw new BackscrubError('InvalidArgs', `There is a model called ${name} already. ${advice}`);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = join(path, '..', `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(partial, 'wx', 0o644);
    try {
      await handle.chmod(0o644);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Converts a model and runs it, in a process of its own with limits on memory and time, so that no file can harm the caller.
 * Problems of the file are part of the report.
 *
 * @throws BackscrubError UnknownModel (no such name or file)
 */
export async function checkModel(nameOrPath: string, options: CheckOptions = {}): Promise<ModelReport> {
  const path = await locate(nameOrPath, options.folders ?? defaultFolders());
  const { timeout, manifest } = options;
  return checkFile({ path, count: true, ...(timeout ? { timeout } : {}), ...(manifest ? { manifest } : {}) });
}

/**
 * Says whether a model can be used. A file that is known by its contents is not run again: that takes half a second, and
 * it has been run before.
 *
 * @throws BackscrubError UnknownModel, BadModel (the reason)
 */
export async function requireUsable(nameOrPath: string, options: CheckOptions = {}): Promise<void> {
  const resolved = await resolveModel(nameOrPath, options.folders ?? defaultFolders(), options.manifest);
  if (resolved.checked) prepareModel(resolved);
  else await requireChecked(resolved, options.timeout);
}

async function locate(nameOrPath: string, folders: ModelFolders): Promise<string> {
  if (nameOrPath.includes('/')) {
    const path = resolve(nameOrPath);
    if ((await stat(path).catch(() => undefined)) === undefined)
      throw new BackscrubError('UnknownModel', `The model file ${path} does not exist.`);
    return path;
  }
  // Also those that cannot be used: a check says why.
  const listed = (await listModels(folders)).find(({ name, path }) => name === nameOrPath && path !== '');
  return listed?.path ?? (await resolveModel(nameOrPath, folders)).path;
}
