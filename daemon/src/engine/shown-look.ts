import type { Backdrop } from '@backscrub/native';
import { parseBackgroundSpec } from '../shared/background-spec.js';
import { monotonicMs } from '../shared/clock.js';
import { BackscrubError } from '../shared/errors.js';
import { DEFAULT_BACKGROUND } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { revealsRoom } from '../shared/reveals-room.js';
import { type Background, type Size, StillBackground } from './backgrounds/background.js';
import { colourFrame } from './backgrounds/colour.js';
import { type LoadOptions, loadBackground } from './backgrounds/load.js';
import { CrossFade } from './cross-fade.js';
import type { Effects, PreparedEffects } from './effects.js';

/** A look with its background ready to be put behind somebody. */
export interface PreparedLook {
  readonly look: Look;
  readonly background: Background;
  readonly effects: PreparedEffects;
}

/** The frames that are composed meanwhile. */
export interface Frames {
  /** Resolves when the one under way has ended. */
  ended(): Promise<unknown>;
  /** Resolves when another frame is made, or when no frame is expected. */
  next(): Promise<void>;
}

/** Why a look with the room comes to nothing. */
export function supersededLook(): BackscrubError {
  return new BackscrubError('Failed', 'Superseded: a look that hides the room was chosen meanwhile.');
}

/** Called with what may stand everywhere until the next frame is composed. */
export type OnHidden = (cover: Backdrop) => void;

/** The look that frames are composed with, and its change to another one. */
export class ShownLook {
  readonly #size: Size;
  readonly #options: Pick<LoadOptions, 'offline' | 'aside'>;
  readonly #effects: Effects;
  readonly #frames: Frames;
  /** From the look before. */
  readonly #fade: CrossFade<PreparedLook>;
  #now: PreparedLook;
  #requests = 0;
  /** The last request that hides the room. */
  #lastHiding = 0;
  /** Looks with the room that are being prepared. */
  #revealing = 0;
  #closed = false;

  constructor(
    size: Size,
    options: Pick<LoadOptions, 'offline' | 'aside'>,
    effects: Effects,
    frames: Frames,
    first: PreparedLook,
  ) {
    this.#size = size;
    this.#options = options;
    this.#effects = effects;
    this.#frames = frames;
    this.#now = first;
    this.#fade = new CrossFade(size.width, size.height);
  }

  get now(): PreparedLook {
    return this.#now;
  }

  /** Whether frames show the room. */
  get reveals(): boolean {
    return revealsRoom(this.#now.look);
  }

  /**
   * Prepares a look aside and swaps it in between two frames; when that fails the old one stays. Where both hide the room, the old
   * one fades into it. A look that hides the room takes effect before this returns when the one at work shows it, or one that
   * does is being prepared, which is dropped: until its own background is ready, a plain one or the old one stands in, and it stays
   * when the background cannot be had.
   * @param onHidden called in that case, before anything is waited for; moving backgrounds go by the clock then
   * @throws BackscrubError InvalidArgs, UnknownBackground, BadImage; Failed when a look with the room was overtaken by one
   *   without
   */
  async change(look: Look, onHidden?: OnHidden): Promise<void> {
    const request = ++this.#requests;
    const reveals = revealsRoom(look);
    const { look: shown, background: current } = this.#now;
    let ready = look.background === shown.background ? current : undefined;
    if (!reveals) {
      this.#lastHiding = request;
      if (this.reveals || this.#revealing > 0) ready = this.#hide(look, ready, onHidden);
    }
    const effects = this.#effects.prepare(look.effects, this.#now.effects);
    const background = ready ?? (await this.#load(look.background, reveals));
    if (request !== this.#requests || this.#closed) {
      // Another one was asked for meanwhile. What it shares with the look at work is not ours to close.
      if (background !== this.#now.background) await background.close();
      if (reveals && this.#lastHiding > request) {
        throw supersededLook();
      }
      return;
    }
    await this.#swap({ look, background, effects });
  }

  /**
   * Shows the look with another background than its own if need be. Whatever else may fail, the room is hidden.
   * @returns `ready`; undefined when it has no picture for the cover
   */
  #hide(look: Look, ready: Background | undefined, onHidden?: OnHidden): Background | undefined {
    const { look: shown, background, effects } = this.#now;
    const found = ready ?? (this.reveals ? undefined : background);
    const wantsPicture = onHidden !== undefined && look.mode === 'replace';
    const cover = wantsPicture ? pictureOf(found) : undefined;
    if (found && (cover || !wantsPicture)) {
      const spec = ready ? look.background : shown.background;
      void this.#swap({ look: { ...look, background: spec }, background: found, effects });
    } else {
      const stand = new StillBackground(this.#plain());
      // Without a fade, which would go on asking the background that has no picture.
      const plain = { ...look, background: DEFAULT_BACKGROUND, crossFade: 0 };
      void this.#swap({ look: plain, background: stand, effects });
    }
    if (cover) {
      onHidden?.(cover);
    } else if (onHidden) {
      const plain = this.#plain();
      onHidden(plain);
      plain.release();
    }
    return this.#now.background === ready ? ready : undefined;
  }

  #plain(): Backdrop {
    const spec = parseBackgroundSpec(DEFAULT_BACKGROUND);
    return colourFrame(spec.kind === 'color' ? spec.rgb : [0, 0, 0], this.#size);
  }

  async #load(background: string, reveals: boolean): Promise<Background> {
    const { width, height } = this.#size;
    if (reveals) this.#revealing++;
    try {
      return await loadBackground(background, width, height, {
        ...this.#options,
        pause: () => this.#frames.next(),
      });
    } finally {
      if (reveals) this.#revealing--;
    }
  }

  async #swap(next: PreparedLook): Promise<void> {
    const old = this.#now;
    this.#now = next;
    await this.#retire(this.#fade.begin(old, next));
  }

  /**
   * What stands behind the person: of the look `now`, or a mix of it and the one before.
   * @param draw makes it for a look, in the frame that is given or one of its own
   */
  mix(now: PreparedLook, scratch: Backdrop, nowMs: number, draw: DrawBehind): Backdrop {
    const { frame, over } = this.#fade.mix(draw(now, scratch), draw, nowMs);
    if (over.length > 0) void this.#retire(over);
    return frame;
  }

  /** Closes the backgrounds of looks that are not shown any more, after the frame that may still use them. */
  async #retire(looks: readonly PreparedLook[]): Promise<void> {
    const used = new Set([this.#now, ...this.#fade.looks].map(({ background }) => background));
    const unused = new Set(looks.map(({ background }) => background).filter((one) => !used.has(one)));
    if (unused.size === 0) return;
    await this.#frames.ended();
    for (const background of unused) await background.close();
  }

  /** Makes what is still being prepared come to nothing. */
  stop(): void {
    this.#closed = true;
  }

  /** To be called after the last frame. */
  async close(): Promise<void> {
    this.stop();
    await this.#now.background.close();
    for (const { background } of this.#fade.end()) {
      if (background !== this.#now.background) await background.close();
    }
  }
}

export type DrawBehind = (look: PreparedLook, scratch: Backdrop) => Backdrop;

/** @returns undefined when the background has none, or fails */
function pictureOf(background: Background | undefined): Backdrop | undefined {
  try {
    return background?.frame(monotonicMs());
  } catch {
    return undefined;
  }
}
