import { count, duration } from './text.js';

const BAR = 24;

/** One line that says how far a file is; `seconds` since the first frame was asked for, `total` undefined = nobody knows. */
export function formatProgress(frames: number, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? frames / seconds : 0;
  const speed = `${rate.toFixed(1)} fps`;
  if (total === undefined || total <= 0) return `${count(frames, 'frame')}  ${speed}  ${duration(seconds)}`;
  const part = Math.min(1, frames / total);
  const filled = Math.round(part * BAR);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  const left = rate > 0 ? `ETA ${duration(Math.max(0, total - frames) / rate)}` : '';
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
  return `${bar} ${percent} %  ${frames}/${total}  ${speed}  ${left}`.trimEnd();
}

/** Redraws the progress line, at most ten times a second. */
export class ProgressBar {
  readonly #start: number;
  #drawn = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that does not jump */
  constructor(
    readonly write: (text: string) => void,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#start = now();
  }

  update(frames: number, total: number | undefined): void {
    const now = this.now();
    if (now - this.#drawn < 100) return;
    this.#drawn = now;
    this.write(`\r${formatProgress(frames, total, (now - this.#start) / 1000)}\u001b[K`);
  }

  clear(): void {
    if (this.#drawn !== Number.NEGATIVE_INFINITY) this.write('\r\u001b[K');
  }
}
