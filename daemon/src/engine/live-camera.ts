import { type ErrorInfo, toErrorInfo } from '../shared/errors.js';
import type { Channel } from './channel.js';
import type { Source } from './source.js';

/** An opened camera with what people call it. */
export interface OpenedCamera {
  readonly source: Source;
  readonly id: string;
  readonly name: string;
}

export interface Cameras {
  /** Stable id of the camera that is meant and no other; "" means the automatic choice. @throws BackscrubError NoCamera */
  find(wanted: string): string;
  /** Another one stands in for a wanted id that is not there. @throws BackscrubError NoCamera, CameraBusy */
  open(wanted: string): OpenedCamera;
}

/**
 * The camera of a running picture: the wanted one, or another for as long as that is away. Tells the service which one is
 * open.
 */
export class LiveCamera {
  readonly #cameras: Cameras;
  readonly #channel: Channel;
  readonly #onFailure: (error: ErrorInfo) => void;
  #wanted: string;
  #opened: OpenedCamera | undefined;
  /** A wish that is not carried out yet. */
  #request: { readonly serial: number; readonly camera: string } | undefined;
  #devicesChanged = false;
  #switching = false;

  /** @param onFailure no camera can be opened */
  constructor(wanted: string, cameras: Cameras, channel: Channel, onFailure: (error: ErrorInfo) => void) {
    this.#wanted = wanted;
    this.#cameras = cameras;
    this.#channel = channel;
    this.#onFailure = onFailure;
  }

  /** Whether `tryOpen` shall be called without waiting. */
  get isSwitching(): boolean {
    return this.#switching || this.#request !== undefined;
  }

  /** Answers `camera-applied` when the camera is in use, or `camera-refused` with the old one in use again. */
  setWanted(serial: number, camera: string): void {
    try {
      const id = this.#cameras.find(camera);
      if (id !== this.#opened?.id) {
        this.#answerPending();
        this.#request = { serial, camera };
        return;
      }
      this.#wanted = camera;
      this.#channel.send({ type: 'camera-applied', serial });
    } catch (error) {
      this.#channel.send({ type: 'camera-refused', serial, error: toErrorInfo(error) });
    }
  }

  devicesChanged(): void {
    this.#devicesChanged = true;
  }

  /** Asked between two frames: another camera was chosen, or the wanted one is back. */
  wantsAnother(): boolean {
    if (this.#request) return true;
    if (!this.#devicesChanged) return false;
    this.#devicesChanged = false;
    if (this.#wanted === '' || this.#opened?.id === this.#wanted) return false;
    try {
      this.#switching = this.#cameras.find(this.#wanted) !== this.#opened?.id;
    } catch {
      // Still away.
    }
    return this.#switching;
  }

  /** @returns undefined when no camera can be opened; `onFailure` has been told why */
  tryOpen(): OpenedCamera | undefined {
    const request = this.#request;
    this.#request = undefined;
    this.#switching = false;
    this.#devicesChanged = false;
    try {
      const camera = this.#cameras.open(request?.camera ?? this.#wanted);
      this.#opened = camera;
      this.#channel.send({ type: 'camera', inUse: true, id: camera.id, name: camera.name });
      if (!request) return camera;
      this.#wanted = request.camera;
      this.#channel.send({ type: 'camera-applied', serial: request.serial });
      return camera;
    } catch (error) {
      if (!request) {
        this.#onFailure(toErrorInfo(error));
        return undefined;
      }
      this.#channel.send({ type: 'camera-refused', serial: request.serial, error: toErrorInfo(error) });
      return this.tryOpen();
    }
  }

  async close(): Promise<void> {
    const camera = this.#opened;
    this.#opened = undefined;
    if (!camera) return;
    await camera.source.close();
    this.#channel.send({ type: 'camera', inUse: false, id: '', name: '' });
  }

  /** The newest wish counts; the one before it was never carried out. */
  #answerPending(): void {
    if (!this.#request) return;
    const error = { code: 'Failed', message: 'Another camera was chosen meanwhile.' } as const;
    this.#channel.send({ type: 'camera-refused', serial: this.#request.serial, error });
  }
}
