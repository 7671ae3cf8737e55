import type { Frame } from '@backscrub/native';

/** Where composed frames go: the virtual camera, a file. */
export interface Sink {
  /** Takes a copy of the frame; resolves when the next one may come (back-pressure of an encoder). */
  write(frame: Frame): Promise<void>;
  /** Finishes the file; a sink that was not closed leaves no usable output. */
  close(): Promise<void>;
}
