/** The user's choice of picture: checked, applied by the engine, then kept. */
import { parseBackgroundSpec } from '../../shared/background-spec.js';
import { BackscrubError } from '../../shared/errors.js';
import { isMode, MODES } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import { revealsRoom } from '../../shared/reveals-room.js';
import type { BackgroundCheck } from './ports.js';
import { type EngineState, settle, shorten } from './settle.js';
import { type LastingLook, lastingOf } from './visit.js';

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
  /** Whether an engine writes that may show the room. */
  readonly exposed: boolean;
  /** @throws BackscrubError, EngineGone */
  apply(look: Look): Promise<void>;
  /** Tells the engine a look that hides the room. Resolves when no engine writes that may show it; that needs no answer. */
  hide(look: Look): Promise<void>;
}

/** Milliseconds that a change which shows the room may wait for its turn: so long D-Bus clients wait for an answer. */
const PATIENCE_MS = 25_000;

/** A change that is not in use yet. */
interface Pending {
  /** Without the parts that a later change has set, which has overtaken it. */
  change: Partial<Look>;
  readonly since: number;
  /** Set when a hiding look has overtaken it that it would undo. */
  refused: BackscrubError | undefined;
  readonly refuse: (error: BackscrubError) => void;
}

/**
 * Changes are made one after the other, so that none works on a look that another one is about to replace. Only one that hides the
 * room waits for nothing: it overtakes them all. What would show the room again is refused then, and everything else is made
 * once more on top of it.
 */
export class LookControl {
  readonly #target: LookTarget;
  readonly #check: BackgroundCheck;
  readonly #changed: () => void;
  readonly #now: () => number;
  readonly #pending = new Set<Pending>();
  #look: Look;
  #lasting: LastingLook;
  /** The look that shows the room until the hiding one has taken effect. */
  #leaving: Look | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param now monotonic, in milliseconds */
  constructor(
    look: LastingLook,
    target: LookTarget,
    check: BackgroundCheck,
    changed: () => void,
    now: () => number,
  ) {
    this.#look = look;
    this.#lasting = look;
    this.#target = target;
    this.#check = check;
    this.#changed = changed;
    this.#now = now;
  }

  /** The accepted look: an engine that starts begins with it. */
  get look(): Look {
    return this.#look;
  }

  /** What applications may see: as long as the room may be shown, the look that shows it. */
  get shown(): Look {
    return this.#leaving ?? this.#look;
  }

  /** The accepted look without what holds for a visit only. */
  get lasting(): LastingLook {
    return this.#lasting;
  }

