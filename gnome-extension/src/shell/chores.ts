import GLib from 'gi://GLib';

/** How long one turn of the main loop may go on taking up more, in microseconds: a frame at 60 Hz has 16 700. */
const TURN_US = 500;

/**
 * Work that may wait, in small pieces: done in order when the shell has nothing else to do, after the drawing of a
 * frame, never many in one turn of the main loop.
 */
export class Chores {
  private waiting: (() => void)[] = [];
  private source = 0;
  private stopped = false;

  add(chore: () => void): void {
    // What is destroyed still says that it closes and disappears.
    if (this.stopped) return;
    this.waiting.push(chore);
    if (this.source !== 0) return;
    this.source = GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => this.turn());
  }

  private turn(): boolean {
    const end = GLib.get_monotonic_time() + TURN_US;
    do this.next();
    while (this.waiting.length > 0 && GLib.get_monotonic_time() < end);
    if (this.waiting.length > 0) return GLib.SOURCE_CONTINUE;
    this.source = 0;
    return GLib.SOURCE_REMOVE;
  }

  /** A chore that fails must not take the others with it. */
  private next(): void {
    try {
      this.waiting.shift()?.();
    } catch (error) {
      console.error(`Backscrub: ${error}`);
    }
  }

  /** What was not done is not done any more, and nothing is added. */
  stop(): void {
    this.stopped = true;
    this.waiting = [];
    if (this.source !== 0) GLib.source_remove(this.source);
    this.source = 0;
  }
}
