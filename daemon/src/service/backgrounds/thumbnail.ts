/**
 * A picture on its way to a user's shell, which decodes it in its own process. A process that was taken over by a crafted file may
 * have made it, or put another in its place; so the whole structure is looked at (PNG, third edition), each time.
 */
import { promisify } from 'node:util';
import { type InputType, inflate, type ZlibOptions } from 'node:zlib';
import { OverBudget, StructureBudget, StructureReader } from '../../shared/structure-budget.js';

declare const checked: unique symbol;
/** The bytes of a PNG file whose structure was looked at; only `checkThumbnail` makes one. */
export type Thumbnail = Buffer & { readonly [checked]: true };

/** Of the file. One of the largest width, of noise, has half as many. */
export const MAX_THUMBNAIL_BYTES = 4 * 1024 * 1024;
const LIMITS = { elements: 4096, bytes: 64 * 1024, milliseconds: 1000 } as const;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Length and type before a chunk's data, and a checksum after it. */
const CHUNK_HEAD = 8;
const CHUNK_END = 4;
const IHDR_BYTES = 13;
/** Bytes of a pixel by colour type, at eight bits a sample: grey, RGB, both with alpha. */
const PIXEL_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);
const MAX_FILTER = 4;

/** The text goes after "it": `ends in the middle`. */
export class NotAThumbnail extends Error {}

type Inflated = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
const inflateWhole = promisify<InputType, ZlibOptions, unknown>(inflate);

/**
 * @param width that was asked for; what is wider or higher than this is refused
 * @throws NotAThumbnail
 */
export async function checkThumbnail(bytes: Buffer, width: number): Promise<Thumbnail> {
  if (bytes.length > MAX_THUMBNAIL_BYTES) throw new NotAThumbnail(`has ${bytes.length} bytes`);
  const { rowBytes, rows, data } = readChunks(bytes, width);
  const pixels = await inflateExactly(data, rowBytes * rows);
  for (let row = 0; row < rows; row++) {
    if ((pixels[row * rowBytes] ?? 0xff) > MAX_FILTER)
      throw new NotAThumbnail(`has no filter for row ${row}`);
  }
  return bytes as Thumbnail;
}

interface Chunks {
  /** With the byte that says how a row was filtered. */
  readonly rowBytes: number;
  readonly rows: number;
  /** Compressed. */
  readonly data: Buffer;
}

/** Header, resolution, data, end, and nothing after that: what sharp writes when it is asked for no metadata. */
function readChunks(bytes: Buffer, width: number): Chunks {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new NotAThumbnail('is no PNG file');
  const file = StructureReader.ofBytes(bytes, new StructureBudget(LIMITS));
  const parts: Buffer[] = [];
  let header: Pick<Chunks, 'rowBytes' | 'rows'> | undefined;
  let last = '';
  try {
    for (let at = SIGNATURE.length; last !== 'IEND'; ) {
      const { type, data, next } = chunkAt(file, bytes, at);
      if (!mayFollow(type, last, data.length)) {
        throw new NotAThumbnail(
          `has a chunk ${printable(type)} of ${data.length} bytes after ${last || 'nothing'}`,
        );
      }
      if (type === 'IHDR') header = readHeader(data, width);
      if (type === 'IDAT') parts.push(data);
      last = type;
      at = next;
      if (type === 'IEND' && at !== bytes.length) throw new NotAThumbnail('goes on after its end');
    }
  } catch (error) {
    if (error instanceof OverBudget) throw new NotAThumbnail(error.message);
    throw error;
  }
  if (header === undefined) throw new NotAThumbnail('has no header');
  return { ...header, data: Buffer.concat(parts) };
}

function chunkAt(
  file: StructureReader,
  bytes: Buffer,
  at: number,
): { type: string; data: Buffer; next: number } {
  const head = file.look(at, CHUNK_HEAD);
  if (head.length < CHUNK_HEAD) throw new NotAThumbnail('ends in the middle');
  const begin = at + CHUNK_HEAD;
  const end = begin + head.readUInt32BE(0);
  const type = head.toString('latin1', 4);
  if (end + CHUNK_END > bytes.length) throw new NotAThumbnail('ends in the middle');
  if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) {
    throw new NotAThumbnail(`has a damaged chunk ${printable(type)}`);
  }
  return { type, data: bytes.subarray(begin, end), next: end + CHUNK_END };
}

function mayFollow(type: string, last: string, length: number): boolean {
  switch (type) {
    case 'IHDR':
      return last === '' && length === IHDR_BYTES;
    case 'pHYs':
      return last === 'IHDR' && length === 9;
    case 'IDAT':
      return last === 'IHDR' || last === 'pHYs' || last === 'IDAT';
    case 'IEND':
      return last === 'IDAT' && length === 0;
    default:
      return false;
  }
}

function readHeader(data: Buffer, most: number): Pick<Chunks, 'rowBytes' | 'rows'> {
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colour = 0, compression, filter, interlace] = data.subarray(8);
  const pixel = PIXEL_BYTES.get(colour);
  if (width < 1 || height < 1 || width > most || height > most) {
    throw new NotAThumbnail(`has ${width}x${height} pixels where ${most} across were asked for`);
  }
  if (depth !== 8 || pixel === undefined || compression !== 0 || filter !== 0 || interlace !== 0) {
    throw new NotAThumbnail('is a PNG file of another kind');
  }
  return { rowBytes: 1 + width * pixel, rows: height };
}

/** Aside, in the thread pool. */
async function inflateExactly(data: Buffer, length: number): Promise<Buffer> {
  const options = { maxOutputLength: length, info: true } as ZlibOptions;
  const { buffer, engine } = (await inflateWhole(data, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotAThumbnail(`has pixels that cannot be unpacked (${reason})`);
  })) as Inflated;
  if (buffer.length !== length)
    throw new NotAThumbnail(`has ${buffer.length} bytes of pixels, not ${length}`);
  if (engine.bytesWritten !== data.length) throw new NotAThumbnail('goes on after its pixels');
  return buffer;
}

function printable(type: string): string {
  return type.replace(/[^A-Za-z]/g, '?');
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of PNG; zlib's own is not in every version of Node that we run on. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC_TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
