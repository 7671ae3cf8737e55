/** Damages bytes in a way that can be repeated. */

/** mulberry32: whole numbers below a limit. */
export function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Most of what decoders go by stands there. */
const HEAD = 256;

/** One to four changes: single bytes and bits, extreme numbers of either byte order, moved pieces, a cut. */
export function mutate(original: Uint8Array, random: (limit: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(random(2) === 0 ? Math.min(HEAD, bytes.length) : bytes.length);
    const extreme = EXTREMES[random(EXTREMES.length)] ?? 0;
    const word = Math.min(at, bytes.length - 4);
    switch (random(7)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes.writeUInt32LE(extreme, word);
        break;
      case 3:
        bytes.writeUInt32BE(extreme, word);
        break;
      case 4:
        bytes.writeUInt16BE(extreme & 0xffff, word);
        break;
      case 5:
        bytes.copyWithin(at, random(bytes.length), random(bytes.length));
        break;
      default:
        if (random(4) === 0) return bytes.subarray(0, Math.max(8, random(bytes.length)));
    }
  }
  return bytes;
}
