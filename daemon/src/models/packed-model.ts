/** A model that was read, on its way into another process: the length of a description in JSON, the description, the file. */
import type { ResolvedModel } from './registry.js';

export function packResolved({ bytes, ...description }: ResolvedModel): Buffer {
  const text = Buffer.from(JSON.stringify(description));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** @param packed by packResolved of the process that asks, which is trusted */
export function unpackResolved(packed: Buffer): ResolvedModel {
  const end = 4 + packed.readUInt32LE();
  const description = JSON.parse(packed.toString('utf8', 4, end)) as Omit<ResolvedModel, 'bytes'>;
  return { ...description, bytes: packed.subarray(end) };
}
