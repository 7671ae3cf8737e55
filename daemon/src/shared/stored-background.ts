/**
 * What the service keeps of an imported background, in `backgrounds/user-UID` below its state directory: ID.json (this), the picture
 * (ID.webp for stills, ID.mkv for what moves) and ID.png, its thumbnail. What earlier versions imported has no owner and lies in
 * `backgrounds` itself. The service writes, the engine reads.
 */
import { join } from 'node:path';

/** Of an imported background. */
const ID = /^[0-9a-f]{32}$/;
const VERSION = 1;
/** Of a name, in characters. */
export const MAX_NAME = 80;
const MAX_SIDE = 16_384;
/** Of an entry's JSON file, which is far smaller; what is longer is not read. */
export const MAX_ENTRY_BYTES = 16_384;
/** Of one imported file. */
export const MAX_IMPORT_BYTES = 16 * 1024 * 1024;

export const BACKGROUND_KINDS = ['still', 'animated', 'video'] as const;
export type BackgroundKind = (typeof BACKGROUND_KINDS)[number];

export interface StoredBackground {
  readonly id: string;
  readonly name: string;
  readonly kind: BackgroundKind;
  /** Of the imported file: `jpeg`, `gif`, `mp4` and so on. */
  readonly format: string;
  /** Pixels of the stored picture. */
  readonly width: number;
  readonly height: number;
  /** 1 for a still. */
  readonly frames: number;
  /** Seconds, 0 for a still. */
  readonly duration: number;
  /** What stays in the middle when the picture is cropped: 0 to 1 from the left, and from the top. */
  readonly focus: readonly [number, number];
  /** Size of the stored picture. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly importedAt: string;
}

export function isBackgroundId(text: string): boolean {
  return ID.test(text);
}

/** $STATE_DIRECTORY is what systemd's StateDirectory= sets; it may name several folders, of which the first counts. */
export function backgroundsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['STATE_DIRECTORY']?.split(':')[0] || '/var/lib/backscrub', 'backgrounds');
}

/** Name of the folder with a user's own. */
export function userFolder(user: number): string {
  return `user-${user}`;
}

/** @returns whose folder has this name; undefined for what is none */
export function ownerOf(folder: string): number | undefined {
  const [, user] = /^user-(0|[1-9]\d{0,9})$/.exec(folder) ?? [];
  return user === undefined ? undefined : Number(user);
}

/** Names of an entry's files in the folder. */
export function pictureFile({ id, kind }: Pick<StoredBackground, 'id' | 'kind'>): string {
  return `${id}.${kind === 'still' ? 'webp' : 'mkv'}`;
}

export function thumbnailFile(id: string): string {
  return `${id}.png`;
}

/** All files that the store has of a background, of which one may be missing. */
export function storedFiles(id: string): readonly string[] {
  const pictures = BACKGROUND_KINDS.map((kind) => pictureFile({ id, kind }));
  return [...new Set([entryFile(id), thumbnailFile(id), ...pictures])];
}

export function entryFile(id: string): string {
  return `${id}.json`;
}

export function formatEntry(entry: StoredBackground): string {
  return `${JSON.stringify({ version: VERSION, ...entry }, null, 2)}\n`;
}

/** @throws Error with a reason that goes after "it is damaged: " */
export function parseEntry(text: string, id: string): StoredBackground {
  const fields = parseObject(text);
  if (fields['version'] !== VERSION) throw new Error(`its version is ${shown(fields['version'])}`);
  if (fields['id'] !== id) throw new Error('it describes another background');
  const kind = BACKGROUND_KINDS.find((known) => known === fields['kind']);
  const { name, format, focus, importedAt } = fields;
  const whole = (key: string, least: number, most: number): number => {
    const value = fields[key];
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new Error(`${key} is ${shown(value)}`);
  };
  if (kind === undefined) throw new Error(`kind is ${shown(fields['kind'])}`);
  if (typeof name !== 'string' || [...name].length > MAX_NAME) throw new Error(`name is ${shown(name)}`);
  if (typeof format !== 'string' || !/^[a-z0-9]{1,16}$/.test(format))
    throw new Error(`format is ${shown(format)}`);
  if (typeof importedAt !== 'string' || Number.isNaN(Date.parse(importedAt)))
    throw new Error(`importedAt is ${shown(importedAt)}`);
  const { duration } = fields;
  if (typeof duration !== 'number' || !(duration >= 0 && duration < 1e6))
    throw new Error(`duration is ${shown(duration)}`);
  return {
    id,
    name,
    kind,
    format,
    width: whole('width', 1, MAX_SIDE),
    height: whole('height', 1, MAX_SIDE),
    frames: whole('frames', 1, 1e9),
    duration,
    focus: parseFocus(focus),
    bytes: whole('bytes', 1, 2 ** 40),
    importedAt,
  };
}

/** @throws Error */
export function parseFocus(value: unknown): readonly [number, number] {
  const [x, y, ...rest]: unknown[] = Array.isArray(value) ? value : [];
  const isShare = (number: unknown): number is number =>
    typeof number === 'number' && number >= 0 && number <= 1;
  if (isShare(x) && isShare(y) && rest.length === 0) return [x, y];
  throw new Error(`focus is ${shown(value)}`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error('it is not a JSON object');
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 40);
}
