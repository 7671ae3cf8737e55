import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepNewest } from './keep-newest.js';
import { entriesIn, readOwnFile } from './own-file.js';

const DIGEST_BYTES = 32;
/** Bytes of one file: a prepared picture of the largest size, or the largest model. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Names of a folder: more are not ours. */
const MAX_NAMES = 4096;
/** A folder that is being removed. */
const REMOVED = '.removed-';

/**
 * A few files that save work at the next start. All may be lost at any time: what cannot be read or written costs time and
 * nothing else, and what is damaged is not used.
 */
export class CacheFolder {
  /** With those of all subjects. */
  readonly #whole: string;
  readonly #folder: string;
  readonly #entries: number;

  /** @param entries how many are kept; the one that was not used for longest goes first */
  constructor(folder: string, entries: number, subject?: string) {
    this.#whole = folder;
    this.#folder = subject === undefined ? folder : join(folder, subject);
    this.#entries = entries;
  }

  /**
   * What is derived of one subject, for example of an imported picture. It lies in a folder of its own, which only `admit` makes:
   * once the subject is forgotten, nobody can write there any more, however late.
   * @param subject a name that can be one of a folder
   */
  of(subject: string): CacheFolder {
    return new CacheFolder(this.#whole, this.#entries, subject);
  }

  /** What is derived of this subject may be kept from now on. @throws Error of the file system */
  async admit(subject: string): Promise<void> {
    await mkdir(join(this.#whole, subject), { recursive: true, mode: 0o700 });
  }

  /** Nothing that was derived of this subject is left when this returns. @throws Error of the file system */
  async forget(subject: string): Promise<void> {
    const aside = join(this.#whole, `${REMOVED}${randomBytes(8).toString('hex')}`);
    try {
      // At once, and for whoever is about to write there as well.
      await rename(join(this.#whole, subject), aside);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await rm(aside, { recursive: true });
  }

  /**
   * Forgets all subjects but these, also those whose removal was cut off.
   * @throws WrongFile when more lies there than is ours, and Error of the file system: something may be left
   */
  async retain(subjects: ReadonlySet<string>): Promise<void> {
    const entries = await entriesIn(this.#whole, MAX_NAMES).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const entry of entries) {
      if (entry.isDirectory() && !subjects.has(entry.name)) await this.forget(entry.name);
    }
  }

  /** Below the service's cache directory (systemd.exec(5), CacheDirectory=); undefined outside the service. */
  static ofService(
    name: string,
    entries: number,
    env: NodeJS.ProcessEnv = process.env,
  ): CacheFolder | undefined {
    const [folder] = env['CACHE_DIRECTORY']?.split(':') ?? [];
    return folder ? new CacheFolder(join(folder, name), entries) : undefined;
  }

  /** A file name for facts; they have to name everything that the content was made from. */
  static key(facts: readonly unknown[]): string {
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  }

  /** @param most bytes; what is larger is not used */
  async read(key: string, most = MAX_BYTES): Promise<Buffer | undefined> {
    const path = join(this.#folder, key);
    try {
      const whole = await readOwnFile(path, most + DIGEST_BYTES);
      const content = whole.subarray(DIGEST_BYTES);
      if (!digest(content).equals(whole.subarray(0, DIGEST_BYTES))) return undefined;
      const now = new Date();
      await utimes(path, now, now);
      return content;
    } catch {
      return undefined;
    }
  }

  /**
   * A path in this folder that nobody else uses. What an ended process leaves there is removed after an hour.
   * @throws Error of the file system
   */
  async temporary(): Promise<string> {
    if (this.#folder === this.#whole) await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return join(this.#folder, `.${randomBytes(8).toString('hex')}`);
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    let temporary: string | undefined;
    try {
      temporary = await this.temporary();
      await writeFile(temporary, Buffer.concat([digest(content), content]), { mode: 0o600, flag: 'wx' });
      await rename(temporary, join(this.#folder, key));
      await keepNewest(this.#whole, this.#entries);
    } catch {
      if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
