import { type Backdrop, Canvas, RoomCanvas } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import type { SnapshotOptions } from '../shared/protocol.js';
import { takeSnapshot } from './snapshot.js';

/** The virtual camera, seen from the engine. */
export interface Output {
  writeCanvas(canvas: Canvas): void;
  /** Nothing is repeated from then on. */
  writeRoom(room: RoomCanvas): void;
  /** Shows the canvas so often that no earlier picture can be read from the virtual camera. @returns whether it took it */
  overwrite(canvas: Canvas): boolean;
  /** Shows the canvas again whenever nothing was written for so long, also while the event loop is blocked. */
  repeat(canvas: Canvas, milliseconds: number): void;
  /** When this returns, nothing is shown again any more. */
  stopRepeating(): void;
}

/**
 * Loading a model blocks the event loop, a camera may be late: applications get the last composed frame again before they
 * miss one: half a frame late.
 */
const REPEAT_AFTER_MS = 50;

/**
 * What applications see. Pictures with the room and those without are in two objects: what repeats, and what stays when the room is
 * hidden, knows only the one without.
 */
export class Display {
  /** Where the room is hidden. */
  readonly canvas: Canvas;
  readonly #width: number;
  readonly #height: number;
  readonly #output: Output;
  /** As long as the room may be seen. */
  #room: RoomCanvas | undefined;
  /** What was composed last. */
  #shown: Canvas | RoomCanvas | undefined;
  #granted = false;
  #repeats = false;

  /** @param width and `height`: the virtual camera's */
  constructor(width: number, height: number, output: Output) {
    this.#width = width;
    this.#height = height;
    this.#output = output;
    this.canvas = new Canvas(width, height);
  }

  /** Whether pictures are written. */
  get isGranted(): boolean {
    return this.#granted;
  }

  /** The engine may write from now on. */
  grant(): void {
    this.#granted = true;
  }

  /** When this returns, nothing is written any more. */
  withdraw(): void {
    this.#granted = false;
    this.#repeats = false;
    this.#output.stopRepeating();
  }

  /** Where the room is drawn, until `hide`. To be asked for at the beginning of each frame that is to show it. */
  openRoom(): RoomCanvas {
    this.#room ??= new RoomCanvas(this.#width, this.#height);
    return this.#room;
  }

  /** @param picture what was composed; a room that was hidden since is not shown */
  show(picture: Canvas | RoomCanvas): void {
    if (picture === this.canvas) {
      this.#shown = this.canvas;
      if (this.#granted) this.#showCanvas();
    } else if (picture === this.#room) {
      this.#shown = picture;
      // The room is not shown a moment longer than it was asked for.
      this.#repeats = false;
      if (this.#granted) this.#output.writeRoom(picture);
    }
  }

  /** Writes the last picture once more. No frame may be under way: it could be composed on that picture. */
  showLast(): void {
    if (this.#shown) this.show(this.#shown);
  }

  /**
   * When this returns, nothing shows the room: no application can read it, nothing repeats it, no snapshot has it, and a frame
   * under way is not shown.
   * @param cover what is seen until the next frame
   * @throws DeviceError, and BackscrubError Failed: the virtual camera may still hold the room
   */
  hide(cover: Backdrop): void {
    this.#room = undefined;
    this.#shown = this.canvas;
    this.canvas.cover(cover);
    if (!this.#granted) return;
    if (!this.#output.overwrite(this.canvas)) {
      throw new BackscrubError('Failed', 'The virtual camera takes no picture.');
    }
    this.#repeat();
  }

  /** A JPEG picture of what applications see, in base64. @throws BackscrubError Failed while they see the placeholder */
  snapshot(options: SnapshotOptions): string {
    if (!this.#granted || !this.#shown) {
      throw new BackscrubError('Failed', 'No frame has been composed yet; try again.');
    }
    return takeSnapshot(this.#shown, this.#width, this.#height, options);
  }

  #showCanvas(): void {
    this.#output.writeCanvas(this.canvas);
    if (!this.#repeats) this.#repeat();
  }

  #repeat(): void {
    this.#repeats = true;
    this.#output.repeat(this.canvas, REPEAT_AFTER_MS);
  }
}
