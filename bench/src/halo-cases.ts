/** Frames with a known alpha plane and known colours of the person under it, for bench/halo. */
import { join } from 'node:path';
import { Scene } from '@backscrub/daemon/engine/scene/scene.js';
import { Frame } from '@backscrub/native';
import { foregroundOf } from './foreground.js';
import { type DevItem, readClip } from './media.js';

export interface HaloFrame {
  /** What the camera sees. */
  readonly frame: Frame;
  /** To be measured; other frames only feed the temporal filter. */
  readonly truth?: {
    /** 0 to 255. */
    readonly alpha: Buffer;
    /** The person's colours, packed RGB, 0 to 255. */
    readonly foreground: Float32Array;
  };
}

export interface HaloCase {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  frames(): AsyncGenerator<HaloFrame>;
}

/** One frame in so many is measured. */
const PERIOD = 30;
const FIRST = 14;

function sizeOf(item: DevItem): [number, number] {
  const [width = 0, height = 0] = item.size.split('x').map(Number);
  return [width, height];
}

function rgbOf(frame: Frame): Buffer {
  const rgb = Buffer.alloc(frame.width * frame.height * 3);
  frame.storeRgb(rgb);
  return rgb;
}

/** The alpha plane of a clip is its luma, in full range. */
function lumaOf(frame: Frame): Buffer {
  const planes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(planes);
  return planes.subarray(0, frame.width * frame.height);
}

/** foreground over background by alpha, all packed RGB. */
export function over(foreground: Float32Array, alpha: Buffer, background: (at: number) => number): Buffer {
  const out = Buffer.alloc(foreground.length);
  for (let at = 0; at < out.length; at++) {
    const a = (alpha[Math.floor(at / 3)] as number) / 255;
    out[at] = Math.round(a * (foreground[at] as number) + (1 - a) * background(at));
  }
  return out;
}

async function* both(shared: string, item: DevItem): AsyncGenerator<[Frame, Frame, number]> {
  const [width, height] = sizeOf(item);
  const folder = join(shared, 'media/dev');
  const alphas = readClip(join(folder, item.alpha), width, height, 'gray');
  let number = 0;
  for await (const frame of readClip(join(folder, item.file), width, height)) {
    const { value } = await alphas.next();
    if (value) yield [frame, value, number++];
  }
}

/** A clip as it is: its alpha plane is exact, the person's colours under it are estimated at leisure. */
export function clipCase(shared: string, item: DevItem, name: string): HaloCase {
  const [width, height] = sizeOf(item);
  return {
    name,
    width,
    height,
    async *frames() {
      for await (const [frame, mask, number] of both(shared, item)) {
        if (number % PERIOD !== FIRST) {
          yield { frame };
          continue;
        }
        const alpha = Buffer.from(lumaOf(mask));
        yield { frame, truth: { alpha, foreground: foregroundOf(rgbOf(frame), alpha, width, height) } };
      }
    },
  };
}

/**
 * The same people cut out and put before the drawn room: here the colours under the alpha plane are known, whatever they have to
 * do with the person of the clip.
 */
export function recomposedCase(shared: string, item: DevItem, name: string): HaloCase {
  const [width, height] = sizeOf(item);
  return {
    name,
    width,
    height,
    async *frames() {
      const room = await new Scene(width, height).renderRoom();
      const composed = new Frame(width, height);
      for await (const [frame, mask, number] of both(shared, item)) {
        if (number % PERIOD !== FIRST) continue;
        const alpha = Buffer.from(lumaOf(mask));
        const foreground = foregroundOf(rgbOf(frame), alpha, width, height);
        composed.loadRgb(over(foreground, alpha, (at) => room[at] as number));
        yield { frame: composed, truth: { alpha, foreground } };
      }
    },
  };
}

/** The drawn person before the drawn room: everything is exact. */
export function drawnCase(width: number, height: number, name: string): HaloCase {
  return {
    name,
    width,
    height,
    async *frames() {
      const scene = new Scene(width, height);
      const frame = new Frame(width, height);
      for (const number of [0, 40, 80]) {
        const [{ rgb, alpha }, person] = await Promise.all([
          scene.compose(number),
          scene.renderPerson(number),
        ]);
        frame.loadRgb(rgb);
        const foreground = new Float32Array(width * height * 3);
        for (let at = 0; at < foreground.length; at++)
          foreground[at] = person[Math.floor(at / 3) * 4 + (at % 3)] as number;
        yield { frame, truth: { alpha, foreground } };
      }
    },
  };
}
