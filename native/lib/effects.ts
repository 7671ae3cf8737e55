import { binding } from './binding.js';
import type { Frame } from './frame.js';
import type { Matte } from './matte.js';

/** What an effect is, from the table in native/src/effects. */
export interface EffectDescription {
  /** As SetEffects takes it. */
  readonly name: string;
  /** For people, in English. */
  readonly title: string;
  /**
   * Which picture of a frame it works on: `input` (the camera's, before anything else), `foreground` (the camera's as the
   * person is taken from it), `background` (what stands behind them), or the last two alike; `compose`: done by
   * Matte.compose and Canvas.compose, not by a chain.
   */
  readonly stage: 'input' | 'foreground' | 'background' | 'both' | 'compose';
  /** Planes by their letters, `y`, `u` and `v`. */
  readonly reads: string;
  readonly writes: string;
}

/** Chosen effects in their order. All frames have the chain's size. */
export interface EffectChain {
  /** Whether the chain has effects for that picture; without any there is nothing to call. */
  readonly onInput: boolean;
  readonly onForeground: boolean;
  readonly onBackground: boolean;
  /** The whole frame, into another one. */
  applyToInput(frame: Frame, output: Frame): void;
  /**
   * Into another frame, only where the matte has something of the person (the rest of `output` is not touched), or everywhere
   * without a matte.
   */
  applyToForeground(frame: Frame, matte: Matte | undefined, output: Frame): void;
  /**
   * The whole frame; nothing is done when neither frame has changed since the last call. Both may be the same frame.
   * @throws TypeError when only the output is a Backdrop
   */
  applyToBackground<T extends Frame>(frame: T, output: T): void;
}

interface EffectsBinding {
  /**
   * An effect that `before` has too goes on with what it has measured.
   * @throws TypeError on sizes that no frame has, or on a name that is not in EFFECTS
   */
  EffectChain: new (
    width: number,
    height: number,
    names: readonly string[],
    before?: EffectChain,
  ) => EffectChain;
  effects: readonly EffectDescription[];
}

export const EffectChain = (binding as EffectsBinding).EffectChain;
/** All effects, in the order in which they are offered. */
export const EFFECTS = (binding as EffectsBinding).effects;
