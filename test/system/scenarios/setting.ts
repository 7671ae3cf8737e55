/** What all scenarios share: the devices' names, the judge's references with the service's own placeholder in them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure } from '../figures.js';
import {
  CLIPS,
  type Consumer,
  type ConsumerResult,
  consume,
  guest,
  OUTPUT,
  startConsumer,
} from '../guest.js';
import { VIRTUAL } from '../pictures.js';
import { between, describeRun, type FrameRecord, shown, showsRoom } from '../records.js';
import { withPicture } from '../references.js';
import { call, property } from '../service.js';
import { shareChroma } from '../yuyv.js';

/** Where the guest has the chosen background; anybody may read it. */
export const BACKGROUND = '/usr/share/bed/background.png';
export const LARGE = '1280x720';
export const SMALL = '640x480';

let device = '';

/** The virtual camera's node. */
export async function virtualCamera(): Promise<string> {
  if (device === '') device = await property('VirtualCamera');
  assert.match(device, /^\/dev\/video\d+$/);
  return device;
}

/** Puts pictures where the service's user can read them. */
export async function bringPictures(): Promise<void> {
  await guest(`mkdir -p /usr/share/bed && cd /mnt/clips && cp background.png 100-megapixels.png text.png /usr/share/bed/ &&
    chmod 644 /usr/share/bed/* && cp background.png /root/secret.png && chmod 600 /root/secret.png`);
}

/** Learns the placeholder from the stopped service and writes it into the references. */
export async function learnPlaceholder(): Promise<ConsumerResult> {
  await call('Stop');
  const result = await consume({
    device: await virtualCamera(),
    seconds: 2.5,
    name: 'placeholder',
    references: `references-${LARGE}.bin`,
    dumpAfter: 1,
  });
  const picture = readFileSync(join(OUTPUT, 'placeholder.yuyv'));
  assert.equal(picture.length, VIRTUAL.width * VIRTUAL.height * 2);
  for (const size of [LARGE, SMALL]) {
    const file = readFileSync(join(CLIPS, `references-${size}.bin`));
    writeFileSync(
      join(CLIPS, `judge-${size}.bin`),
      withPicture(file, 'placeholder', shareChroma(picture, VIRTUAL)),
    );
  }
  return result;
}

/** Starts an application on the virtual camera, for so many seconds, whose frames are judged. */
export async function watchFor(
  name: string,
  seconds: number,
  size: string = LARGE,
  before?: string,
): Promise<Consumer> {
  const references = `judge-${size}.bin`;
  return startConsumer({
    device: await virtualCamera(),
    seconds,
    name,
    references,
    ...(before === undefined ? {} : { before }),
  });
}

/** Starts one that reads until it is stopped, however slow the guest is: ten minutes at most. */
export function watch(name: string): Promise<Consumer> {
  return watchFor(name, 600);
}

/** The chosen background with the camera's person before it. */
export function isComposed(frame: FrameRecord): boolean {
  return shown(frame) === 'background' && frame.person < 8;
}

/**
 * How long a hand may be missing on a quiet host after a start or a change of model: the matte is strict for 18 frames, and a
 * network that looks three times at each takes its time meanwhile.
 */
export const STRICT_MS = 750;
/** The same as frames that an application gets: where the camera's are late, the one before is sent once more. */
const STRICT_FRAMES = 36;

/** When the start of the engine is over: when the matte has settled. @param slow pace of the guest */
export function underWay(frames: readonly FrameRecord[], slow: number): number {
  const first = frames.findIndex(isComposed);
  const [from, settled] = [frames[first], frames[first + STRICT_FRAMES]];
  assert.ok(
    from && settled,
    `${frames.length} frames, none of them long after a composed one: ${JSON.stringify(frames.at(-1))}`,
  );
  return Math.max(from.time + STRICT_MS * slow * 1e3, settled.time);
}

/** Fails with the first frame in which the chosen background or the camera's person is not as it should be. */
export function assertComposed(frames: readonly FrameRecord[], name: string): void {
  const others = frames.filter((frame) => !isComposed(frame));
  const first = others[0];
  const start = frames[0]?.time ?? 0;
  assert.equal(
    others.length,
    0,
    `${others.length} of ${frames.length} frames of ${name} are not composed; the first after ${((first?.time ?? 0) - start) / 1e6} s: ${JSON.stringify(first)}`,
  );
}

/** Fails with the first frame that shows the room. */
export function assertNoRoom(frames: readonly FrameRecord[], name: string): void {
  const guilty = frames.filter(showsRoom);
  const first = guilty[0];
  const start = frames[0]?.time ?? 0;
  assert.equal(
    guilty.length,
    0,
    `${guilty.length} of ${frames.length} frames of ${name} show the room; the first after ${((first?.time ?? 0) - start) / 1e6} s: ${JSON.stringify(first)}`,
  );
}

/** The frames of an orderly stretch, with its figures noted. */
export function stretch(
  name: string,
  frames: readonly FrameRecord[],
  from: number,
  to: number,
): FrameRecord[] {
  const part = between(frames, from, to);
  figure(name, describeRun(part));
  return part;
}
