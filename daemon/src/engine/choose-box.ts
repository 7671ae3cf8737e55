import { isSame } from './box.js';
import type { Crop, Pair, Sighting, View } from './follow-crop.js';

/** Part of a searched part's height below which what is found is taken for a thing. */
const LEAST_FOUND = 0.25;

/** The network, as seen from here. */
export interface Eye {
  /** Runs the network on a view's box and tells where somebody is in the frame. */
  look(view: View): Promise<Sighting | undefined>;
  /** What may be two people in the last look; undefined when it is one, or more who are close. */
  pair(): Pair | undefined;
}

/**
 * Finds the boxes of a frame by looking. Once is enough while the person stays inside; the frame is looked at again in a larger
 * box when they reach out of it, and as a whole when that does not hold them, when they are lost, and now and then. Two
 * people who are apart have a box each while they are. What is outside the boxes counts as room.
 *
 * @returns the views that were looked at last, one or two, none when nobody was found anywhere
 */
export async function chooseViews(crop: Crop, eye: Eye): Promise<readonly View[]> {
  if (!crop.wantsFullPass) {
    for (let tries = 0; tries < 2; tries++) {
      const { views } = crop;
      const people = await lookAt(views, eye);
      crop.observe(people);
      if (people.includes(undefined)) break;
      if (!views.some((view, i) => reachesOut(crop, people[i], view))) return views;
      // Two larger boxes and then the whole frame would be too many runs for one frame.
      if (views.length > 1 && crop.views.length > 1) break;
    }
  }
  const { full } = crop;
  const person = await eye.look(full);
  crop.observeFull(person, () => eye.pair());
  if (person === undefined) await search(crop, eye);
  let { views } = crop;
  let people = isAll(views, full) ? [person] : await lookAt(views, eye);
  if (views.length > 1 && !crop.areApart(people)) {
    // Looked at closely they are no two people who are apart: one box for both, so that nobody is cut.
    crop.observe(people);
    crop.observeFull(person);
    views = crop.views;
    people = await lookAt(views, eye);
  }
  crop.observe(people);
  return people.includes(undefined) ? [] : views;
}

/** Stops at the first one that shows nobody. */
async function lookAt(views: readonly View[], eye: Eye): Promise<(Sighting | undefined)[]> {
  const people: (Sighting | undefined)[] = [];
  for (const view of views) {
    const person = await eye.look(view);
    people.push(person);
    if (person === undefined) break;
  }
  return people;
}

function reachesOut(crop: Crop, person: Sighting | undefined, view: View): boolean {
  return person !== undefined && crop.reachesOut(person, view);
}

/** Somebody far away may be too small for the network in the whole frame: parts of it are looked at, too. */
async function search(crop: Crop, eye: Eye): Promise<void> {
  for (const part of crop.partsToSearch()) {
    const found = await eye.look(part);
    if (found === undefined || found.bottom - found.top < LEAST_FOUND * part.box.height) continue;
    crop.observeFull(found);
    return;
  }
}

function isAll([view]: readonly View[], full: View): boolean {
  return view !== undefined && isSame(view.box, full.box);
}
