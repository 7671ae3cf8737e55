/** The user's choice of picture: checked, applied by the engine, then kept. One change at a time. */
import { parseBackgroundSpec } from '../../shared/background-spec.js';
import { BackscrubError } from '../../shared/errors.js';
import { isMode, MODES } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import type { BackgroundCheck } from './ports.js';
import { type EngineState, settle, shorten } from './settle.js';

const MAX_CROSS_FADE_MS = 2000;
/** Nothing about these can be wrong once they are written rightly. */
const PLAIN = /^(?:color|gradient):/;

/** @throws BackscrubError InvalidArgs */
export function parseMode(mode: string): Look['mode'] {
  if (isMode(mode)) return mode;
  throw new BackscrubError(
    'InvalidArgs',
    `There is no mode "${shorten(mode)}"; the modes are ${MODES.join(', ')}.`,
  );
}

/**
 * Checks the form of a background; colours come back in lower case.
 * @throws BackscrubError InvalidArgs or UnknownBackground
 */
export function parseBackground(background: string): string {
  const { kind } = parseBackgroundSpec(background);
  return kind === 'color' || kind === 'gradient' ? background.toLowerCase() : background;
}

/** @throws BackscrubError InvalidArgs */
export function parseBlurStrength(strength: number): number {
  if (Number.isInteger(strength) && strength >= 0 && strength <= 100) return strength;
  throw new BackscrubError('InvalidArgs', `BlurStrength goes from 0 to 100, not ${strength}.`);
}

/** @throws BackscrubError InvalidArgs */
export function parseCrossFade(milliseconds: number): number {
  if (Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds <= MAX_CROSS_FADE_MS)
    return milliseconds;
  throw new BackscrubError(
    'InvalidArgs',
    `CrossFade goes from 0 to ${MAX_CROSS_FADE_MS} milliseconds, not ${milliseconds}.`,
  );
}

export interface LookTarget extends EngineState {
  /** @throws BackscrubError, EngineGone */
  apply(look: Look): Promise<void>;
}

export class LookControl {
  readonly #target: LookTarget;
  readonly #check: BackgroundCheck;
  readonly #changed: () => void;
  #look: Look;
  #last: Promise<void> = Promise.resolve();

  constructor(look: Look, target: LookTarget, check: BackgroundCheck, changed: () => void) {
    this.#look = look;
    this.#target = target;
    this.#check = check;
    this.#changed = changed;
  }

  /** The accepted look. */
  get look(): Look {
    return this.#look;
  }

  /**
   * Resolves when the change is in use, or checked and kept for the next engine. After an error the old look stays.
   * Changes are made one after the other, so that none works on a look that another one is about to replace.
   */
  change(change: Partial<Look>): Promise<void> {
    const work = this.#last.then(() => this.#apply(change));
    this.#last = work.catch(() => {});
    return work;
  }

  /**
   * Removes a background, with the picture on another one before if it is shown; no change comes in between. When it cannot be
   * removed, it comes back.
   * @param instead a background that needs no file
   */
  forget(background: string, instead: string, remove: () => Promise<void>): Promise<void> {
    const work = this.#last.then(async () => {
      const shown = this.#look.background === background;
      if (shown) await this.#apply({ background: instead });
      try {
        await remove();
      } catch (error) {
        if (shown) await this.#apply({ background }).catch(() => {});
        throw error;
      }
    });
    this.#last = work.catch(() => {});
    return work;
  }

  async #apply(change: Partial<Look>): Promise<void> {
    const look = { ...this.#look, ...change };
    const known = look.background === this.#look.background || PLAIN.test(look.background);
    const check = known ? undefined : () => this.#check.check(look.background);
    await settle(this.#target, check, () => this.#target.apply(look));
    this.#look = look;
    this.#changed();
  }
}
