/** Finds the pictures in a Matroska file of one video track (RFC 9559). What it says is checked, not believed. */

/** Reads `length` bytes at `position` into the beginning of `into`. @returns how many there were */
export type ReadAt = (into: Uint8Array, length: number, position: number) => number;

export interface MatroskaVideo {
  /** As in CodecID, for example `V_MJPEG`. */
  readonly codec: string;
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
const MAX_PICTURES = 20_000;
/** Track number (one byte here), relative time (two), flags (one). */
const BLOCK_HEADER = 4;
const LACING = 0x06;
const HEADER_BYTES = 12;

/** @returns undefined when it is no such file */
export function readMatroska(readAt: ReadAt, size: number): MatroskaVideo | undefined {
  const head = new Uint8Array(64);
  const found = { codec: '', width: 0, height: 0, scale: 1e6, duration: 0 };
  const pictures: { position: number; length: number }[] = [];

  const number = (position: number, length: number): number => {
    readAt(head, Math.min(length, 8), position);
    let value = 0;
    for (let i = 0; i < Math.min(length, 8); i++) value = value * 256 + (head[i] ?? 0);
    return value;
  };
  const float = (position: number, length: number): number => {
    readAt(head, 8, position);
    const view = new DataView(head.buffer);
    return length === 4 ? view.getFloat32(0) : view.getFloat64(0);
  };
  const take = (id: number, position: number, length: number): void => {
    if (id === ID.width) found.width = number(position, length);
    else if (id === ID.height) found.height = number(position, length);
    else if (id === ID.timestampScale) found.scale = number(position, length);
    else if (id === ID.duration) found.duration = float(position, length);
    else if (id === ID.codec) {
      const text = head.subarray(0, readAt(head, Math.min(length, 32), position));
      found.codec = Buffer.from(text).toString('latin1');
    } else if ((id === ID.simpleBlock || id === ID.block) && length > BLOCK_HEADER) {
      readAt(head, BLOCK_HEADER, position);
      if (((head[3] ?? 0) & LACING) === 0) {
        pictures.push({ position: position + BLOCK_HEADER, length: length - BLOCK_HEADER });
      }
    }
  };
  /** @returns false when the file is damaged */
  const walk = (from: number, to: number, depth: number): boolean => {
    let position = from;
    while (position < to) {
      const got = readAt(head, Math.min(HEADER_BYTES, to - position), position);
      const id = variable(head, 0, got, true);
      const length = id && variable(head, id.bytes, got, false);
      if (!id || !length || pictures.length > MAX_PICTURES) return false;
      const begin = position + id.bytes + length.bytes;
      // A length that was never filled in: to the end of what it is in.
      const end = length.unknown ? to : begin + length.value;
      if (end > to) return false;
      if (MASTERS.has(id.value)) {
        if (depth > 6 || !walk(begin, end, depth + 1)) return false;
      } else {
        take(id.value, begin, end - begin);
      }
      position = end;
    }
    return true;
  };

  if (readAt(head, 4, 0) < 4 || Buffer.from(head.subarray(0, 4)).readUInt32BE() !== ID.ebml) return undefined;
  if (!walk(0, size, 0)) return undefined;
  const { codec, width, height } = found;
  return { codec, width, height, pictures, duration: (found.duration * found.scale) / 1e6 };
}

/** A number of one to eight bytes whose leading zero bits say how many (RFC 8794, 4). */
function variable(
  bytes: Uint8Array,
  at: number,
  end: number,
  marker: boolean,
): { value: number; bytes: number; unknown: boolean } | undefined {
  const first = at < end ? (bytes[at] ?? 0) : 0;
  if (first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > end || (marker && length > 4)) return undefined;
  let value = marker ? first : first & (0xff >> length);
  let unknown = (first & (0xff >> length)) === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + (bytes[at + i] ?? 0);
    unknown &&= bytes[at + i] === 0xff;
  }
  return { value, bytes: length, unknown };
}
