import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CacheFolder } from '../shared/cache-folder.js';
import type { Wrapped } from './onnx/wrap.js';
import { prepareModel } from './prepare.js';
import type { ResolvedModel } from './registry.js';

const MAX_ENTRIES = 8;

/**
 * As prepareModel, but what was made once is read the next time: in the service, making it delays a call's first frame.
 *
 * @throws BackscrubError BadModel
 */
export async function prepareCached(
  resolved: ResolvedModel,
  cache = CacheFolder.ofService('models', MAX_ENTRIES),
): Promise<Wrapped> {
  if (!cache) return prepareModel(resolved);
  const key = CacheFolder.key([codeState(), resolved.format, resolved.manifest]);
  const kept = await cache.read(key);
  if (kept) return unpack(kept);
  const prepared = prepareModel(resolved);
  await cache.write(key, pack(prepared));
  return prepared;
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
