import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError } from './file-errors.js';

/**
 * An output file under a temporary name beside its final one, so that nobody ever finds half a file under the name
 * that they gave. Devices and pipes are written directly.
 */
export class PartialFile {
  private constructor(
    /** What the person named. */
    readonly target: string,
    /** What is written; it has the ending of `target`, which chooses formats. */
    readonly path: string,
  ) {}

  /** @throws BackscrubError InvalidArgs when the target is a directory or its directory is missing */
  static async create(target: string): Promise<PartialFile> {
    try {
      const there = await stat(target).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (there?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (there && !there.isFile()) return new PartialFile(target, target);
      await stat(dirname(target));
    } catch (error) {
      throw fileError(error, target, 'written');
    }
    const name = `.part-${randomBytes(4).toString('hex')}-${basename(target)}`;
    return new PartialFile(target, join(dirname(target), name));
  }

  /** Gives the complete file its name; an older file of that name is replaced. */
  async commit(): Promise<void> {
    if (this.path === this.target) return;
    try {
      await rename(this.path, this.target);
    } catch (error) {
      await this.discard();
      throw fileError(error, this.target, 'written');
    }
  }

  async discard(): Promise<void> {
    if (this.path !== this.target) await rm(this.path, { force: true });
  }
}
