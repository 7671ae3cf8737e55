import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backgroundsFolder, entryFile, formatEntry } from '../../shared/stored-background.js';
import { transcodeMoving } from '../backgrounds/transcode.js';

/**
 * Stores a clip under an id, as an import does: only what is stored plays as a loop. The store is that of $STATE_DIRECTORY.
 * @param id 32 hexadecimal digits
 */
export async function storeLoop(id: string, clip: string): Promise<void> {
  const folder = backgroundsFolder();
  mkdirSync(folder, { recursive: true });
  const made = await transcodeMoving(clip, join(folder, `${id}.mkv`));
  const facts = { kind: 'video', format: 'mp4', focus: [0.5, 0.5], bytes: 100 } as const;
  const entry = { ...facts, ...made, importedAt: '2026-01-01T00:00:00.000Z', id, name: 'Loop' };
  writeFileSync(join(folder, entryFile(id)), formatEntry(entry));
}
