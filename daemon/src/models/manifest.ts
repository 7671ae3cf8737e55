/**
 * What a model's numbers mean:
 * - `probability`: one channel, 0 = room, 1 = person;
 * - `logits`: one channel, person = sigmoid(x);
 * - `two-class-logits`: two channels, person = softmax over both at `personIndex`;
 * - `class-scores`: many channels, person where channel `personIndex` is the largest.
 */
export type OutputKind = 'probability' | 'logits' | 'two-class-logits' | 'class-scores';

/** Everything that must be known about a model besides its bytes. Sizes are in pixels. */
export interface ModelManifest {
  /** Short and stable: what people type and what settings keep. */
  readonly name: string;
  readonly title: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
  readonly input: {
    readonly width: number;
    readonly height: number;
    readonly channels: 3;
    /** The model sees byte * scale + offset. */
    readonly scale: number;
    readonly offset: number;
    readonly order: 'RGB';
  };
  readonly output: {
    readonly kind: OutputKind;
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly personIndex: number;
  };
  /** `follow`: works best on a crop around the person; `stretch`: on the whole frame, stretched to the input's size. */
  readonly crop: 'follow' | 'stretch';
}
