/** The built-in backgrounds: drawings of our own. A new one is a file here and a line below. */
import { BackscrubError } from '../../../shared/errors.js';
import { BOKEH } from './bokeh.js';
import { BOOK_SHELF } from './book-shelf.js';
import { HILLS } from './hills.js';
import { LIVING_ROOM } from './living-room.js';
import { NIGHT_WINDOW } from './night-window.js';
import { PAPER_WAVES } from './paper-waves.js';
import type { GalleryPicture } from './picture.js';
import { PLAIN_WALL } from './plain-wall.js';
import { SLOW_LIGHT } from './slow-light.js';
import { SOFT_DAWN, SOFT_OCEAN, SOFT_SAGE } from './soft-colours.js';
import { WAVE_PATTERN } from './wave-pattern.js';
import { WOOD_SLATS } from './wood-slats.js';

const PICTURES: readonly GalleryPicture[] = [
  PLAIN_WALL,
  LIVING_ROOM,
  BOOK_SHELF,
  WOOD_SLATS,
  NIGHT_WINDOW,
  BOKEH,
  HILLS,
  PAPER_WAVES,
  WAVE_PATTERN,
  SOFT_DAWN,
  SOFT_OCEAN,
  SOFT_SAGE,
  SLOW_LIGHT,
];

/** One of the gallery, as ListBackgrounds shows it. */
export interface GalleryItem {
  /** What SetBackground takes, for example `builtin:hills`. */
  readonly id: string;
  readonly name: string;
  readonly kind: GalleryPicture['kind'];
}

/** All of them, in the order in which they are shown. */
export function galleryList(): GalleryItem[] {
  return PICTURES.map(({ id, name, kind }) => ({ id: `builtin:${id}`, name, kind }));
}

/** @param name the part after `builtin:`. @throws BackscrubError UnknownBackground */
export function findPicture(name: string): GalleryPicture {
  const picture = PICTURES.find(({ id }) => id === name);
  if (picture) return picture;
  const names = PICTURES.map(({ id }) => id).join(', ');
  throw new BackscrubError(
    'UnknownBackground',
    `There is no background builtin:${name}; there are ${names}.`,
  );
}
