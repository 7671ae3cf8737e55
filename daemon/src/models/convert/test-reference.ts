/**
 * TFLite's operators as plain loops over NHWC, batch 1, written from their definitions and not from the converter: what
 * the converted graph is compared with.
 */

export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/** Zero outside the picture. */
function at(p: Picture, y: number, x: number, c: number): number {
  if (y < 0 || x < 0 || y >= p.height || x >= p.width) return 0;
  return p.data[(y * p.width + x) * p.channels + c] ?? 0;
}

export interface Windowing {
  readonly same: boolean;
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation?: readonly [vertical: number, horizontal: number];
}

function positions(input: number, size: number, stride: number, dilation: number, same: boolean) {
  const extent = (size - 1) * dilation + 1;
  const count = same ? Math.floor((input + stride - 1) / stride) : Math.floor((input - extent) / stride) + 1;
  const first = same ? -Math.floor(Math.max((count - 1) * stride + extent - input, 0) / 2) : 0;
  return { count, first };
}

/** `filter` is O, h, w, I; with `depthwise` it is 1, h, w, O and output channel o reads input channel o / multiplier. */
export function convolve(
  input: Picture,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
  [height, width]: readonly [number, number],
  windowing: Windowing,
  depthwise = false,
): Picture {
  const [dilationY, dilationX] = windowing.dilation ?? [1, 1];
  const outChannels = bias.length;
  const rows = positions(input.height, height, windowing.stride[0], dilationY, windowing.same);
  const columns = positions(input.width, width, windowing.stride[1], dilationX, windowing.same);
  const data: number[] = [];
  for (let y = 0; y < rows.count; y++) {
    for (let x = 0; x < columns.count; x++) {
      for (let o = 0; o < outChannels; o++) {
        let sum = bias[o] ?? 0;
        for (let ky = 0; ky < height; ky++) {
          for (let kx = 0; kx < width; kx++) {
            const py = rows.first + y * windowing.stride[0] + ky * dilationY;
            const px = columns.first + x * windowing.stride[1] + kx * dilationX;
            if (depthwise) {
              const channel = Math.floor((o * input.channels) / outChannels);
              sum += at(input, py, px, channel) * (filter[(ky * width + kx) * outChannels + o] ?? 0);
              continue;
            }
            for (let i = 0; i < input.channels; i++) {
              sum +=
                at(input, py, px, i) * (filter[((o * height + ky) * width + kx) * input.channels + i] ?? 0);
            }
          }
        }
        data.push(sum);
      }
    }
  }
  return { height: rows.count, width: columns.count, channels: outChannels, data };
}

/** MediaPipe's transposed convolution, SAME: each input pixel scatters the filter O, h, w, I. */
export function scatter(
  input: Picture,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
  [height, width]: readonly [number, number],
  stride: number,
): Picture {
  const out = { height: input.height * stride, width: input.width * stride, channels: bias.length };
  const data = Array.from(
    { length: out.height * out.width * out.channels },
    (_, i) => bias[i % bias.length] ?? 0,
  );
  const top = Math.floor((height - stride) / 2);
  const left = Math.floor((width - stride) / 2);
  for (let y = 0; y < input.height; y++) {
    for (let x = 0; x < input.width; x++) {
      for (let o = 0; o < out.channels; o++) {
        for (let ky = 0; ky < height; ky++) {
          for (let kx = 0; kx < width; kx++) {
            const py = y * stride - top + ky;
            const px = x * stride - left + kx;
            if (py < 0 || px < 0 || py >= out.height || px >= out.width) continue;
            const index = (py * out.width + px) * out.channels + o;
            for (let i = 0; i < input.channels; i++) {
              const weight = filter[((o * height + ky) * width + kx) * input.channels + i] ?? 0;
              data[index] = (data[index] ?? 0) + at(input, y, x, i) * weight;
            }
          }
        }
      }
    }
  }
  return { ...out, data };
}

/** The mean of the pixels of a window that lie inside the picture. */
export function averagePool(
  input: Picture,
  [height, width]: readonly [number, number],
  windowing: Windowing,
): Picture {
  const rows = positions(input.height, height, windowing.stride[0], 1, windowing.same);
  const columns = positions(input.width, width, windowing.stride[1], 1, windowing.same);
  const data: number[] = [];
  for (let y = 0; y < rows.count; y++) {
    for (let x = 0; x < columns.count; x++) {
      for (let c = 0; c < input.channels; c++) {
        let sum = 0;
        let count = 0;
        for (let py = rows.first + y * windowing.stride[0], ky = 0; ky < height; ky++, py++) {
          for (let px = columns.first + x * windowing.stride[1], kx = 0; kx < width; kx++, px++) {
            if (py < 0 || px < 0 || py >= input.height || px >= input.width) continue;
            sum += at(input, py, px, c);
            count++;
          }
        }
        data.push(sum / count);
      }
    }
  }
  return { height: rows.count, width: columns.count, channels: input.channels, data };
}

export type Centres = 'half' | 'corners' | 'neither';

export function resize(input: Picture, height: number, width: number, centres: Centres): Picture {
  const source = (i: number, from: number, to: number): readonly [number, number, number] => {
    const scale = centres === 'corners' && to > 1 ? (from - 1) / (to - 1) : from / to;
    const position = centres === 'half' ? (i + 0.5) * scale - 0.5 : i * scale;
    const lower = Math.max(Math.floor(position), 0);
    const upper = Math.min(Math.ceil(position), from - 1);
    return [lower, upper, position - lower];
  };
  const data: number[] = [];
  for (let y = 0; y < height; y++) {
    const [top, bottom, fy] = source(y, input.height, height);
    for (let x = 0; x < width; x++) {
      const [left, right, fx] = source(x, input.width, width);
      for (let c = 0; c < input.channels; c++) {
        const upper = at(input, top, left, c) * (1 - fx) + at(input, top, right, c) * fx;
        const lower = at(input, bottom, left, c) * (1 - fx) + at(input, bottom, right, c) * fx;
        data.push(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return { height, width, channels: input.channels, data };
}
