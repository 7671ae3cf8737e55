/** Finds what the service has stored under an id (shared/stored-background.ts). */
import { join } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import { namesIn, readOwnFile } from '../shared/own-file.js';
import {
  backgroundsFolder,
  entryFile,
  MAX_ENTRY_BYTES,
  ownerOf,
  parseEntry,
  pictureFile,
  type StoredBackground,
} from '../shared/stored-background.js';

/** Entries of a folder of the store: more are not ours. */
const MAX_NAMES = 4096;

export interface FoundBackground {
  readonly entry: StoredBackground;
  /** Of the picture: WebP for a still, Matroska for what moves. */
  readonly path: string;
}

/**
 * The id is of the content: of what several users have imported, any one will do. Who may choose it is the service's to say.
 * @throws BackscrubError UnknownBackground, BadImage when what is stored is damaged
 */
export async function findStored(id: string, folder = backgroundsFolder()): Promise<FoundBackground> {
  let reason: string | undefined;
  for (const place of await placesIn(folder)) {
    const text = await readEntry(join(place, entryFile(id)));
    if (text === undefined) continue;
    try {
      const entry = parseEntry(text, id);
      return { entry, path: join(place, pictureFile(entry)) };
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  if (reason !== undefined) {
    throw new BackscrubError('BadImage', `The background ${id} is damaged (${reason}): import it again.`);
  }
  throw new BackscrubError(
    'UnknownBackground',
    `There is no background ${id}; ListBackgrounds (backscrubctl background list) names the ones there are.`,
  );
}

async function readEntry(path: string): Promise<string | undefined> {
  const bytes = await readOwnFile(path, MAX_ENTRY_BYTES).catch(() => undefined);
  return bytes?.toString('utf8');
}

async function placesIn(folder: string): Promise<string[]> {
  const names = await namesIn(folder, MAX_NAMES).catch(() => []);
  return [folder, ...names.filter((name) => ownerOf(name) !== undefined).map((name) => join(folder, name))];
}