  /** Resolves when the change is in use, or checked and kept for the next engine. After an error the old look stays. */
  change(change: Partial<Look>): Promise<void> {
    if (this.#mayReveal && this.#hides(change)) {
      const overtaken = this.#overtake(change);
      for (const pending of this.#pending) pending.change = without(pending.change, change);
      return overtaken;
    }
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        change,
        since: this.#now(),
        refused: undefined,
        refuse: (error) => {
          pending.refused = error;
          reject(error);
        },
      };
      this.#pending.add(pending);
      this.#queue(() => this.#apply(pending))
        .finally(() => this.#pending.delete(pending))
        .then(resolve, reject);
    });
  }

  /** Goes back to what lasts. Resolves when nothing can show the room any more. */
  async endVisit(): Promise<void> {
    const { mode, blurStrength } = this.#lasting;
    const visiting = mode !== this.#look.mode || blurStrength !== this.#look.blurStrength;
    if (this.#mayReveal) await this.#overtake({ mode, blurStrength });
    else if (visiting) await this.change({ mode, blurStrength });
  }

  /**
   * Removes a background, with the picture on another one before if it is shown; no change comes in between. When it cannot be
   * removed, it comes back.
   * @param instead a background that needs no file
   */
  forget(background: string, instead: string, remove: () => Promise<void>): Promise<void> {
    return this.#queue(async () => {
      const shown = this.#look.background === background;
      if (shown) await this.#apply(ofBackground(instead));
      try {
        await remove();
      } catch (error) {
        if (shown) await this.#apply(ofBackground(background)).catch(() => {});
        throw error;
      }
    });
  }

  /** Whether the room may be seen now, or by a change that is on its way. */
  get #mayReveal(): boolean {
    const reveals = ({ change }: Pending) => this.#mayUndo(change, this.#look);
    return revealsRoom(this.#look) || this.#target.exposed || [...this.#pending].some(reveals);
  }

  /** A look with a change. Mode `blur` blurs: the strength that does not is chosen in that mode, and not left over from before. */
  #with(look: Look, change: Partial<Look>): Look {
    const changed = { ...look, ...change };
    const enters = changed.mode === 'blur' && look.mode !== 'blur' && change.blurStrength === undefined;
    return enters && changed.blurStrength === 0
      ? { ...changed, blurStrength: this.#lasting.blurStrength }
      : changed;
  }

  /** Whether a change needs nothing but the engine's word and leads to a look that hides the room. */
  #hides(change: Partial<Look>): boolean {
    const { mode: _mode, blurStrength: _blurStrength, ...rest } = change;
    return Object.keys(rest).length === 0 && !revealsRoom(this.#with(this.#look, change));
  }

  /** Whether a change could show the room again, alone or with others, after this look hides it. */
  #mayUndo(change: Partial<Look>, look: Look): boolean {
    return (
      change.mode === 'passthrough' || change.blurStrength === 0 || revealsRoom(this.#with(look, change))
    );
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #overtake(change: Partial<Look>): Promise<void> {
    const look = this.#with(this.#look, change);
    for (const pending of this.#pending) {
      if (this.#mayUndo(pending.change, look)) pending.refuse(superseded(look));
    }
    if (revealsRoom(this.#look)) this.#leaving = this.#look;
    this.#accept(look);
    const hidden = this.#target.hide(look);
    // What would show the room comes after it.
    this.#last = Promise.all([this.#last, hidden]).then(() => {});
    await hidden;
    this.#leaving = undefined;
    this.#changed();
  }

  async #apply(pending: Pending): Promise<void> {
    const { background } = pending.change;
    const isNew = background !== undefined && background !== this.#look.background && !PLAIN.test(background);
    const check = isNew ? once(() => this.#check.check(background)) : undefined;
    const reach = isNew && background.startsWith('/') ? once(() => this.#check.reach(background)) : undefined;
    while (pending.refused === undefined) {
      // Only a look that overtakes takes its place meanwhile.
      const base = this.#look;
      const look = this.#with(base, pending.change);
      if (revealsRoom(look) && !revealsRoom(base) && this.#now() - pending.since > PATIENCE_MS)
        throw tooLate();
      try {
        // Without an engine the check looks at the path.
        if (this.#target.engineChecks) await reach?.();
        await settle(this.#target, check, async () => {
          if (this.#look === base) await this.#target.apply(look);
        });
      } catch (error) {
        if (this.#look === base) {
          // It was told, and may have been carried out.
          if (revealsRoom(look) && !revealsRoom(base)) await this.#target.hide(base);
          throw error;
        }
      }
      if (this.#look === base) {
        this.#accept(look);
        return;
      }
    }
    throw pending.refused;
  }

  #accept(look: Look): void {
    this.#look = look;
    this.#lasting = lastingOf(look, this.#lasting);
    this.#changed();
  }
}

function superseded({ mode }: Look): BackscrubError {
  return new BackscrubError(
    'Failed',
    `It would have shown the room, and was superseded by mode ${mode}, which hides it.`,
  );
}

function tooLate(): BackscrubError {
  return new BackscrubError(
    'Failed',
    'It would have shown the room, and the changes before it took too long; try again.',
  );
}

function ofBackground(background: string): Pending {
  return { change: { background }, since: 0, refused: undefined, refuse: () => {} };
}

/** What is left of a change when a later one has set its own parts. */
function without(change: Partial<Look>, later: Partial<Look>): Partial<Look> {
  return Object.fromEntries(Object.entries(change).filter(([part]) => !Object.hasOwn(later, part)));
}

/** The same answer to every further call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let answer: Promise<void> | undefined;
  return () => (answer ??= work());
}
