/** settings.json in the service's state directory (systemd.exec(5), StateDirectory=). */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../shared/log.js';
import { readOwnFileSync, replaceOwnFile } from '../../shared/own-file.js';
import { formatSettings, NEW_DOCUMENT, parseSettings, type SettingsDocument } from './document.js';

const NAME = 'settings.json';
/** What is longer is damaged (document.ts); it is not read to see how. */
const MAX_BYTES = 256 * 1024;

export class SettingsFile {
  readonly #path: string;
  readonly #log: Log;

  /** @param folder the state directory */
  constructor(folder: string, log: Log) {
    this.#path = join(folder, NAME);
    this.#log = log;
  }

  /** Below the state directory that systemd names; undefined when there is none, as in a checkout. */
  static ofService(env: NodeJS.ProcessEnv, log: Log): SettingsFile | undefined {
    const [folder] = env['STATE_DIRECTORY']?.split(':') ?? [];
    return folder ? new SettingsFile(folder, log) : undefined;
  }

  /** What is in the file, or what a new installation has. One that cannot be used is set aside. */
  read(): SettingsDocument {
    try {
      const document = parseSettings(readOwnFileSync(this.#path, MAX_BYTES).toString('utf8'));
      for (const problem of document.problems) {
        this.#log('warning', `${this.#path}: ${problem} The value of a new installation is used.`);
      }
      return document;
    } catch (error) {
      if (!isMissing(error)) this.#setAside(error);
      return NEW_DOCUMENT;
    }
  }

  /**
   * Readers see the old content or the new one, whole, also after a power cut.
   * @throws Error of the file system, for example for a full disk; the old file stays
   */
  async write(document: SettingsDocument): Promise<void> {
    await replaceOwnFile(this.#path, formatSettings(document), true);
  }

  #setAside(error: unknown): void {
    const aside = `${this.#path}.damaged-${new Date().toISOString().replace(/[:.]/g, '')}`;
    const reason = error instanceof Error ? error.message : String(error);
    try {
      renameSync(this.#path, aside);
      this.#log(
        'warning',
        `${this.#path} cannot be used (${reason}): set aside as ${aside}; all settings are those of a new installation`,
      );
    } catch (failure) {
      const text = failure instanceof Error ? failure.message : String(failure);
      this.#log('warning', `${this.#path} cannot be used (${reason}) nor set aside (${text})`);
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
