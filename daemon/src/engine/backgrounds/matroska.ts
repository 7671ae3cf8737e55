/** Finds the pictures in a Matroska file of one video track (RFC 9559). What it says is checked, not believed. */
import {
  OverBudget,
  type ReadAt,
  StructureBudget,
  type StructureLimits,
  StructureReader,
} from '../../shared/structure-budget.js';

export interface MatroskaVideo {
  readonly width: number;
  readonly height: number;
  /** Where each picture's data is in the file. */
  readonly pictures: readonly { readonly position: number; readonly length: number }[];
  /** Milliseconds, of the whole file; 0 when it does not say. */
  readonly duration: number;
}

const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;
const MASTERS: ReadonlySet<number> = new Set([
  ID.segment,
  ID.info,
  ID.tracks,
  ID.track,
  ID.video,
  ID.cluster,
  ID.blockGroup,
]);
const MAX_DEPTH = 6;
/** Track number (one byte here), relative time (two), flags (one). */
const BLOCK_HEADER = 4;
const LACING = 0x06;
/** The longest id and the longest length. */
const HEADER_BYTES = 12;
const CODEC_BYTES = 32;
/** A minute of 30 pictures a second has 1800, each an element of its own, and hardly anything else. */
const LIMITS: StructureLimits = { elements: 8192, bytes: 256 * 1024, milliseconds: 200 };

/** Ends the walk: the file has another codec, and its pictures do not matter. */
class OtherCodec extends Error {}

/**
 * @param codec the one that is wanted, as in CodecID, for example `V_MJPEG`
 * @returns undefined when it is no such file, is damaged, or has more in it than a short clip needs
 */
export function readMatroska(
  readAt: ReadAt,
  size: number,
  codec: string,
  budget = new StructureBudget(LIMITS),
): MatroskaVideo | undefined {
  const walk = new Walk(new StructureReader(readAt, size, budget), codec);
  try {
    return walk.whole();
  } catch (error) {
    if (error instanceof OverBudget || error instanceof OtherCodec) return undefined;
    throw error;
  }
}

class Walk {
  readonly #file: StructureReader;
  readonly #wanted: string;
  readonly #pictures: { position: number; length: number }[] = [];
  readonly #found = { codec: '', width: 0, height: 0, scale: 1e6, duration: 0 };

  constructor(file: StructureReader, wanted: string) {
    this.#file = file;
    this.#wanted = wanted;
  }

  whole(): MatroskaVideo | undefined {
    const mark = this.#file.look(0, 4);
    if (mark.length < 4 || mark.readUInt32BE() !== ID.ebml) return undefined;
    if (!this.#walk(0, this.#file.size, 0) || this.#found.codec !== this.#wanted) return undefined;
    const { width, height, duration, scale } = this.#found;
    return { width, height, pictures: this.#pictures, duration: (duration * scale) / 1e6 };
  }

  /** @returns false when the file is damaged */
  #walk(from: number, to: number, depth: number): boolean {
    let position = from;
    while (position < to) {
      const head = this.#file.look(position, Math.min(HEADER_BYTES, to - position));
      const id = variable(head, 0, true);
      const length = id && variable(head, id.bytes, false);
      if (!id || !length) return false;
      const begin = position + id.bytes + length.bytes;
      // A length that was never filled in: to the end of what it is in.
      const end = length.unknown ? to : begin + length.value;
      if (end > to) return false;
      // The tracks come before the pictures (RFC 9559, 5.1): a long film of another codec is not walked through.
      if (id.value === ID.cluster && this.#found.codec !== this.#wanted) throw new OtherCodec();
      if (MASTERS.has(id.value)) {
        if (depth > MAX_DEPTH || !this.#walk(begin, end, depth + 1)) return false;
      } else {
        this.#take(id.value, begin, end - begin);
      }
      position = end;
    }
    return true;
  }

  #take(id: number, position: number, length: number): void {
    const found = this.#found;
    if (id === ID.width) found.width = this.#number(position, length);
    else if (id === ID.height) found.height = this.#number(position, length);
    else if (id === ID.timestampScale) found.scale = this.#number(position, length);
    else if (id === ID.duration) found.duration = this.#float(position, length);
    else if (id === ID.codec) {
      found.codec = this.#file.look(position, Math.min(length, CODEC_BYTES)).toString('latin1');
    } else if ((id === ID.simpleBlock || id === ID.block) && length > BLOCK_HEADER) {
      const flags = this.#file.look(position, BLOCK_HEADER)[3] ?? LACING;
      if ((flags & LACING) === 0) {
        this.#pictures.push({ position: position + BLOCK_HEADER, length: length - BLOCK_HEADER });
      }
    }
  }

  #number(position: number, length: number): number {
    return this.#file.look(position, Math.min(length, 8)).reduce((value, byte) => value * 256 + byte, 0);
  }

  #float(position: number, length: number): number {
    const bytes = this.#file.look(position, length === 4 ? 4 : 8);
    if (bytes.length === 4) return bytes.readFloatBE();
    return bytes.length === 8 ? bytes.readDoubleBE() : 0;
  }
}

/** A number of one to eight bytes whose leading zero bits say how many (RFC 8794, 4). */
function variable(
  bytes: Buffer,
  at: number,
  marker: boolean,
): { value: number; bytes: number; unknown: boolean } | undefined {
  const first = bytes[at] ?? 0;
  if (first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length || (marker && length > 4)) return undefined;
  let value = marker ? first : first & (0xff >> length);
  let unknown = (first & (0xff >> length)) === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + (bytes[at + i] ?? 0);
    unknown &&= bytes[at + i] === 0xff;
  }
  return { value, bytes: length, unknown };
}
