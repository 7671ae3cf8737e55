import type { Sink } from './sink.js';
import type { FrameRate } from './source.js';

/** A sink whose result is a file: there after `close`, not there after `abort`. */
export interface FileSink extends Sink {
  /** Gives up and removes what was written; does nothing after `close`. */
  abort(): Promise<void>;
}

/** What a file needs to know of the frames that will come. */
export interface SinkFormat {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
}
