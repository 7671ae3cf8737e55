/**
 * Which way up the network is shown the pictures: it knows people only the way they stand. A camera that hangs upside down, or the
 * effect `flip` on one that does not, would make it take most of the room for a person. The numbers are from clips and stills
 * that were shown to it both ways, see docs/quality.md.
 */

/** How a network saw the whole frame: parts (0 to 1) of its map, and of the map's uppermost row. */
export interface Doubt {
  /** What it took for people. */
  readonly person: number;
  /** What it took for neither people nor room. */
  readonly between: number;
  /** What of the uppermost row it took for people. */
  readonly top: number;
}

/** Part of the map below which nobody is there. */
const NOBODY = 0.01;
/** Part of the map up to which somebody is far away; upside down a network sees less of them, not more. */
const FAR = 0.05;
/** What is between, as a part of what is people, and the part of the upper edge that is, from which on the other way is tried. */
const MUCH_BETWEEN = 0.2;
const MUCH_AT_TOP = 0.2;
/** People reach the lower edge of a picture; reaching the upper one makes it less likely that it is the right way up. */
const TOP_COUNTS = 2;
/** Upside down a network takes most of the room for people, or sees no more than a head: the right way loses nobody. */
const PERSON_COUNTS = 1.5;
/** How much less doubt the other way has to leave at first: most cameras stand. */
const LESS = 0.9;
/** ... and once it was decided, and in how many looks in a row. */
const CLEARLY_LESS = 0.7;
const VOTES = 2;
/**
 * The most looks at the whole frame between two tries: eight seconds. While there are doubts they come ever more seldom, up to
 * this; without a doubt they come as seldom as this.
 */
const MOST_WAIT = 16;

export class WayUp {
  #flip = false;
  #isOpen = true;
  #isEmpty = true;
  #wait = 0;
  #nextWait = 1;
  #votes = 0;
  /** Looks without a doubt since the last try. */
  #clear = 0;

  /** Whether the network is shown the pictures with top and bottom exchanged. */
  get flip(): boolean {
    return this.#flip;
  }

  /** After a look at the whole frame: whether another one is wanted, with top and bottom exchanged. */
  wantsOther(seen: Doubt): boolean {
    const isEmpty = isNobody(seen);
    if (this.#isEmpty && !isEmpty) this.#tryAgain();
    this.#isEmpty = isEmpty;
    // Of somebody upside down a network may see no more than the head, and that without a doubt.
    if (!this.#isOpen && (isEmpty || !this.#isDue(seen))) return false;
    if (this.#wait === 0) return true;
    this.#wait--;
    return false;
  }

  /** What the two looks have shown. @returns whether the other way is the right one from now on */
  decide(seen: Doubt, other: Doubt): boolean {
    // A thing in an empty room is easily taken for somebody upside down.
    const isBetter = isNobody(seen)
      ? !isNobody(other) && !isDoubtful(other)
      : !losesSomebody(seen, other) && weight(other) < weight(seen) * (this.#isOpen ? LESS : CLEARLY_LESS);
    this.#votes = isBetter ? this.#votes + 1 : 0;
    const isChanged = isBetter && (this.#isOpen || this.#votes >= VOTES);
    if (isChanged || !isNobody(seen)) this.#isOpen = false;
    if (isChanged) {
      this.#flip = !this.#flip;
      this.#isEmpty = false;
      this.#tryAgain();
    } else if (!isBetter && (isNobody(seen) || isDoubtful(seen))) {
      this.#wait = this.#nextWait;
      this.#nextWait = Math.min(MOST_WAIT, 2 * this.#nextWait);
    }
    return isChanged;
  }

  /** Top and bottom of the pictures are exchanged from now on: what the network sees stays the same. */
  turn(): void {
    this.#flip = !this.#flip;
  }

  /** The next picture is of another camera. */
  reset(): void {
    this.#flip = false;
    this.#isOpen = true;
    this.#isEmpty = true;
    this.#tryAgain();
  }

  #isDue(seen: Doubt): boolean {
    const isDue = isDoubtful(seen) || this.#votes > 0 || ++this.#clear >= MOST_WAIT;
    if (isDue) this.#clear = 0;
    return isDue;
  }

  #tryAgain(): void {
    this.#wait = 0;
    this.#clear = 0;
    this.#nextWait = 1;
    this.#votes = 0;
  }
}

function isNobody({ person }: Doubt): boolean {
  return person < NOBODY;
}

function losesSomebody(seen: Doubt, other: Doubt): boolean {
  return seen.person < FAR && other.person < seen.person;
}

function isDoubtful({ person, between, top }: Doubt): boolean {
  return between > MUCH_BETWEEN * person || top > MUCH_AT_TOP;
}

function weight({ person, between, top }: Doubt): number {
  if (person < NOBODY) return Number.POSITIVE_INFINITY;
  return (between + TOP_COUNTS * top) / person ** PERSON_COUNTS;
}
