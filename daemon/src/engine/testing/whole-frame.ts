import { Backdrop, EffectChain, Frame, Matte } from '@backscrub/native';
import { DEFAULT_BACKGROUND } from '../../shared/names.js';
import type { Look } from '../../shared/protocol.js';
import { revealsRoom } from '../../shared/reveals-room.js';
import type { Background } from '../backgrounds/background.js';
import { loadBackground } from '../backgrounds/load.js';
import { i420Of } from './files.js';

const LIGHT_WRAP = 0.4;

interface Shown {
  readonly look: Look;
  readonly background: Background;
}

/**
 * What a pipeline has to show, composed whole for each frame: it keeps no picture from one frame to the next, and its backgrounds are
 * its own.
 */
export class WholeFrame {
  readonly #width: number;
  readonly #height: number;
  readonly #matte: Matte;
  readonly #loaded = new Set<Background>();
  #chain: EffectChain;
  #now: Shown;
  #from: Shown | undefined;
  #began: number | undefined;

  private constructor(width: number, height: number, now: Shown) {
    this.#width = width;
    this.#height = height;
    this.#matte = new Matte(width, height, 1, 1);
    this.#chain = new EffectChain(width, height, now.look.effects);
    this.#now = now;
  }

  static async create(width: number, height: number, look: Look): Promise<WholeFrame> {
    const background = await loadBackground(look.background, width, height);
    return new WholeFrame(width, height, { look, background });
  }

  async setLook(look: Look): Promise<void> {
    await this.#closeUnused();
    const [width, height] = [this.#width, this.#height];
    let old = this.#now;
    if (look.effects.join() !== old.look.effects.join()) {
      this.#chain = new EffectChain(width, height, look.effects, this.#chain);
    }
    const same = look.background === old.look.background;
    const background = same ? old.background : await loadBackground(look.background, width, height);
    if (revealsRoom(old.look) && !revealsRoom(look)) {
      // The plain one that stands in.
      const stand = same ? look.background : DEFAULT_BACKGROUND;
      old = {
        look: { ...look, background: stand },
        background: same ? background : await loadBackground(DEFAULT_BACKGROUND, width, height),
      };
    }
    const hides = [old.look, look].every((one) => one.mode !== 'mask' && !revealsRoom(one));
    const changes =
      look.mode !== old.look.mode || (look.mode === 'replace' && look.background !== old.look.background);
    this.#from = (look.crossFade ?? 0) > 0 && hides && changes ? old : undefined;
    this.#began = undefined;
    this.#now = { look, background };
    this.#loaded.add(old.background).add(background);
  }

  async #closeUnused(): Promise<void> {
    for (const background of this.#loaded) {
      if (background === this.#now.background || background === this.#from?.background) continue;
      this.#loaded.delete(background);
      await background.close();
    }
  }

  /** @param alpha of this frame. @returns packed YUYV */
  compose(input: Frame, alpha: Uint8Array, nowMs: number): Buffer {
    const { look } = this.#now;
    let seen = input;
    if (this.#chain.onInput) {
      seen = this.#frame();
      this.#chain.applyToInput(input, seen);
    }
    if (look.mode === 'passthrough') return this.#pack(i420Of(this.#person(seen)));
    if (look.mode === 'mask') return this.#pack(grey(alpha));
    this.#matte.loadAlpha(alpha);
    const output = this.#frame();
    const behind = this.#behind(seen, nowMs);
    if (this.#chain.onBackground) this.#chain.applyToBackground(behind, behind);
    const wrap = look.effects.includes('light-wrap') ? LIGHT_WRAP : 0;
    this.#matte.compose(this.#person(seen, this.#matte), behind, output, wrap);
    return this.#pack(i420Of(output));
  }

  #behind(seen: Frame, nowMs: number): Frame {
    if (revealsRoom(this.#now.look)) {
      const weak = this.#frame();
      this.#matte.blur(seen, 0, weak);
      return weak;
    }
    const now = this.#draw(this.#now, seen, nowMs);
    if (!this.#from) return now;
    this.#began ??= nowMs;
    const weight = (nowMs - this.#began) / (this.#now.look.crossFade ?? 0);
    if (weight >= 1) {
      this.#from = undefined;
      return now;
    }
    const mixed = new Backdrop(this.#width, this.#height);
    mixed.mixFrom(this.#draw(this.#from, seen, nowMs), now, weight);
    return mixed;
  }

  #draw({ look, background }: Shown, seen: Frame, nowMs: number): Backdrop {
    const frame = new Backdrop(this.#width, this.#height);
    if (look.mode === 'blur') this.#matte.blur(seen, look.blurStrength, frame);
    else frame.loadI420(i420Of(background.frame(nowMs)));
    return frame;
  }

  #person(seen: Frame, matte?: Matte): Frame {
    if (!this.#chain.onForeground) return seen;
    const frame = this.#frame();
    this.#chain.applyToForeground(seen, matte, frame);
    return frame;
  }

  #frame(): Frame {
    return new Frame(this.#width, this.#height);
  }

  #pack(planes: Uint8Array): Buffer {
    const [width, height] = [this.#width, this.#height];
    const out = Buffer.alloc(width * height * 2);
    const u = width * height;
    const v = (u * 5) / 4;
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x += 2) {
        const at = (y >> 1) * (width / 2) + x / 2;
        out[to++] = planes[y * width + x] ?? 0;
        out[to++] = planes[u + at] ?? 0;
        out[to++] = planes[y * width + x + 1] ?? 0;
        out[to++] = planes[v + at] ?? 0;
      }
    }
    return out;
  }
}

/** Limited range: 0 is 16, 255 is 235. */
function grey(alpha: Uint8Array): Buffer {
  const planes = Buffer.alloc((alpha.length * 3) / 2, 128);
  alpha.forEach((value, at) => {
    planes[at] = Math.round(16 + (value * 219) / 255);
  });
  return planes;
}
