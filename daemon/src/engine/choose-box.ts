import type { Box, Crop, Extent } from './follow-crop.js';

/** Part of a searched part's height below which what is found is taken for a thing. */
const LEAST_FOUND = 0.25;

/**
 * Finds the box of a frame by looking. Once is enough while the person stays inside; the frame is looked at again in a larger
 * box when they reach out of it, and as a whole when that does not hold them, when they are lost, and now and then. What is
 * outside the box counts as room.
 *
 * @param look runs the network on a box and tells where somebody is in the frame
 * @returns the box that was looked at last, undefined when nobody was found anywhere
 */
export async function chooseBox(
  crop: Crop,
  look: (box: Box) => Promise<Extent | undefined>,
): Promise<Box | undefined> {
  if (!crop.wantsFullPass) {
    for (let tries = 0; tries < 2; tries++) {
      const { box } = crop;
      const person = await look(box);
      crop.observe(person);
      if (person === undefined) break;
      if (!crop.reachesOut(person, box)) return box;
    }
  }
  const { full } = crop;
  const person = await look(full);
  crop.observeFull(person);
  if (person === undefined) await search(crop, look);
  const { box } = crop;
  const all = isSame(box, full);
  const closer = all ? person : await look(box);
  crop.observe(closer);
  return closer && box;
}

/** Somebody far away may be too small for the network in the whole frame: parts of it are looked at, too. */
async function search(crop: Crop, look: (box: Box) => Promise<Extent | undefined>): Promise<void> {
  for (const part of crop.partsToSearch()) {
    const found = await look(part);
    if (found === undefined || found.bottom - found.top < LEAST_FOUND * part.height) continue;
    crop.observeFull(found);
    return;
  }
}

function isSame(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
