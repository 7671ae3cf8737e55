/** When an application may see the room, by the contract: what was asked of the service, and when it answered. */

/** What an action does to that. */
export interface Effect {
  /** A mode that is asked for. */
  readonly mode?: string;
  /** A BlurStrength that is asked for. */
  readonly strength?: number;
  /** Visits to the room end: Stop, or a new life of the service. */
  readonly ends?: true;
  /** Another user's look may be in effect from now on. */
  readonly look?: true;
}

/** An action in the order in which they were sent; times in microseconds of the guest's clock. */
export interface Deed {
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
  readonly effect: Effect;
}

/** From the first moment in which the room may be seen until the one from which it may not. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Which looks may show the room, so far as can be known from outside. */
interface Known {
  readonly passthrough: boolean;
  /** BlurStrength may be 0, with which `blur` hides nothing. */
  readonly zero: boolean;
  /** The mode may be `blur`. */
  readonly blur: boolean;
}

function after({ passthrough, zero, blur }: Known, effect: Effect): Known {
  if (effect.ends) return { passthrough: false, zero: false, blur: true };
  return {
    passthrough: effect.mode === undefined ? passthrough : effect.mode === 'passthrough',
    zero: effect.strength === undefined ? zero : effect.strength === 0,
    blur: effect.look === true || (effect.mode === undefined ? blur : effect.mode === 'blur'),
  };
}

const reveals = ({ passthrough, zero, blur }: Known): boolean => passthrough || (zero && blur);

/**
 * The stretches in which the room may be seen. One begins when something that reveals it is asked for and ends when
 * something that hides it has been answered, even when what came before that has no answer yet. What failed has changed nothing, but
 * until it says so it may have.
 */
export function exposures(deeds: readonly Deed[]): Stretch[] {
  const stretches: { from: number; to: number }[] = [];
  let known: Known = { passthrough: false, zero: false, blur: true };
  for (const { from, to, failed, effect } of deeds) {
    const then = after(known, effect);
    const last = stretches.at(-1);
    const open = last !== undefined && last.to >= from ? last : undefined;
    if (reveals(then)) {
      const until = failed && !reveals(known) ? to : Infinity;
      if (open) open.to = Math.max(open.to, until);
      else stretches.push({ from, to: until });
    } else if (!failed && open) {
      open.to = Math.min(open.to, to);
    }
    if (!failed) known = then;
  }
  return stretches;
}

/** Whether any moment between the two is in a stretch. */
export function mayShow(stretches: readonly Stretch[], from: number, to = from): boolean {
  return stretches.some((stretch) => from < stretch.to && to >= stretch.from);
}
