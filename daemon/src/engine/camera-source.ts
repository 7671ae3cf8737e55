import { Camera, type Frame } from '@backscrub/native';
import type { CameraChoice } from './camera-choice.js';
import { cameraError } from './device-errors.js';
import type { FrameRate, Source } from './source.js';

/** A V4L2 camera; the newest frame wins, older ones are counted in `dropped`. */
export class CameraSource implements Source {
  readonly frameCount = undefined;
  readonly #camera: Camera;
  readonly #name: string;
  /** Damaged pictures up to the last good one. */
  #damaged = 0;

  private constructor(camera: Camera, name: string) {
    this.#camera = camera;
    this.#name = name;
  }

  /** @throws BackscrubError NoCamera, CameraBusy */
  static open({ device, mode }: CameraChoice): CameraSource {
    try {
      return new CameraSource(Camera.open(device.path, mode), device.name);
    } catch (error) {
      throw cameraError(error, device.name);
    }
  }

  get width(): number {
    return this.#camera.mode.width;
  }

  get height(): number {
    return this.#camera.mode.height;
  }

  get frameRate(): FrameRate {
    return this.#camera.mode.frameRate;
  }

  get dropped(): number {
    return this.#camera.dropped;
  }

  async next(into: Frame): Promise<boolean> {
    try {
      await this.#camera.next(into);
      this.#damaged = this.#camera.damaged;
      return true;
    } catch (error) {
      throw cameraError(error, this.#name, this.#camera.damaged - this.#damaged);
    }
  }

  async close(): Promise<void> {
    this.#camera.close();
  }
}
