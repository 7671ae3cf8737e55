/**
 * A folder of the store. An entry is there when its JSON file is, which is written last and removed first; what else lies there
 * without one is the rest of an import that did not finish. Nothing is kept in memory here: what is on the disk is the truth.
 */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { WORK_FILES } from '../../shared/import-work.js';
import type { Log } from '../../shared/log.js';
import {
  entryFile,
  formatEntry,
  isBackgroundId,
  MAX_ENTRY_BYTES,
  parseEntry,
  pictureFile,
  type StoredBackground,
  thumbnailFile,
} from '../../shared/stored-background.js';
import type { Disk } from './disk.js';
import { MAX_THUMBNAIL_BYTES } from './thumbnail.js';

const DAMAGED = 'damaged';
const WORK = 'work-';

/** An entry that was set aside; `name` is "" when it cannot be told. */
export interface DamagedBackground {
  readonly id: string;
  readonly name: string;
}

export interface Contents {
  readonly entries: readonly StoredBackground[];
  readonly damaged: readonly DamagedBackground[];
  /** Of all pictures and thumbnails. */
  readonly bytes: number;
}

/** An entry, or what is wrong with it. */
type Looked =
  | { readonly entry: StoredBackground; readonly thumbnailBytes: number }
  | { readonly id: string; readonly reason: string };

/** Its methods must not overlap, but for those about a work folder. */
export class BackgroundFolder {
  readonly path: string;
  readonly #disk: Disk;
  readonly #log: Log;
  #tidied: Promise<void> | undefined;
  /** Work folders that are there from then on are ours. */
  #works = false;

  constructor(path: string, disk: Disk, log: Log) {
    this.path = path;
    this.#disk = disk;
    this.#log = log;
  }

  /** Entries come and go in these. */
  get folders(): readonly string[] {
    return [this.path, join(this.path, DAMAGED)];
  }

