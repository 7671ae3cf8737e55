import { BackscrubError } from './errors.js';
import { EFFECTS, type EffectName } from './names.js';

const MAX_SHOWN = 40;

/**
 * Checks a list of effects; the order stays.
 * @throws BackscrubError InvalidArgs, naming the effects that there are
 */
export function parseEffects(names: readonly string[]): readonly EffectName[] {
  const chosen: EffectName[] = [];
  for (const name of names) {
    const effect = EFFECTS.find((known) => known === name);
    if (effect === undefined) {
      const shown = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}...` : name;
      throw new BackscrubError(
        'InvalidArgs',
        `There is no effect "${shown}"; the effects are ${EFFECTS.join(', ')}.`,
      );
    }
    if (chosen.includes(effect)) {
      throw new BackscrubError('InvalidArgs', `The effect ${effect} is named twice; name each one once.`);
    }
    chosen.push(effect);
  }
  return chosen;
}
