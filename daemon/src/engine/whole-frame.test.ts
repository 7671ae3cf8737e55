/** Each frame of a canvas is what the same frame is when it is composed whole, whatever was shown before. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { ffmpeg, noFfmpeg } from './testing/files.js';
import { storeLoop } from './testing/store-loop.js';

const STEPS = Number(process.env['BACKSCRUB_CANVAS_FUZZ_COUNT'] ?? 300);
const SEED = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 1);
/** Fresh ones, since some faults show in the first pictures of a process only. */
const PROCESSES = 6;
const MAIN = fileURLToPath(new URL('./testing/whole-frame-main.js', import.meta.url));

describe('a canvas', { skip: noFfmpeg() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'backscrub-whole-'));
  process.env['STATE_DIRECTORY'] = join(folder, 'state');
  const backgrounds = ['color:#204a87', 'color:#2e3436', 'gradient:#204a87-#729fcf@30'];
  backgrounds.push('builtin:hills', 'builtin:slow-light');

  before(async () => {
    const file = (name: string): string => join(folder, name);
    const source = ['-f', 'lavfi', '-i', 'testsrc=rate=10:duration=1'];
    ffmpeg(...source, file('a.gif'));
    // Loops at the sizes of the frames and at another one.
    for (const [index, size] of ['192x96', '130x98', '194x70', '160x120'].entries()) {
      ffmpeg(...source, '-s', size, '-c:v', 'mpeg4', file(`${size}.mp4`));
      const id = `${index}`.repeat(32);
      await storeLoop(id, file(`${size}.mp4`));
      backgrounds.push(id);
    }
    await sharp({ create: { width: 400, height: 300, channels: 3, background: '#3366cc' } }).toFile(
      file('a.jpg'),
    );
    backgrounds.push(file('a.gif'), file('a.jpg'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it(`holds what was asked for, in ${STEPS} random steps from seed ${SEED} on`, async () => {
    for (let i = 0; i < PROCESSES; i++) {
      const args = [MAIN, String(SEED + i), String(Math.ceil(STEPS / PROCESSES)), ...backgrounds];
      await assert.doesNotReject(promisify(execFile)(process.execPath, args));
    }
  });
});