  /** Sets damaged entries aside. */
  async scan(): Promise<Contents> {
    await this.#tidyOnce();
    const entries: StoredBackground[] = [];
    let bytes = 0;
    // All at once, since each waits for the disk several times.
    for (const found of await Promise.all(
      ids(await this.#disk.list(this.path)).map((id) => this.#look(id)),
    )) {
      if ('reason' in found) {
        await this.#setAside(found.id, found.reason);
      } else {
        bytes += found.entry.bytes + found.thumbnailBytes;
        entries.push(found.entry);
      }
    }
    const damaged = await this.#listDamaged();
    return { entries, damaged: damaged.rows, bytes: bytes + damaged.bytes };
  }

  /** A place of its own for the process that decodes. */
  async makeWork(): Promise<string> {
    await this.#tidyOnce();
    const work = join(this.path, `${WORK}${randomBytes(8).toString('hex')}`);
    await this.#disk.makeFolder(work);
    return work;
  }

  async writeInput(work: string, data: Uint8Array): Promise<void> {
    await this.#disk.write(join(work, WORK_FILES.input), data);
  }

  /** Bytes of what the process has made there; undefined when it is not a file. */
  async sizeIn(work: string, name: keyof typeof WORK_FILES): Promise<number | undefined> {
    return await this.#disk.size(join(work, WORK_FILES[name]));
  }

  /** What the process has made there; nobody has looked at it. */
  async readThumbnail(work: string): Promise<Buffer> {
    return await this.#disk.read(join(work, WORK_FILES.thumbnail), MAX_THUMBNAIL_BYTES);
  }

  async removeWork(work: string): Promise<void> {
    await this.#disk.remove(work);
  }

  /** Of an entry, as it was made at import; undefined when it is not there. */
  async readStoredThumbnail(id: string): Promise<Buffer | undefined> {
    return await this.#disk
      .read(join(this.path, thumbnailFile(id)), MAX_THUMBNAIL_BYTES)
      .catch(() => undefined);
  }

  /**
   * Makes an entry of what lies in a work folder, which may be another folder's: all of it is on the disk when this returns, or
   * nothing is left.
   */
  async commit(work: string, entry: StoredBackground): Promise<void> {
    const to = (name: string): string => join(this.path, name);
    await this.#disk.makeFolder(this.path);
    const moves = [
      [WORK_FILES.picture, pictureFile(entry)],
      [WORK_FILES.thumbnail, thumbnailFile(entry.id)],
      [entryFile(entry.id), entryFile(entry.id)],
    ] as const;
    try {
      await this.#disk.write(join(work, entryFile(entry.id)), Buffer.from(formatEntry(entry)));
      for (const [from] of moves) await this.#disk.sync(join(work, from));
      for (const [from, name] of moves) await this.#disk.rename(join(work, from), to(name));
      await this.#disk.sync(this.path);
      await this.#disk.sync(dirname(this.path));
    } catch (error) {
      for (const [, name] of [...moves].reverse()) await this.#disk.remove(to(name)).catch(() => {});
      throw error;
    }
    await this.#removeFiles(join(this.path, DAMAGED), entry.id).catch(() => {});
  }

  /** Also one that was set aside. What is removed does not come back after a power cut. */
  async remove(id: string): Promise<void> {
    try {
      for (const folder of this.folders) await this.#removeFiles(folder, id);
    } catch (error) {
      // The description has gone first: what it described is swept up by the next look.
      this.#tidied = undefined;
      throw error;
    }
  }

  /** Also one that was set aside. */
  async has(id: string): Promise<boolean> {
    for (const folder of this.folders) {
      if ((await this.#disk.list(folder)).includes(entryFile(id))) return true;
    }
    return false;
  }

  async #removeFiles(folder: string, id: string): Promise<void> {
    const there = new Set(await this.#disk.list(folder));
    const names = filesOf(id).filter((name) => there.has(name));
    if (names.length === 0) return;
    for (const name of names) await this.#disk.remove(join(folder, name));
    await this.#disk.sync(folder);
  }

  async #look(id: string): Promise<Looked> {
    try {
      const [entry, thumbnailBytes = 0] = await Promise.all([
        this.#readEntry(id),
        this.#disk.size(join(this.path, thumbnailFile(id))),
      ]);
      return { entry, thumbnailBytes };
    } catch (error) {
      return { id, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @throws Error that says what is wrong with it */
  async #readEntry(id: string): Promise<StoredBackground> {
    const path = join(this.path, entryFile(id));
    if (((await this.#disk.size(path)) ?? MAX_ENTRY_BYTES) >= MAX_ENTRY_BYTES) {
      throw new Error('its description is not a small file');
    }
    const entry = parseEntry((await this.#disk.read(path, MAX_ENTRY_BYTES)).toString('utf8'), id);
    const size = await this.#disk.size(join(this.path, pictureFile(entry)));
    if (size === undefined) throw new Error('its picture is missing');
    if (size !== entry.bytes) throw new Error(`its picture has ${size} bytes instead of ${entry.bytes}`);
    return entry;
  }

  async #setAside(id: string, reason: string): Promise<void> {
    const aside = join(this.path, DAMAGED);
    this.#log('warning', `background ${id} is damaged (${reason}); it is set aside in ${aside}`);
    await this.#disk.makeFolder(aside);
    for (const name of filesOf(id)) {
      await this.#disk.rename(join(this.path, name), join(aside, name)).catch(ignoreMissing);
    }
  }

  async #listDamaged(): Promise<{ rows: DamagedBackground[]; bytes: number }> {
    const aside = join(this.path, DAMAGED);
    const names = await this.#disk.list(aside);
    let bytes = 0;
    for (const name of names) bytes += (await this.#disk.size(join(aside, name))) ?? 0;
    const rows: DamagedBackground[] = [];
    for (const id of ids(names)) {
      const text = await this.#disk.read(join(aside, entryFile(id)), MAX_ENTRY_BYTES).catch(() => '');
      rows.push({ id, name: nameIn(text.toString('utf8'), id) });
    }
    return { rows, bytes };
  }

  /** Before anything else: what lies there now is not ours. */
  #tidyOnce(): Promise<void> {
    this.#tidied ??= this.#tidy().catch((error: unknown) => {
      this.#tidied = undefined;
      throw error;
    });
    return this.#tidied;
  }

  /** Removes what an earlier service left behind when it ended in the middle of its work, or this one when the disk failed. */
  async #tidy(): Promise<void> {
    const works = this.#works;
    this.#works = true;
    const names = await this.#disk.list(this.path);
    const known = new Set(ids(names));
    for (const name of names) {
      const id = name.slice(0, 32);
      const orphan = isBackgroundId(id) && filesOf(id).includes(name) && !known.has(id);
      if (orphan || (!works && name.startsWith(WORK))) await this.#disk.remove(join(this.path, name));
    }
  }
}

/** All files that an entry can have; the JSON file first. */
function filesOf(id: string): string[] {
  const pictures = [pictureFile({ id, kind: 'still' }), pictureFile({ id, kind: 'video' })];
  return [entryFile(id), ...pictures, thumbnailFile(id)];
}

function ids(names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith('.json') && isBackgroundId(name.slice(0, -'.json'.length)))
    .map((name) => name.slice(0, -'.json'.length));
}

function nameIn(text: string, id: string): string {
  try {
    return parseEntry(text, id).name;
  } catch {
    return '';
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
