/**
 * Widens IEEE 754 binary16 numbers (little-endian) to float32, exactly: the five exponent bits are re-biased from 15
 * to 127, the ten fraction bits become the upper ones of 23; subnormals are multiples of 2^-24.
 */
export function widenFloat16(bytes: Uint8Array): Float32Array {
  const count = bytes.length >> 1;
  const result = new Float32Array(count);
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < count; i++) {
    const half = (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8);
    const sign = (half & 0x8000) << 16;
    const exponent = half & 0x7c00;
    const fraction = half & 0x03ff;
    if (exponent === 0) {
      result[i] = (sign === 0 ? fraction : -fraction) * 2 ** -24;
    } else {
      const biased = exponent === 0x7c00 ? 0x7f800000 : (exponent << 13) + 0x38000000;
      bits[i] = sign | biased | (fraction << 13);
    }
  }
  return result;
}
