/** Finds what the service has stored under an id (shared/stored-background.ts). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import {
  backgroundsFolder,
  entryFile,
  parseEntry,
  pictureFile,
  type StoredBackground,
} from '../shared/stored-background.js';

export interface FoundBackground {
  readonly entry: StoredBackground;
  /** Of the picture: WebP for a still, Matroska for what moves. */
  readonly path: string;
}

/** @throws BackscrubError UnknownBackground, BadImage when what is stored is damaged */
export async function findStored(id: string, folder = backgroundsFolder()): Promise<FoundBackground> {
  let text: string;
  try {
    text = await readFile(join(folder, entryFile(id)), 'utf8');
  } catch {
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background ${id}; ListBackgrounds (backscrubctl background list) has those that are there.`,
    );
  }
  try {
    const entry = parseEntry(text, id);
    return { entry, path: join(folder, pictureFile(entry)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackscrubError('BadImage', `The background ${id} is damaged (${reason}): import it again.`);
  }
}
