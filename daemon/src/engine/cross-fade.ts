import { Backdrop } from '@backscrub/native';
import type { Look } from '../shared/protocol.js';
import { revealsRoom } from '../shared/reveals-room.js';

/** What is faded: anything with a look. */
interface Looking {
  readonly look: Look;
}

/** Whether it has something behind the person that hides the room: no mix of two such looks shows it. */
function canFade(look: Look): boolean {
  return look.mode !== 'mask' && !revealsRoom(look);
}

/**
 * Fades what is behind the person from one look into the next. It never fades from or to a mode that shows the room or the matte:
 * the room must not shine through longer than it was asked for.
 */
export class CrossFade<T extends Looking> {
  readonly #width: number;
  readonly #height: number;
  #from: T | undefined;
  /** Of the fade at work; the clock starts with its first frame. */
  #began: number | undefined;
  #milliseconds = 0;
  /** What the look before has behind the person, and the mix; made for each fade, since there are few. */
  #old: Backdrop | undefined;
  #mixed: Backdrop | undefined;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** The look that is being left. */
  get looks(): readonly T[] {
    return this.#from ? [this.#from] : [];
  }

  /**
   * Starts to fade from one look to another, as long as the new one asks for. A fade at work ends.
   * @returns the looks that are not shown any more
   */
  begin(from: T, to: T): T[] {
    const unshown = this.end();
    const { mode, background, crossFade = 0 } = to.look;
    const changes = mode !== from.look.mode || (mode === 'replace' && background !== from.look.background);
    if (crossFade === 0 || !changes || !canFade(to.look) || !canFade(from.look)) {
      return [...unshown, from];
    }
    this.#from = from;
    this.#milliseconds = crossFade;
    this.#old = new Backdrop(this.#width, this.#height);
    this.#mixed = new Backdrop(this.#width, this.#height);
    return unshown;
  }

  /**
   * @param behind what the look at work has behind the person
   * @param draw makes the same for another look, in the frame that is given or one of its own
   * @returns what is to be shown, and the looks that are not shown any more after this frame
   */
  mix(
    behind: Backdrop,
    draw: (look: T, scratch: Backdrop) => Backdrop,
    nowMs: number,
  ): { frame: Backdrop; over: T[] } {
    if (!this.#from || !this.#old || !this.#mixed) return { frame: behind, over: [] };
    this.#began ??= nowMs;
    const weight = (nowMs - this.#began) / this.#milliseconds;
    if (weight >= 1) return { frame: behind, over: this.end() };
    this.#mixed.mixFrom(draw(this.#from, this.#old), behind, weight);
    return { frame: this.#mixed, over: [] };
  }

  /** @returns the look that was being left, if there is one */
  end(): T[] {
    const ended = this.#from ? [this.#from] : [];
    this.#from = undefined;
    this.#began = undefined;
    this.#old?.release();
    this.#mixed?.release();
    this.#old = undefined;
    this.#mixed = undefined;
    return ended;
  }
}
