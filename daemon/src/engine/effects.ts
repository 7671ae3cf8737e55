import { Backdrop, EffectChain, Frame, type Matte, type Stopwatch } from '@backscrub/native';
import { parseEffects } from '../shared/effects.js';
import type { Turn } from './box.js';
import { STAGE } from './stages.js';

/** The effects of a look, ready to be applied. */
export interface PreparedEffects {
  readonly names: readonly string[];
  readonly chain: EffectChain;
  /** How the camera's picture is turned. */
  readonly orientation: Turn;
  /** How much light of the background falls on the person's rim, 0 to 1. */
  readonly lightWrap: number;
}

/** Enough to be seen beside a window, too little to be seen as an effect. */
const LIGHT_WRAP = 0.4;

/**
 * Applies effects to the pictures of a frame. Results are in frames of its own, made when they are first needed: neither
 * the camera's picture nor a background is written into.
 */
export class Effects {
  readonly #width: number;
  readonly #height: number;
  readonly #stopwatch: Stopwatch;
  #turned: Frame | undefined;
  #person: Frame | undefined;
  #behind: Backdrop | undefined;

  /** @param stopwatch books what effects cost; the caller has booked what came before */
  constructor(width: number, height: number, stopwatch: Stopwatch) {
    this.#width = width;
    this.#height = height;
    this.#stopwatch = stopwatch;
  }

  /**
   * @param before the effects at work: those that stay go on with what they have measured
   * @throws BackscrubError InvalidArgs when there is no such effect
   */
  prepare(names: readonly string[], before?: PreparedEffects): PreparedEffects {
    if (before !== undefined && before.names.join() === names.join()) return before;
    const known = parseEffects(names);
    const chain = new EffectChain(this.#width, this.#height, known, before?.chain);
    const lightWrap = known.includes('light-wrap') ? LIGHT_WRAP : 0;
    return {
      names: known,
      chain,
      lightWrap,
      orientation: { mirror: known.includes('mirror'), flip: known.includes('flip') },
    };
  }

  /** The camera's picture as everything else gets it. */
  input({ chain }: PreparedEffects, frame: Frame): Frame {
    if (!chain.onInput) return frame;
    this.#turned ??= this.#frame();
    chain.applyToInput(frame, this.#turned);
    this.#stopwatch.lap(STAGE.effects);
    return this.#turned;
  }

  /** The picture to take the person from; without a matte all of it is the subject. */
  foreground({ chain }: PreparedEffects, frame: Frame, matte?: Matte): Frame {
    if (!chain.onForeground) return frame;
    this.#person ??= this.#frame();
    chain.applyToForeground(frame, matte, this.#person);
    this.#stopwatch.lap(STAGE.effects);
    return this.#person;
  }

  /**
   * What is to stand behind the person. One that has not changed is not worked on again.
   * @param scratch whether the frame may be written into
   */
  background({ chain }: PreparedEffects, frame: Backdrop, scratch = false): Backdrop {
    if (!chain.onBackground) return frame;
    let output = frame;
    if (!scratch) {
      this.#behind ??= new Backdrop(this.#width, this.#height);
      output = this.#behind;
    }
    chain.applyToBackground(frame, output);
    this.#stopwatch.lap(STAGE.effects);
    return output;
  }

  /** The same for what shows the room, in place. */
  openBackground({ chain }: PreparedEffects, frame: Frame): void {
    if (!chain.onBackground) return;
    chain.applyToBackground(frame, frame);
    this.#stopwatch.lap(STAGE.effects);
  }

  #frame(): Frame {
    return new Frame(this.#width, this.#height);
  }
}
