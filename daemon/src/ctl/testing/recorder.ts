import { plain, type Terminal } from '../terminal.js';

/** A terminal whose text can be read back and waited for. */
export class Recorder implements Terminal {
  stdout = '';
  stderr = '';
  readonly paint = plain;
  readonly width = 80;
  #read = 0;
  #waiting: (() => void)[] = [];

  constructor(readonly interactive = false) {}

  out(text: string): void {
    this.stdout += text;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  err(text: string): void {
    this.stderr += text;
  }

  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Waits for a line of stdout after the one that was waited for last; the test's time limit ends a wait in vain. */
  async until(pattern: RegExp): Promise<void> {
    for (;;) {
      const found = this.lines.findIndex((line, index) => index >= this.#read && pattern.test(line));
      if (found >= 0) {
        this.#read = found + 1;
        return;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
