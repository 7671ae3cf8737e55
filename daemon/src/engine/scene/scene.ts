import { personDrawing } from './person.js';
import { poseAt, poseIndex } from './pose.js';
import { roomDrawing } from './room.js';
import { renderRgba, rgbOf } from './svg.js';

/** One composed frame: packed 8-bit RGB (width * height * 3) and the exact matte (width * height, 255 = person). */
export interface ComposedScene {
  readonly rgb: Buffer;
  readonly alpha: Buffer;
}

/**
 * A drawn person before a drawn room, with the exact matte. Every picture depends on nothing but the size and the
 * frame number.
 */
export class Scene {
  readonly width: number;
  readonly height: number;
  #room: Promise<Buffer> | undefined;

  /** @throws RangeError unless both are even and from 2 to 8192 (4:2:0 frames). */
  constructor(width: number, height: number) {
    for (const size of [width, height]) {
      if (!Number.isInteger(size) || size < 2 || size > 8192 || size % 2 !== 0) {
        throw new RangeError(
          `a scene of ${width}x${height} is not possible: use even numbers from 2 to 8192`,
        );
      }
    }
    this.width = width;
    this.height = height;
  }

  /** The room alone as packed RGB; always the same buffer, which nobody may write into. */
  renderRoom(): Promise<Buffer> {
    this.#room ??= renderRgba(roomDrawing(), this.width, this.height).then(rgbOf);
    return this.#room;
  }

  /** The person of frame `frameNumber` as packed RGBA, not premultiplied. */
  renderPerson(frameNumber: number): Promise<Buffer> {
    return renderRgba(personDrawing(poseAt(poseIndex(frameNumber))), this.width, this.height);
  }

  /** The person of frame `frameNumber` in the room. */
  async compose(frameNumber: number): Promise<ComposedScene> {
    const [room, person] = await Promise.all([this.renderRoom(), this.renderPerson(frameNumber)]);
    const rgb = Buffer.from(room);
    const alpha = Buffer.allocUnsafe(this.width * this.height);
    for (let pixel = 0; pixel < alpha.length; pixel++) {
      const a = person[pixel * 4 + 3] ?? 0;
      alpha[pixel] = a;
      if (a === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        const front = person[pixel * 4 + channel] ?? 0;
        const back = room[pixel * 3 + channel] ?? 0;
        rgb[pixel * 3 + channel] = Math.round((front * a + back * (255 - a)) / 255);
      }
    }
    return { rgb, alpha };
  }
}
