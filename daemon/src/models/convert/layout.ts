/** Orders of axes. TFLite stores pictures as NHWC and filters as OHWI; ONNX wants NCHW and OIHW. */

export type Shape = readonly number[];
export type Shape4 = readonly [number, number, number, number];

/** For `Transpose`: axis i of the result is axis `TO_NCHW[i]` of the source. */
export const TO_NCHW: Shape4 = [0, 3, 1, 2];
export const TO_NHWC: Shape4 = [0, 2, 3, 1];

export function elements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

export function asShape4(shape: Shape): Shape4 | undefined {
  const [a, b, c, d] = shape;
  if (shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    return undefined;
  }
  return [a, b, c, d];
}

export function permuteShape(shape: Shape4, order: Shape4): Shape4 {
  const at = (i: number) => shape[i] ?? 1;
  return [at(order[0]), at(order[1]), at(order[2]), at(order[3])];
}

/** What ONNX sees of a value with TFLite's shape: pictures are NCHW, everything else stays. */
export function innerShape(shape: Shape): Shape {
  const four = asShape4(shape);
  return four === undefined ? shape : permuteShape(four, TO_NCHW);
}

/** Reorders row-major data; `order` as for `Transpose`. Returns `data` itself when nothing moves in memory. */
export function permute(data: Float32Array, shape: Shape4, order: Shape4): Float32Array {
  const moved = order.filter((axis) => shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? 0))) return data;
  const strides: Shape4 = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1];
  const [sizeA, sizeB, sizeC, sizeD] = permuteShape(shape, order);
  const [a, b, c, d] = permuteShape(strides, order);
  const result = new Float32Array(data.length);
  let next = 0;
  for (let i = 0; i < sizeA; i++) {
    for (let j = 0; j < sizeB; j++) {
      for (let k = 0; k < sizeC; k++) {
        let from = i * a + j * b + k * c;
        for (let l = 0; l < sizeD; l++, from += d) result[next++] = data[from] ?? 0;
      }
    }
  }
  return result;
}
