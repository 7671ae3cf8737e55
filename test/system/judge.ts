/** Judges single pictures that an application kept, by the references and rules by which guest/consumer.c judges frames. */
import type { FrameRecord } from './records.js';
import { addUp, findTears, mean, nearest, type Point } from './tears.js';

/** Share of a tile's edges from which it is a leak; sum over a pair of pixels from which a point is wrong (consumer.c). */
const LEAK = 0.6;
const WRONG = 48;
/** Levels by which a picture's person may be off before tears are looked for, and what they have to bring it to. */
const WHOLE = 3;
const TORN = 1;
/** Rows within which a tear is found. */
const BAND = 4;
/** Sizes of what stands in the file (guest/references.h). */
const HEADER = 32;
const ROOM_POINT = 16;
const EDGE = 12;
const PERSON_POINT = 8;

/** A judged picture. One that is torn has the persons of several frames, one below the other. */
export interface PictureRecord extends FrameRecord {
  /** The first rows of the later frames; empty when the picture is whole. `person` is that of all parts. */
  readonly tears: readonly number[];
}

type Person = Pick<PictureRecord, 'personFrame' | 'person' | 'personWrong' | 'tears'>;

export class Judge {
  readonly #file: Uint8Array;
  readonly #view: DataView;
  readonly #rooms: number;
  readonly #edges: number;
  readonly #tiles: number;
  readonly #frames: number;
  readonly #persons: number;
  readonly #bytes: number;
  readonly #stride: number;
  readonly #rows: number;

  /** @param references a file of references.ts */
  constructor(references: Uint8Array) {
    this.#file = references;
    this.#view = new DataView(references.buffer, references.byteOffset, references.byteLength);
    const count = (index: number): number => this.#view.getUint32(4 + index * 4, true);
    this.#stride = count(0) * 2;
    this.#rows = count(1);
    this.#bytes = this.#stride * this.#rows;
    this.#rooms = count(2);
    this.#edges = count(3);
    this.#tiles = count(4);
    this.#frames = count(5);
    this.#persons = count(6);
  }

  /**
   * @param picture YUYV, BT.601 limited range, of the references' size
   * @returns what the consumer would write of it; a picture has no time and no number. v4l2loopback writes frames into a
   *   buffer that a slow reader still copies, so a picture may be torn; each part of it has to be a frame's all the same.
   */
  judge(picture: Uint8Array): PictureRecord {
    if (picture.length !== this.#bytes)
      throw new Error(`the picture has ${picture.length} bytes, the references' have ${this.#bytes}`);
    let luma = 0;
    for (let i = 0; i < this.#rooms; i++) luma += picture[this.#uint32(HEADER + i * ROOM_POINT)] ?? 0;
    return {
      ...{ time: 0, sequence: 0, bytes: picture.length, flags: 0 },
      room: this.#away(picture, 4),
      background: this.#away(picture, 8),
      placeholder: this.#away(picture, 12),
      luma: luma / this.#rooms,
      ...this.#roomEdges(picture),
      ...this.#person(picture),
    };
  }

  #uint32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #difference(picture: Uint8Array, point: number, value: number): number {
    const offset = this.#uint32(point);
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += Math.abs((picture[offset + i] ?? 0) - (this.#file[value + i] ?? 0));
    return sum;
  }

  /** Mean difference in levels to the picture that stands at `field` of each point of the room. */
  #away(picture: Uint8Array, field: number): number {
    let sum = 0;
    for (let i = 0; i < this.#rooms; i++) {
      const point = HEADER + i * ROOM_POINT;
      sum += this.#difference(picture, point, point + field);
    }
    return sum / 4 / this.#rooms;
  }

  #roomEdges(picture: Uint8Array): { visible: number; leaking: number } {
    const seen = new Float64Array(this.#tiles);
    const whole = new Float64Array(this.#tiles);
    for (let i = 0; i < this.#edges; i++) {
      const at = HEADER + this.#rooms * ROOM_POINT + i * EDGE;
      const step = this.#view.getInt16(at + 8, true);
      const tile = this.#view.getUint16(at + 10, true);
      const found = (picture[this.#uint32(at + 4)] ?? 0) - (picture[this.#uint32(at)] ?? 0);
      const full = Math.abs(step);
      seen[tile] = (seen[tile] ?? 0) + Math.min(full, step < 0 ? -found : found);
      whole[tile] = (whole[tile] ?? 0) + full;
    }
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    const leaking = seen.filter((value, tile) => value > LEAK * (whole[tile] ?? 0)).length;
    return { visible: sum(seen) / sum(whole), leaking };
  }

  #person(picture: Uint8Array): Person {
    const count = Math.ceil(this.#rows / BAND);
    const frames = Array.from({ length: this.#frames }, (_, frame) =>
      addUp(count, this.#points(picture, frame)),
    );
    const whole = nearest(frames, 0, count);
    if (!whole) return { personFrame: -1, person: Infinity, personWrong: 1, tears: [] };
    const parts = (whole.difference > WHOLE && findTears(frames, TORN)) || [whole];
    return {
      personFrame: parts.at(-1)?.frame ?? -1,
      person: mean(parts, ({ difference }) => difference),
      personWrong: mean(parts, ({ wrong }) => wrong),
      tears: parts.slice(1).map(({ from }) => from * BAND),
    };
  }

  *#points(picture: Uint8Array, frame: number): Generator<Point> {
    const start = HEADER + this.#rooms * ROOM_POINT + this.#edges * EDGE;
    for (let i = 0; i < this.#persons; i++) {
      const point = start + (frame * this.#persons + i) * PERSON_POINT;
      const difference = this.#difference(picture, point, point + 4);
      const band = Math.floor(this.#uint32(point) / this.#stride / BAND);
      yield { band, difference: difference / 4, wrong: difference > WRONG };
    }
  }
}
