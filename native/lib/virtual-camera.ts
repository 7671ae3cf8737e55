import { binding } from './binding.js';
import './device-error.js';
import type { Canvas, RoomCanvas } from './canvas.js';
import type { DeviceError } from './device-error.js';
import type { Frame } from './frame.js';

/** The fixed format of the virtual camera: YUYV of this size. */
export interface VirtualCameraMode {
  /** Even numbers of pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
}

interface OutputHandle {
  readonly fd: number;
  readonly mode: VirtualCameraMode;
  write(frame: Frame): boolean;
  writeCanvas(canvas: Canvas): boolean;
  writeRoom(room: RoomCanvas): boolean;
  overwrite(canvas: Canvas): boolean;
  keep(frame: Frame): void;
  repeat(canvas: Canvas, milliseconds: number): void;
  stopRepeating(): void;
  writeKept(): boolean;
  watch(onCount: (count: number) => void, onLost: (error: DeviceError) => void): boolean;
  close(): void;
}

interface OutputBinding {
  OutputHandle: new (
    target: string | number,
    ...mode: [width: number, height: number, rateNumerator: number, rateDenominator: number] | []
  ) => OutputHandle;
}

/** 29.97 becomes 2997/100. */
function fraction(rate: number): [number, number] {
  return Number.isInteger(rate) ? [rate, 1] : [Math.round(rate * 100), 100];
}

/**
 * The writing side of a v4l2loopback node. Only write() is used: it is the one method that two processes can share on
 * one descriptor. The number of buffers is the module's `max_buffers` option; no call on the node can raise it
 * (asking for buffers would take the node away from write()).
 */
export class VirtualCamera {
  readonly #handle: OutputHandle;

  readonly mode: VirtualCameraMode;

  private constructor(target: string | number, mode?: VirtualCameraMode) {
    const { OutputHandle } = binding as OutputBinding;
    this.#handle = mode
      ? new OutputHandle(target, mode.width, mode.height, ...fraction(mode.frameRate))
      : new OutputHandle(target);
    this.mode = mode ?? this.#handle.mode;
  }

  /**
   * Opens the node and fixes its format. Readers see it as a camera after the first write.
   *
   * @throws DeviceError busy (another program writes or has fixed the format), permission, missing, unsupported (no
   *   v4l2loopback node, or locked to another format) or io
   */
  static open(path: string, mode: VirtualCameraMode): VirtualCamera {
    return new VirtualCamera(path, mode);
  }

  /**
   * Goes on with a descriptor that an earlier life of the service has set up with `open`: its readers keep their stream.
   * The mode is what the node says. Closes the descriptor when it cannot be used.
   *
   * @throws DeviceError missing (its node has been removed) or unsupported (not a v4l2loopback node, or of another format)
   */
  static resume(fd: number): VirtualCamera {
    return new VirtualCamera(fd);
  }

  /**
   * For the process that inherited the descriptor: makes no call on it and trusts the mode. `close` closes it.
   */
  static adopt(fd: number, mode: VirtualCameraMode): VirtualCamera {
    return new VirtualCamera(fd, mode);
  }

  /** To hand to a child process; -1 after `close`. */
  get fd(): number {
    return this.#handle.fd;
  }

  /**
   * Shows a frame of the node's size to whoever reads. Never waits.
   *
   * @returns false when the node took nothing
   * @throws DeviceError unplugged or io
   */
  write(frame: Frame): boolean {
    return this.#handle.write(frame);
  }

  /** As `write`, of a canvas: nothing is converted any more. */
  writeCanvas(canvas: Canvas): boolean {
    return this.#handle.writeCanvas(canvas);
  }

  /** As `writeCanvas`, of a picture with the room, which is never repeated: nothing is shown again from now on. */
  writeRoom(room: RoomCanvas): boolean {
    return this.#handle.writeRoom(room);
  }

  /** Writes the canvas as often as the node has buffers: no application can read an earlier picture from it afterwards. */
  overwrite(canvas: Canvas): boolean {
    return this.#handle.overwrite(canvas);
  }

  /**
   * Shows the canvas as it is whenever nothing has been written for so long, on a thread of its own: also while the event
   * loop is blocked. Never in the middle of composing.
   */
  repeat(canvas: Canvas, milliseconds: number): void {
    this.#handle.repeat(canvas, milliseconds);
  }

  /** When this returns, nothing is shown again any more. */
  stopRepeating(): void {
    this.#handle.stopRepeating();
  }

  /** Prepares a frame (the placeholder) for `writeKept`. */
  keep(frame: Frame): void {
    this.#handle.keep(frame);
  }

  /** As `write`, of the kept frame, without any conversion. */
  writeKept(): boolean {
    return this.#handle.writeKept();
  }

  /**
   * Calls back with the number of readers, now and at every change (v4l2loopback 0.14 and later count 0 or 1;
   * enumerating applications do not count). The watch keeps the process alive until `close`.
   *
   * @param onLost the node has gone; nothing follows
   * @returns false when the module has no such event (0.12.7 and older): count on a reader always being there
   */
  watchConsumers(onCount: (count: number) => void, onLost: (error: DeviceError) => void = () => {}): boolean {
    return this.#handle.watch(onCount, onLost);
  }

  /** Gives up the descriptor. Readers lose the stream unless another process holds it. May be called again. */
  close(): void {
    this.#handle.close();
  }
}
