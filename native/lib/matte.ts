import { binding } from './binding.js';
import type { Frame } from './frame.js';

/** Knobs of the matte, for bench/quality; see MatteTuning in native/src/matte.h. */
export interface MatteTuning {
  stillWeight?: number;
  changeGain?: number;
  motionGain?: number;
  motionFloor?: number;
  curveLow?: number;
  curveHigh?: number;
  guideEpsilon?: number;
  edgeLow?: number;
  edgeHigh?: number;
  settlingLow?: number;
  settlingHigh?: number;
  settlingRise?: number;
  settlingCore?: number;
  settlingReach?: number;
  agreedLow?: number;
  agreedHigh?: number;
  agreedCore?: number;
  agreedReach?: number;
}

/** The curve of a settled matte from the first frame on. */
export const SETTLED: MatteTuning = {
  settlingLow: 0.25,
  settlingHigh: 0.85,
  agreedLow: 0.25,
  agreedHigh: 0.85,
  agreedCore: 0,
  settlingCore: 0,
};

/** Frames in which a matte that has started over is strict. */
export const SETTLING = 15;

/**
 * The alpha plane of a stream of frames of one size, made from a network's probability maps (recipe: temporal
 * filter at half size, guided filter on luma). A box is x, y, width, height in luma pixels: even, inside the frame,
 * at least 16 wide and high.
 */
export interface Matte {
  /** Takes the next frame; the calls that follow are about it. */
  begin(frame: Frame): void;
  /**
   * Scales the box to the input's size into `rgb`: planar R, G, B, each 0..1, inputWidth * inputHeight values a plane. A part
   * that is dark all over is brightened, up to fourfold.
   * @param mirror with `flip`: how the network sees it turned; the map it makes then is turned back with `turnMap`
   * @param grey the network sees it without colours
   */
  fillInput(
    frame: Frame,
    rgb: Float32Array,
    x: number,
    y: number,
    width: number,
    height: number,
    mirror?: boolean,
    flip?: boolean,
    grey?: boolean,
  ): void;
  /** Exchanges left and right, top and bottom of a map, or both, in place. */
  turnMap(map: Float32Array, mirror: boolean, flip: boolean): void;
  /**
   * Leaves in `map` what looks at the same box agree on: of two the lesser probability. A matte that settles is less strict with
   * the next update, which takes it.
   * @param third of three looks the mean
   */
  agree(map: Float32Array, other: Float32Array, third?: Float32Array): void;
  /**
   * How sure the network is of a map.
   * @param out 4 values of 0..1: the part of the map above one half, the part that is neither person nor room (0.1 to 0.9), and
   * the parts of its first and of its last row above one half
   */
  measureDoubt(map: Float32Array, out: Float32Array): void;
  /** Frames made since the matte started over; it is strict while there are less than SETTLING, and counts on to 18. */
  readonly age: number;
  /** Whether it started over because the scene changed in mid-call: by `turn`, `follow` or `reset(true)`. */
  readonly isChanged: boolean;
  /** Takes the box's probability map (0..1, row major) and makes the alpha plane; outside the box alpha is 0. */
  update(frame: Frame, map: Float32Array, x: number, y: number, width: number, height: number): void;
  /**
   * As before, with two boxes and a map for each. Where they overlap the first one counts left of the frame's column `border`,
   * the other one right of it.
   */
  update(
    frame: Frame,
    map: Float32Array,
    x: number,
    y: number,
    width: number,
    height: number,
    otherMap: Float32Array,
    otherX: number,
    otherY: number,
    otherWidth: number,
    otherHeight: number,
    border: number,
  ): void;
  /**
   * Finds what is above one half in a map: writes left, top, right, bottom (0..1 of the map), the area (0..1), and the column
   * (0..1) where two people may meet with the part (0..1) of the lower one's height that is set there, 1 where
   * there is no such column; 0, 0, 0, 0, 0, 0, 1 when nobody is there.
   * @param out 7 values
   * @param from with `to`: the map's columns that are looked at, all by default; `to` is exclusive
   */
  measure(map: Float32Array, out: Float32Array, from?: number, to?: number): void;
  /**
   * Of the map's columns `from` to `to` (inclusive; one beyond the map is empty), the one in which least is above one half, and of
   * several the one nearest to `middle`.
   * @param out 2 values: the column, and the part (0..1) of it that is set
   */
  emptiest(map: Float32Array, out: Float32Array, from: number, to: number, middle: number): void;
  /**
   * Forgets earlier frames; the matte is strict until it has settled again.
   * @param changed the scene changes in mid-call: more so, as after `turn` and `follow`
   */
  reset(changed?: boolean): void;
  /** Pictures are turned from the next frame on, and what earlier ones showed with them; strict as after `reset`. */
  turn(mirror: boolean, flip: boolean): void;
  /**
   * Goes on where another model's matte was; strict as after `reset`.
   * @throws TypeError when it is of another frame size
   */
  follow(before: Matte): void;
  /**
   * output = foreground over background by this alpha plane. All three have the matte's frame size.
   * @param lightWrap how much light of the background falls on the person's rim, 0 (the default) to 1
   * @param edgeColours show the person's own colours at soft edges; false: what the camera saw, room included
   */
  compose(
    foreground: Frame,
    background: Frame,
    output: Frame,
    lightWrap?: number,
    edgeColours?: boolean,
  ): void;
  /** Writes the alpha plane as grey, limited range. */
  store(output: Frame): void;
  /** Takes an alpha plane made elsewhere, as bytes 0..255, width * height of them. */
  loadAlpha(bytes: Uint8Array): void;
  /** Writes the alpha plane as bytes 0..255, width * height of them. */
  storeAlpha(bytes: Uint8Array): void;
  /**
   * Blurs the frame's background with strength 0..100 into `output`; the person's colours stay out of it. Strength 0 leaves the
   * room's shapes, and goes into no Backdrop.
   */
  blur(frame: Frame, strength: number, output: Frame): void;
  tune(tuning: MatteTuning): void;
}

interface MatteBinding {
  /** The network's input has its map's size unless another one is given. @throws TypeError on odd or unreasonable sizes. */
  Matte: new (
    width: number,
    height: number,
    mapWidth: number,
    mapHeight: number,
    inputWidth?: number,
    inputHeight?: number,
  ) => Matte;
}

export const Matte = (binding as MatteBinding).Matte;
