import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CacheFolder } from '../shared/cache-folder.js';
import type { Wrapped } from './onnx/wrap.js';
import { prepareModel } from './prepare.js';
import type { ResolvedModel } from './registry.js';

const MAX_ENTRIES = 8;

/** Makes a graph whose session is made sooner, by way of a file at this path. */
export type Simplify = (onnx: Uint8Array, path: string) => Promise<Uint8Array>;

/**
 * As prepareModel, but what was made once is read the next time: in the service, making it delays a call's first frame.
 *
 * @param simplify of what is kept; a graph that it cannot take is kept as it is
 * @throws BackscrubError BadModel
 */
export async function prepareCached(
  resolved: ResolvedModel,
  simplify?: Simplify,
  cache = CacheFolder.ofService('models', MAX_ENTRIES),
): Promise<Wrapped> {
  if (!cache) return prepareModel(resolved);
  const key = CacheFolder.key([codeState(), resolved.format, resolved.manifest, simplify !== undefined]);
  const kept = await cache.read(key);
  if (kept) return unpack(kept);
  const prepared = await simplified(prepareModel(resolved), simplify, cache);
  await cache.write(key, pack(prepared));
  return prepared;
}

async function simplified<T extends Wrapped>(
  prepared: T,
  simplify: Simplify | undefined,
  cache: CacheFolder,
): Promise<T> {
  if (!simplify) return prepared;
  try {
    return { ...prepared, onnx: await simplify(prepared.onnx, await cache.temporary()) };
  } catch {
    // What is wrong with the graph its session says.
    return prepared;
  }
}

/** Another version of this program may prepare a model in another way. */
function codeState(): readonly unknown[] {
  const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return [size, mtimeMs];
}

/** The description's length, the description as JSON, the graph. */
function pack({ onnx, mapWidth, mapHeight, inputShape, outputShape, raw, states }: Wrapped): Buffer {
  const description = Buffer.from(
    JSON.stringify({ mapWidth, mapHeight, inputShape, outputShape, raw, states }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(description.length);
  return Buffer.concat([length, description, onnx]);
}

function unpack(content: Buffer): Wrapped {
  const end = 4 + content.readUInt32LE();
  const description = JSON.parse(content.toString('utf8', 4, end)) as Omit<Wrapped, 'onnx'>;
  return { ...description, onnx: content.subarray(end) };
}
