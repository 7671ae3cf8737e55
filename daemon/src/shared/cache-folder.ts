import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DIGEST_BYTES = 32;

/**
 * A few files that save work at the next start. All may be lost at any time: what cannot be read or written costs time and
 * nothing else, and what is damaged is not used.
 */
export class CacheFolder {
  readonly #folder: string;
  readonly #entries: number;

  /** @param entries how many are kept; the one that was not used for longest goes first */
  constructor(folder: string, entries: number) {
    this.#folder = folder;
    this.#entries = entries;
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

  async read(key: string): Promise<Buffer | undefined> {
    const path = join(this.#folder, key);
    try {
      const whole = await readFile(path);
      const content = whole.subarray(DIGEST_BYTES);
      if (!digest(content).equals(whole.subarray(0, DIGEST_BYTES))) return undefined;
      const now = new Date();
      await utimes(path, now, now);
      return content;
    } catch {
      return undefined;
    }
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `.${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(temporary, Buffer.concat([digest(content), content]), { mode: 0o600 });
      await rename(temporary, join(this.#folder, key));
      await this.#forgetOldest();
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith('.'));
    const files = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    files.sort((a, b) => b.used - a.used);
    for (const { name } of files.slice(this.#entries)) await rm(join(this.#folder, name), { force: true });
  }
}

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
