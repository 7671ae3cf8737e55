/**
 * What holds for a visit only: mode `passthrough`, blur strength 0 and a camera that is on without a reader. No file has it, and it
 * ends with the life of the service, with Stop, and with the session of the user who chose it. The types say so: what lasts
 * cannot hold mode `passthrough`.
 */
import { BackscrubError } from '../../shared/errors.js';
import type { Mode } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';

/** A mode that may be remembered. */
export type LastingMode = Exclude<Mode, 'passthrough'>;

/** A look that may be remembered: it hides the room. */
export interface LastingLook extends Look {
  readonly mode: LastingMode;
}

/** Whether a value of this part holds for a visit only. */
export const VISITS = {
  mode: (mode: string): boolean => mode === 'passthrough',
  blurStrength: (strength: number): boolean => strength === 0,
  onDemand: (value: boolean): boolean => !value,
} as const;

/** What is left of a look when the visit ends. @param last the look that lasted before it */
export function lastingOf(look: Look, last: LastingLook): LastingLook {
  return {
    ...look,
    mode: look.mode === 'passthrough' ? last.mode : look.mode,
    blurStrength: look.blurStrength === 0 ? last.blurStrength : look.blurStrength,
  };
}

/** @throws BackscrubError InvalidArgs for a mode that holds for a visit only */
export function lastingMode(mode: Mode): LastingMode {
  if (mode !== 'passthrough') return mode;
  throw new BackscrubError('InvalidArgs', 'Mode passthrough holds for a visit only and is not remembered.');
}

/** @throws BackscrubError InvalidArgs for the strength that holds for a visit only */
export function lastingStrength(strength: number): number {
  if (strength > 0) return strength;
  throw new BackscrubError('InvalidArgs', 'Blur strength 0 holds for a visit only and is not remembered.');
}
