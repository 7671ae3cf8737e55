import { createHash, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A call's first picture waits for its background: the last few are kept ready to use. */
const MAX_ENTRIES = 8;
/** Part of every key; another way of preparing a background has to change it. */
const FORMAT = 'i420-1';
const SUFFIX = '.i420';

/** Backgrounds as they are put behind people (packed I420), so that a picture is decoded and scaled only once. */
export class BackgroundCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The service's cache directory (systemd.exec(5), CacheDirectory=); undefined without one: then nothing is kept. */
  static ofService(env: NodeJS.ProcessEnv = process.env): BackgroundCache | undefined {
    const [folder] = env['CACHE_DIRECTORY']?.split(':') ?? [];
    return folder ? new BackgroundCache(join(folder, 'backgrounds')) : undefined;
  }

  /** A name for this state of a file at this size; a file that was changed has another. */
  key(path: string, { dev, ino, size, mtimeMs, ctimeMs }: Stats, width: number, height: number): string {
    const facts = [FORMAT, path, dev, ino, size, mtimeMs, ctimeMs, width, height];
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  }

  /** @returns undefined when it is not there or not whole */
  async read(key: string, bytes: number): Promise<Buffer | undefined> {
    const path = this.#path(key);
    try {
      const content = await readFile(path);
      if (content.length !== bytes) return undefined;
      const now = new Date();
      await utimes(path, now, now);
      return content;
    } catch {
      return undefined;
    }
  }

  /** Keeps a background. A full disk or a folder that cannot be written costs time at the next start, nothing else. */
  async write(key: string, content: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `.${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(temporary, content, { mode: 0o600 });
      await rename(temporary, this.#path(key));
      await this.#forgetOldest();
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #path(key: string): string {
    return join(this.#folder, key + SUFFIX);
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(SUFFIX));
    const entries = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    entries.sort((a, b) => b.used - a.used);
    for (const { name } of entries.slice(MAX_ENTRIES)) await rm(join(this.#folder, name), { force: true });
  }
}
