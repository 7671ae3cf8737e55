/**
 * What a model's numbers mean:
 * - `probability`: one channel, 0 = room, 1 = person;
 * - `logits`: one channel, person = sigmoid(x);
 * - `two-class-logits`: two channels, person = softmax over both at `personIndex`;
 * - `class-scores`: many channels, person = softmax over all at `personIndex`.
 */
export const OUTPUT_KINDS = ['probability', 'logits', 'two-class-logits', 'class-scores'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

export const CROP_POLICIES = ['follow', 'stretch'] as const;
/** `follow`: works best on a crop around the person; `stretch`: on the whole frame, stretched to the input's size. */
export type CropPolicy = (typeof CROP_POLICIES)[number];

/** Order of the axes of a picture in the file, its batch of 1 first. */
export const LAYOUTS = ['NHWC', 'NCHW'] as const;
export type PictureLayout = (typeof LAYOUTS)[number];

export const ORDERS = ['RGB', 'BGR'] as const;

/**
 * Where the values of a map lie: `centers` = in the middle of equal cells; `corners` = the outermost ones on the middle of
 * the input's outermost pixels (networks of odd sizes such as 257 -> 33).
 */
export const ALIGNMENTS = ['centers', 'corners'] as const;

/** One number for each colour, in the order R, G, B. */
export type Colour = readonly [number, number, number];

/** A memory from one run to the next: what `output` gave is fed to `input`; zeros at the start. */
export interface RecurrentState {
  readonly input: string;
  readonly output: string;
  /** Where the file leaves the sizes open. */
  readonly shape?: readonly number[];
}

/** Everything that must be known about a model besides its bytes. Sizes are in pixels. */
export interface ModelManifest {
  /** Short and stable: what people type and what settings keep. */
  readonly name: string;
  readonly title: string;
  /** SPDX expression; "" = not said. */
  readonly licence: string;
  /** Of the file, lower-case hex; "" = not said. */
  readonly sha256: string;
  readonly input: {
    readonly width: number;
    readonly height: number;
    readonly channels: 3;
    readonly layout: PictureLayout;
    /** The model sees byte * scale + offset. */
    readonly scale: Colour;
    readonly offset: Colour;
    readonly order: (typeof ORDERS)[number];
    /** Needed where the file has several inputs. */
    readonly name?: string;
  };
  readonly output: {
    readonly kind: OutputKind;
    /** 0 = as the file says. */
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly layout: PictureLayout;
    readonly personIndex: number;
    readonly align: (typeof ALIGNMENTS)[number];
    /** Needed where the file has several outputs. */
    readonly name?: string;
  };
  readonly states: readonly RecurrentState[];
  /** Further inputs that always get the same numbers, by name. */
  readonly constants: Readonly<Record<string, readonly number[]>>;
  readonly crop: CropPolicy;
  /**
   * Whether the network also finds people in a picture without colours. While the matte settles, the network then looks at one, too.
   * To be measured first (bench/settling): most networks lose the person there.
   */
  readonly greyLook: boolean;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names are typed in shells and stand in file names. */
export function isModelName(name: string): boolean {
  return NAME.test(name);
}
