/**
 * Thumbnails that are asked for at a time. The service lets 8 calls of one connection wait for polkit, and refuses the
 * others; some of the 8 are for what is clicked meanwhile.
 */
export const THUMBNAILS_AT_ONCE = 4;

/** Lets some pieces of work run at a time; the others wait for their turn, in the order in which they came. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param most how many run at a time */
  constructor(private readonly most: number) {}

  /** @throws whatever the work throws, which takes nobody's turn */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.most) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
