/** The user's choice of picture: checked, applied by the engine, then kept. One change at a time. */
import { BackscrubError } from '../../shared/errors.js';
import { isMode, MODES } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import { isBackgroundId } from '../../shared/stored-background.js';
import type { BackgroundCheck } from './ports.js';
import { type EngineState, settle, shorten } from './settle.js';

const MAX_PATH_BYTES = 4095;
const COLOUR = /^color:#[0-9a-f]{6}$/;
const GRADIENT = /^gradient:#[0-9a-f]{6}-#[0-9a-f]{6}(@\d{1,3})?$/;
const BUILT_IN = /^builtin:[a-z0-9-]{1,64}$/;

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
  if (background.startsWith('color:')) {
    const colour = background.toLowerCase();
    if (COLOUR.test(colour)) return colour;
    throw new BackscrubError(
      'InvalidArgs',
      `"${shorten(background)}" is not a colour; write it like color:#2e3436 (red, green, blue in hexadecimal).`,
    );
  }
  if (background.startsWith('gradient:')) {
    const gradient = background.toLowerCase();
    if (GRADIENT.test(gradient)) return gradient;
    throw new BackscrubError(
      'InvalidArgs',
      `"${shorten(background)}" is not a gradient; write it like gradient:#2e3436-#729fcf, or with @DEGREES at its end.`,
    );
  }
  if (BUILT_IN.test(background) || isBackgroundId(background)) return background;
  if (!background.startsWith('/')) {
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background "${shorten(background)}"; give an id of ListBackgrounds (backscrubctl background list), a colour like color:#2e3436 or the absolute path of an image.`,
    );
  }
  if (background.includes('\0') || Buffer.byteLength(background) > MAX_PATH_BYTES) {
    throw new BackscrubError('InvalidArgs', 'The path has a zero byte or more than 4095 bytes.');
  }
  return background;
}

/** @throws BackscrubError InvalidArgs */
export function parseBlurStrength(strength: number): number {
  if (Number.isInteger(strength) && strength >= 0 && strength <= 100) return strength;
  throw new BackscrubError('InvalidArgs', `BlurStrength goes from 0 to 100, not ${strength}.`);
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
    const known = look.background === this.#look.background || look.background.startsWith('color:');
    const check = known ? undefined : () => this.#check.check(look.background);
    await settle(this.#target, check, () => this.#target.apply(look));
    this.#look = look;
    this.#changed();
  }
}
