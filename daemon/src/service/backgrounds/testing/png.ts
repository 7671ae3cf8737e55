/** Writes PNG files, also such as nobody should. */
import { deflateSync } from 'node:zlib';

export const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length);
  whole.write(type, 4, 'latin1');
  whole.set(data, 8);
  whole.writeUInt32BE(checksum(whole.subarray(4, -4)), data.length + 8);
  return whole;
}

/** CRC-32 of PNG; zlib's own is not in every version of Node that we run on. */
function checksum(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** @param kind depth, colour type, compression, filter, interlace; eight bits of RGB by default */
export function header(width: number, height: number, kind: readonly number[] = [8, 2, 0, 0, 0]): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.set(kind, 8);
  return chunk('IHDR', data);
}

/** All chunks after the signature. */
export function pngOf(...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}

/** A small picture of eight bits of RGB, in one tone. */
export function smallPng(width: number, height: number, tone = 0): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width), tone);
  for (let row = 0; row < height; row++) rows[row * (1 + 3 * width)] = 0;
  return pngOf(header(width, height), chunk('IDAT', deflateSync(rows)), chunk('IEND'));
}
