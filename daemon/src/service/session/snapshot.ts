/** Options and answer of Snapshot. */
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import type { State } from '../../shared/names.js';
import type { SnapshotOptions } from '../../shared/protocol.js';
import { shorten } from './settle.js';

interface OptionRule {
  readonly least: number;
  readonly most: number;
  readonly initial: number;
}

const OPTIONS: Readonly<Record<keyof SnapshotOptions, OptionRule>> = {
  size: { least: 16, most: 4096, initial: 640 },
  quality: { least: 1, most: 100, initial: 80 },
};

/** @throws BackscrubError InvalidArgs */
export function parseSnapshotOptions(options: Readonly<Record<string, Variant>>): SnapshotOptions {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(OPTIONS, key));
  if (unknown !== undefined) {
    const known = Object.keys(OPTIONS).join(' and ');
    throw new BackscrubError('InvalidArgs', `Snapshot has no option "${shorten(unknown)}"; it has ${known}.`);
  }
  const read = (key: keyof SnapshotOptions): number => {
    const { least, most, initial } = OPTIONS[key];
    const option = options[key];
    if (option === undefined) return initial;
    const value = Number(option.value);
    if (option.signature === 'u' && value >= least && value <= most) return value;
    throw new BackscrubError('InvalidArgs', `Option ${key} is of type "u", from ${least} to ${most}.`);
  };
  return { size: read('size'), quality: read('quality') };
}

/** Why there is no picture, and how to come by one. */
export function noPicture(state: State): BackscrubError {
  const reasons: Readonly<Record<State, string>> = {
    stopped: 'the virtual camera is stopped; call Start (backscrubctl start)',
    idle: 'no application reads the virtual camera; open it in one',
    starting: 'the camera is just being opened; try again in a moment',
    running: 'the first one is just being made; try again',
    suspended: 'the system is going to sleep',
    failed: 'something is wrong; LastError (backscrubctl status) says what',
  };
  return new BackscrubError('Failed', `There is no composed frame: ${reasons[state]}.`);
}

/** The look hides the room, and the picture might show it. */
export function hiding(): BackscrubError {
  return new BackscrubError(
    'Failed',
    'The room has just been hidden, and the picture was of before; try again.',
  );
}

/** The engine decodes hostile input, so what it says is a picture is looked at. @throws BackscrubError Failed */
export function decodeJpeg(base64: string): Uint8Array {
  const jpeg = Buffer.from(base64, 'base64');
  // Start of image, end of image (ITU-T T.81, B.1.1.3).
  if (jpeg.length > 4 && jpeg.readUInt16BE(0) === 0xffd8 && jpeg.readUInt16BE(jpeg.length - 2) === 0xffd9) {
    return jpeg;
  }
  throw new BackscrubError('Failed', 'The engine did not answer with a picture; try again.');
}
