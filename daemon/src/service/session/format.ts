/** The virtual camera's format: what was chosen, what that comes to with this camera, and when it can be had. */
import { BackscrubError } from '../../shared/errors.js';
import type { OutputFormat } from './ports.js';
import { shorten } from './settle.js';

export const AUTOMATIC = 'auto';
const MIN_SIDE = 32;
/** More would cost the service the memory that it is to do without: it holds a placeholder of that size. */
const MAX_SIDE = 4096;
const MAX_RATE = 240;

/** Checks the form: "auto" or WIDTHxHEIGHT. @throws BackscrubError InvalidArgs */
export function parseResolution(text: string): string {
  if (text === AUTOMATIC) return text;
  const [width, height] = sidesOf(text);
  // YUYV stores pixels in pairs, and I420 has one colour for two rows.
  if ([width, height].every((side) => side >= MIN_SIDE && side <= MAX_SIDE && side % 2 === 0)) {
    return `${width}x${height}`;
  }
  throw new BackscrubError(
    'InvalidArgs',
    `Resolution "${shorten(text)}": write "auto" or two even numbers from ${MIN_SIDE} to ${MAX_SIDE}, like 1280x720.`,
  );
}

/** 0 is the camera's. @throws BackscrubError InvalidArgs */
export function parseFrameRate(rate: number): number {
  if (Number.isInteger(rate) && rate >= 0 && rate <= MAX_RATE) return rate;
  throw new BackscrubError(
    'InvalidArgs',
    `FrameRate goes from 1 to ${MAX_RATE}, or is 0 for the camera's, not ${rate}.`,
  );
}

/** What the user asks for; what is left out comes from the camera. */
export function formatOf(resolution: string, frameRate: number): Partial<OutputFormat> {
  const [width, height] = sidesOf(resolution);
  return {
    ...(resolution === AUTOMATIC ? {} : { width, height }),
    ...(frameRate === 0 ? {} : { frameRate }),
  };
}

export function isWhole(format: Partial<OutputFormat>): format is OutputFormat {
  return format.width !== undefined && format.height !== undefined && format.frameRate !== undefined;
}

function sidesOf(text: string): [number, number] {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(text);
  return [Number(match?.[1] ?? Number.NaN), Number(match?.[2] ?? Number.NaN)];
}

export interface FormatTarget {
  readonly format: OutputFormat;
  /** @returns false when the device does not take it */
  setFormat(format: OutputFormat): boolean;
}

/** A loopback device's format is fixed while anybody reads or writes, so a change waits for a quiet moment. */
export class FormatControl {
  readonly #target: FormatTarget;
  readonly #ask: () => Promise<OutputFormat | undefined>;
  readonly #changed: () => void;
  #resolution: string;
  #frameRate: number;
  /** The format that is to be; undefined as long as nothing was chosen. */
  #wanted: OutputFormat | undefined;
  /** What the device did not take is not tried again before something has changed. */
  #refused: OutputFormat | undefined;
  #questions = 0;

  /** @param ask what the camera would deliver; undefined when there is none */
  constructor(
    wish: { readonly resolution: string; readonly frameRate: number },
    target: FormatTarget,
    ask: () => Promise<OutputFormat | undefined>,
    changed: () => void,
  ) {
    this.#resolution = wish.resolution;
    this.#frameRate = wish.frameRate;
    this.#target = target;
    this.#ask = ask;
    this.#changed = changed;
  }

  get resolution(): string {
    return this.#resolution;
  }

  get frameRate(): number {
    return this.#frameRate;
  }

  /** @throws BackscrubError InvalidArgs */
  async setResolution(text: string): Promise<void> {
    this.#resolution = parseResolution(text);
    await this.reconsider();
  }

  /** @throws BackscrubError InvalidArgs */
  async setFrameRate(rate: number): Promise<void> {
    this.#frameRate = parseFrameRate(rate);
    await this.reconsider();
  }

  /** Another camera may be there, or another format be wanted. */
  async reconsider(): Promise<void> {
    const question = ++this.#questions;
    const asked = formatOf(this.#resolution, this.#frameRate);
    const wanted = isWhole(asked) ? asked : await this.#complete(asked);
    // Asked anew meanwhile: that answer counts.
    if (question !== this.#questions) return;
    this.#wanted = wanted ?? this.#wanted;
    this.#refused = undefined;
    this.#changed();
  }

  /** @param quiet nobody reads or writes the device now */
  settle(quiet: boolean): void {
    const wanted = this.#wanted;
    if (!quiet || !wanted || isSame(wanted, this.#target.format)) return;
    if (this.#refused && isSame(wanted, this.#refused)) return;
    // Before it is tried: on the way the device tells that it is open, which leads here again.
    this.#refused = wanted;
    if (this.#target.setFormat(wanted)) this.#refused = undefined;
  }

  /** Without a camera everything that was not asked for stays as it is. */
  async #complete(asked: Partial<OutputFormat>): Promise<OutputFormat> {
    return { ...((await this.#ask()) ?? this.#target.format), ...asked };
  }
}

function isSame(a: OutputFormat, b: OutputFormat): boolean {
  return a.width === b.width && a.height === b.height && a.frameRate === b.frameRate;
}
