/** What the consumer in the guest wrote down, and what may be said about it. Pure: no guest is needed. */

/** One frame of the virtual camera; differences are mean absolute differences in levels. */
export interface FrameRecord {
  /** Guest's monotonic clock in microseconds. */
  readonly time: number;
  readonly sequence: number;
  readonly bytes: number;
  readonly flags: number;
  /** Where the person never is: difference to the known room, the chosen background, the placeholder. */
  readonly room: number;
  readonly background: number;
  readonly placeholder: number;
  /** How much of the room's edges is there, 0 to 1 (a raw room). */
  readonly visible: number;
  /** Tiles of the picture in which most of the room's edges is there. */
  readonly leaking: number;
  /** The frame of the camera's clip whose person is nearest, and how near. */
  readonly personFrame: number;
  readonly person: number;
  /** Share of the person's pixels that are off by more than 12 levels. */
  readonly personWrong: number;
  /** Mean luma where the person never is. */
  readonly luma: number;
}

const COLUMNS = [
  'time',
  'sequence',
  'bytes',
  'flags',
  'room',
  'background',
  'placeholder',
  'visible',
  'leaking',
  'personFrame',
  'person',
  'personWrong',
  'luma',
] as const;

/** A frame of a camera that shows the room of checks.ts; shares are hundredths of a tile that shows the raw room. */
export interface TileRecord {
  readonly time: number;
  readonly sequence: number;
  readonly bytes: number;
  readonly flags: number;
  /** Tiles of 220 in which 40 hundredths or more of the room are to be seen. */
  readonly showing: number;
  /** The share of the worst tile, and which it is. */
  readonly worst: number;
  readonly tile: number;
}

const TILE_COLUMNS = ['time', 'sequence', 'bytes', 'flags', 'showing', 'worst', 'tile'] as const;

function parseColumns<Name extends string>(csv: string, columns: readonly Name[]): Record<Name, number>[] {
  const [head, ...lines] = csv.trimEnd().split('\n');
  if (head !== columns.join(',')) throw new Error(`unexpected columns: ${head}`);
  return lines.map((line, index) => {
    const values = line.split(',').map(Number);
    if (values.length !== columns.length || values.some(Number.isNaN)) {
      throw new Error(`line ${index + 2} is damaged: ${line}`);
    }
    return Object.fromEntries(columns.map((name, at) => [name, values[at]])) as Record<Name, number>;
  });
}

/** Reads the consumer's CSV; throws on a line that is not whole. */
export function parseRecords(csv: string): FrameRecord[] {
  return parseColumns(csv, COLUMNS);
}

/** The same for what it writes with -s. */
export function parseTileRecords(csv: string): TileRecord[] {
  return parseColumns(csv, TILE_COLUMNS);
}

export type Shown = 'room' | 'background' | 'placeholder' | 'other';

const SAME_PICTURE = 6;
const ROOM_VISIBLE = 0.5;

/**
 * The raw room: its very pixels, its edges over the picture, or its edges in any one place. A blurred room has neither its
 * pixels nor its edges.
 */
export function showsRoom(frame: FrameRecord): boolean {
  return frame.room < SAME_PICTURE || frame.visible > ROOM_VISIBLE || frame.leaking > 0;
}

export function shown(frame: FrameRecord): Shown {
  if (showsRoom(frame)) return 'room';
  if (frame.placeholder < SAME_PICTURE) return 'placeholder';
  if (frame.background < SAME_PICTURE) return 'background';
  return 'other';
}

/** Frames per second over the whole run. */
export function frameRate(frames: readonly FrameRecord[]): number {
  const first = frames[0];
  const last = frames.at(-1);
  if (first === undefined || last === undefined || last.time === first.time) return 0;
  return ((frames.length - 1) * 1e6) / (last.time - first.time);
}

/** What all records have. */
type Timed = Pick<FrameRecord, 'time'>;

/** The longest time between two frames in milliseconds, and when it began. */
export function longestGap(frames: readonly Timed[]): { readonly ms: number; readonly time: number } {
  let longest = { ms: 0, time: 0 };
  frames.forEach((frame, index) => {
    const before = frames[index - 1];
    if (before === undefined) return;
    const ms = (frame.time - before.time) / 1000;
    if (ms > longest.ms) longest = { ms, time: before.time };
  });
  return longest;
}

export function between<Frame extends Timed>(frames: readonly Frame[], from: number, to = Infinity): Frame[] {
  return frames.filter((frame) => frame.time >= from && frame.time < to);
}

/** Milliseconds from `time` to the first frame at or after it that `is` accepts; undefined when none does. */
export function delayUntil(
  frames: readonly FrameRecord[],
  time: number,
  is: (frame: FrameRecord) => boolean,
): number | undefined {
  const found = frames.find((frame) => frame.time >= time && is(frame));
  return found === undefined ? undefined : (found.time - time) / 1000;
}

/**
 * Milliseconds from `time` until the picture has changed for good: the first frame after the last one (before `to`) that
 * `is` refuses. Undefined when the last frame is still refused.
 */
export function settledAfter(
  frames: readonly FrameRecord[],
  time: number,
  to: number,
  is: (frame: FrameRecord) => boolean,
): number | undefined {
  const after = between(frames, time, to);
  const lastWrong = after.findLastIndex((frame) => !is(frame));
  const settled = after[lastWrong + 1];
  return settled === undefined ? undefined : (settled.time - time) / 1000;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How often what is shown: "3 placeholder, 57 background". */
export function countShown(frames: readonly FrameRecord[]): string {
  const counts = new Map<Shown, number>();
  for (const frame of frames) counts.set(shown(frame), (counts.get(shown(frame)) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** One line for people. */
export function describeRun(frames: readonly FrameRecord[]): string {
  const gap = longestGap(frames);
  return `${frames.length} frames, ${frameRate(frames).toFixed(2)} fps, longest gap ${gap.ms.toFixed(0)} ms (${countShown(frames)})`;
}
