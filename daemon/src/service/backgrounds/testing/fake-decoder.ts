/** A decoder that takes everything for a small still, or does as it is told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportAnswer } from '../../../shared/import-work.js';
import type { MediaDecoder } from '../media-child.js';
import { smallPng } from './png.js';

export const PNG = smallPng(16, 9);

export class FakeDecoder implements MediaDecoder {
  imports = 0;
  thumbnails = 0;
  /** Called in place of writing the picture. */
  instead: ((folder: string) => void) | undefined;
  /** What is waited for before anything is decoded. */
  gate: Promise<void> = Promise.resolve();

  async importFile(folder: string, focus: readonly [number, number]): Promise<ImportAnswer> {
    this.imports++;
    await this.gate;
    const input = readFileSync(join(folder, 'input'));
    if (this.instead) this.instead(folder);
    else {
      writeFileSync(join(folder, 'picture'), Buffer.concat([Buffer.from('picture of '), input]));
      writeFileSync(join(folder, 'thumbnail'), PNG);
    }
    return { kind: 'still', format: 'png', width: 640, height: 360, frames: 1, duration: 0, focus };
  }

  async makeThumbnail(folder: string): Promise<void> {
    this.thumbnails++;
    await this.gate;
    if (this.instead) this.instead(folder);
    else writeFileSync(join(folder, 'thumbnail'), PNG);
  }
}
