/** A background in ListBackgrounds of the contract: its keys and types. */
import type { Variant } from '../../generated/contract.js';
import { cleanText } from '../../shared/clean-text.js';
import type { StoredBackground } from '../../shared/stored-background.js';
import type { DamagedBackground } from './folder.js';

export interface GalleryRow {
  /** `builtin:` and a name. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'still' | 'animated';
}

const MAX_ROWS = 200;

/** Checks the list that a child has made; rows that are not whole are left out. */
export function parseGalleryRows(value: unknown): readonly GalleryRow[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ROWS).flatMap((row: unknown) => parseGalleryRow(row) ?? []);
}

function parseGalleryRow(value: unknown): GalleryRow | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, kind } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || !/^builtin:[a-z0-9-]{1,64}$/.test(id)) return undefined;
  if (typeof name !== 'string' || name === '' || name.length > 80 || name !== cleanText(name))
    return undefined;
  return kind === 'still' || kind === 'animated' ? { id, name, kind } : undefined;
}

type Row = Omit<StoredBackground, 'format' | 'focus' | 'importedAt' | 'kind'> & {
  readonly kind: string;
  readonly builtin: boolean;
};

const NOTHING = { width: 0, height: 0, frames: 0, duration: 0, bytes: 0 };

export function galleryDictionary({ id, name, kind }: GalleryRow): Record<string, Variant> {
  return dictionary({ ...NOTHING, id, name, kind, builtin: true, frames: kind === 'still' ? 1 : 0 });
}

export function storedDictionary(entry: StoredBackground): Record<string, Variant> {
  return dictionary({ ...entry, builtin: false });
}

export function damagedDictionary({ id, name }: DamagedBackground): Record<string, Variant> {
  const row = dictionary({ ...NOTHING, id, name, kind: 'still', builtin: false });
  const value = 'It is damaged and was set aside. Remove it, and import the file again.';
  return { ...row, problem: { signature: 's', value } };
}

function dictionary(row: Row): Record<string, Variant> {
  return {
    id: { signature: 's', value: row.id },
    name: { signature: 's', value: row.name },
    kind: { signature: 's', value: row.kind },
    builtin: { signature: 'b', value: row.builtin },
    animated: { signature: 'b', value: row.kind !== 'still' },
    width: { signature: 'u', value: row.width },
    height: { signature: 'u', value: row.height },
    frames: { signature: 'u', value: row.frames },
    duration: { signature: 'd', value: row.duration },
    bytes: { signature: 't', value: BigInt(row.bytes) },
  };
}
