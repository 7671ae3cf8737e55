/**
 * An end to what it may cost to follow a file's structure, whatever the file says about itself. A reader gives its bytes away only
 * against this budget, so that a loop over them ends.
 */
import { monotonicMs } from './clock.js';

export interface StructureLimits {
  /** Boxes, chunks, tables, fields: whatever is looked at one by one. */
  readonly elements: number;
  /** Read for the structure's sake; contents that are passed over do not count. */
  readonly bytes: number;
  /** Of the whole reading. A disk may be slow, and a processor busy. */
  readonly milliseconds: number;
}

/** The text goes after the name of a file or after "it": `has more than 8 elements`. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';
}

/** The clock is asked once in so many elements: asking costs more than most of them. */
const CLOCK_STEP = 64;

export class StructureBudget {
  readonly #limits: StructureLimits;
  readonly #now: () => number;
  readonly #began: number;
  #elements = 0;
  #bytes = 0;
  #asked = 0;

  /** Its time begins now. @param now milliseconds */
  constructor(limits: StructureLimits, now: () => number = monotonicMs) {
    this.#limits = limits;
    this.#now = now;
    this.#began = now();
  }

  get elements(): number {
    return this.#elements;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Books elements and the bytes that are read for them, before they are read. @throws OverBudget */
  spend(elements: number, bytes: number): void {
    // What is no amount, such as NaN of a damaged length, must not make the account unlimited.
    this.#elements += elements > 0 ? elements : 1;
    this.#bytes += bytes > 0 ? bytes : 0;
    const { elements: most, bytes: mostBytes, milliseconds } = this.#limits;
    if (this.#elements > most) throw new OverBudget(`has more than ${most} elements`);
    if (this.#bytes > mostBytes) throw new OverBudget(`has more than ${mostBytes} bytes of structure`);
    if (this.#elements - this.#asked < CLOCK_STEP) return;
    this.#asked = this.#elements;
    if (this.#now() - this.#began > milliseconds) {
      throw new OverBudget(`takes more than ${milliseconds} ms to look through`);
    }
  }
}

/** Reads `length` bytes at `position` into the beginning of `into`. @returns how many there were */
export type ReadAt = (into: Uint8Array, length: number, position: number) => number;

/** Of one look. Headers are short; longer content is read by whoever wants it, with a bound of its own. */
const MAX_LOOK = 64;

/** A file whose structure is followed. There is no way to its bytes but `look`. */
export class StructureReader {
  readonly size: number;
  readonly budget: StructureBudget;
  readonly #readAt: ReadAt;
  readonly #bytes = Buffer.alloc(MAX_LOOK);

  /** @param size of the file, in bytes */
  constructor(readAt: ReadAt, size: number, budget: StructureBudget) {
    this.#readAt = readAt;
    this.size = size;
    this.budget = budget;
  }

  /** Of what is in memory already. */
  static ofBytes(content: Uint8Array, budget: StructureBudget): StructureReader {
    const readAt: ReadAt = (into, length, position) => {
      const part = content.subarray(position, position + length);
      into.set(part);
      return part.length;
    };
    return new StructureReader(readAt, content.length, budget);
  }

  /**
   * Books one element.
   * @param length of its header, 64 bytes at most
   * @returns what there is of it, fewer at the end of the file; overwritten by the next look
   * @throws OverBudget
   */
  look(position: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, MAX_LOOK, this.size - position));
    this.budget.spend(1, wanted);
    return this.#bytes.subarray(0, wanted === 0 ? 0 : this.#readAt(this.#bytes, wanted, position));
  }
}
