/** Writes Matroska files (RFC 8794, RFC 9559), also such as nobody should. */

/** An element: its id as it is written, a length of eight bytes, its content. */
export function element(id: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE((1n << 56n) | BigInt(body.length));
  return Buffer.concat([idBytes(id), head, body]);
}

function idBytes(id: number): Buffer {
  const digits = id.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export interface MatroskaShape {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Contents of the blocks. */
  readonly pictures: readonly Uint8Array[];
  /** Bytes between the tracks and the pictures. */
  readonly between?: Uint8Array;
}

/** One cluster with a SimpleBlock for each picture. */
export function matroskaOf({
  codec,
  width,
  height,
  pictures,
  between = Buffer.alloc(0),
}: MatroskaShape): Buffer {
  const video = element(0xe0, element(0xb0, numberBytes(width)), element(0xba, numberBytes(height)));
  const track = element(0xae, element(0x86, Buffer.from(codec, 'latin1')), video);
  const header = Buffer.from([0x81, 0, 0, 0x80]);
  const blocks = pictures.map((picture) => element(0xa3, header, picture));
  const segment = element(0x18538067, element(0x1654ae6b, track), between, element(0x1f43b675, ...blocks));
  return Buffer.concat([element(0x1a45dfa3), segment]);
}

/** So many empty Void elements, of two bytes each. */
export function voids(count: number): Buffer {
  return Buffer.alloc(2 * count, Buffer.from([0xec, 0x80]));
}
