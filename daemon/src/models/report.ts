import type { CropPolicy, OutputKind } from './manifest.js';

export interface OperatorCount {
  readonly name: string;
  readonly count: number;
}

/** What a check of a model file found; `problems` is empty when the model can be used. */
export interface ModelReport {
  readonly name: string;
  readonly path: string;
  readonly format: 'tflite' | 'onnx' | 'unknown';
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  /** Shapes as the file has them; empty when the file could not be read that far. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly output: OutputKind;
  readonly crop: CropPolicy;
  /** Operators of the file, most frequent first. */
  readonly operators: readonly OperatorCount[];
  /** Multiply-accumulates of a run; undefined when they cannot be counted or were not asked for. */
  readonly macs?: number;
  /** Median milliseconds of a run on this machine with one thread; 0 when it did not run. */
  readonly milliseconds: number;
  /** Smallest and largest probability on a grey and a noisy picture. */
  readonly range: readonly [number, number];
  readonly executionProvider: string;
  readonly problems: readonly string[];
}
