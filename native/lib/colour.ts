import { binding } from './binding.js';
import type { Frame } from './frame.js';

/** How a picture's Y'CbCr values are meant. */
export interface Encoding {
  readonly matrix: 601 | 709;
  readonly full: boolean;
}

interface ColourBinding {
  toPipeline(frame: Frame, matrix: number, full: boolean): void;
  encodingOf(fourcc: string, colorspace: number, ycbcrEncoding: number, quantization: number): Encoding;
}

/** Converts in place from the given encoding to the pipeline's own, BT.601 limited range. */
export function toPipeline(frame: Frame, encoding: Encoding): void {
  (binding as ColourBinding).toPipeline(frame, encoding.matrix, encoding.full);
}

/** What V4L2's numbers (enum v4l2_colorspace, v4l2_ycbcr_encoding, v4l2_quantization; 0 = default) mean. */
export function encodingOf(fourcc: string, colorspace = 0, ycbcrEncoding = 0, quantization = 0): Encoding {
  return (binding as ColourBinding).encodingOf(fourcc, colorspace, ycbcrEncoding, quantization);
}
