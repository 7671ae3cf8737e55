/** The built-in backgrounds: drawings of our own. A new one is a file here and a line below. */
import { BackscrubError } from '../../../shared/errors.js';
import { SLOW_LIGHT } from './slow-light.js';
import type { GalleryPicture } from './picture.js';

const PICTURES: readonly GalleryPicture[] = [SLOW_LIGHT];

/** All of them, in the order in which they are shown; `builtin:` and the id is what SetBackground takes. */
export function galleryList(): { id: string; name: string; kind: GalleryPicture['kind'] }[] {
  return PICTURES.map(({ id, name, kind }) => ({ id, name, kind }));
}

/** @throws BackscrubError UnknownBackground */
export function findPicture(name: string): GalleryPicture {
  const picture = PICTURES.find(({ id }) => id === name);
  if (picture) return picture;
  const names = PICTURES.map(({ id }) => id).join(', ');
  throw new BackscrubError('UnknownBackground', `There is no background builtin:${name}; there are ${names}.`);
}
