import type { Size } from '../background.js';

interface GalleryEntry {
  /** Kebab-case; SetBackground takes it after `builtin:`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** A drawing, made for the size of the frame. */
export interface GalleryStill extends GalleryEntry {
  readonly kind: 'still';
  /** @returns an SVG document of this size */
  draw(size: Size): string;
}

/** A loop of drawings, each of which fades into the next. */
export interface GalleryAnimation extends GalleryEntry {
  readonly kind: 'animated';
  readonly keys: number;
  readonly loopMs: number;
  /** @param phase 0 to 1, once around */
  draw(size: Size, phase: number): string;
}

export type GalleryPicture = GalleryStill | GalleryAnimation;
