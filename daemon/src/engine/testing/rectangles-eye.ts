import type { Extent } from '../box.js';
import type { Eye } from '../choose-box.js';
import { BORDER_REACH, type Pair, type Sighting, type View } from '../follow-crop.js';

export type Person = Extent;

/** A network that sees people, who are rectangles, as far as they are in the box that it looks at. */
export class RectanglesEye implements Eye {
  people: readonly Person[] = [];
  looks = 0;
  #seen: readonly Extent[] = [];

  constructor(readonly frameWidth: number) {}

  async look({ box, from, to }: View): Promise<Sighting | undefined> {
    this.looks++;
    this.#seen = this.people.flatMap((person) => {
      const part = {
        left: Math.max(person.left, box.x),
        top: Math.max(person.top, box.y),
        right: Math.min(person.right, box.x + box.width),
        bottom: Math.min(person.bottom, box.y + box.height),
      };
      return part.right > part.left && part.bottom > part.top ? [part] : [];
    });
    if (from === 0 && to === this.frameWidth) {
      const all = this.#within(from, to);
      return all && { ...all, across: 0 };
    }
    const border = this.#emptiest(from > 0 ? from : to);
    const own = from > 0 ? this.#within(border, this.frameWidth) : this.#within(0, border);
    return own && { ...own, across: this.#heightAt(border) / box.height };
  }

  #emptiest(border: number): number {
    const reach = Math.round(BORDER_REACH * this.frameWidth);
    const columns = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.round(border) - reach + i);
    const distance = (x: number) => Math.abs(x - border);
    return columns.reduce((a, b) => {
      const more = this.#heightAt(b) - this.#heightAt(a);
      return more < 0 || (more === 0 && distance(b) < distance(a)) ? b : a;
    });
  }

  pair(): Pair | undefined {
    const heights = Array.from({ length: this.frameWidth }, (_, x) => this.#heightAt(x));
    const highest = heights.slice();
    for (let x = highest.length - 2; x >= 0; x--) highest[x] = Math.max(highest[x] ?? 0, highest[x + 1] ?? 0);
    let [most, deepest, first, last] = [0, 0, 0, 0];
    for (const [x, height] of heights.entries()) {
      most = Math.max(most, height);
      const side = Math.min(most, highest[x] ?? 0);
      const depth = height > 0.6 * side ? 0 : side - height;
      if (depth > deepest) [deepest, first, last] = [depth, x, x];
      if (depth === deepest && last === x - 1) last = x;
    }
    if (deepest === 0) return undefined;
    const border = Math.floor((first + last + 1) / 2);
    const left = this.#within(0, border);
    const right = this.#within(border, this.frameWidth);
    return left && right && [left, right];
  }

  #within(from: number, to: number): Extent | undefined {
    return hull(
      this.#seen.flatMap((part) => {
        const left = Math.max(part.left, from);
        const right = Math.min(part.right, to);
        return right > left ? [{ ...part, left, right }] : [];
      }),
    );
  }

  #heightAt(column: number): number {
    const there = hull(this.#seen.filter(({ left, right }) => left <= column && column < right));
    return there === undefined ? 0 : there.bottom - there.top;
  }
}

function hull(parts: readonly Extent[]): Extent | undefined {
  if (parts.length === 0) return undefined;
  return {
    left: Math.min(...parts.map(({ left }) => left)),
    top: Math.min(...parts.map(({ top }) => top)),
    right: Math.max(...parts.map(({ right }) => right)),
    bottom: Math.max(...parts.map(({ bottom }) => bottom)),
  };
}
