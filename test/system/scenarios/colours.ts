import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type CameraFormat, showFrames } from '../camera.js';
import { figure } from '../figures.js';
import { guestTime, OUTPUT, sleep, startConsumer } from '../guest.js';
import { knownPace, patient, undisturbed } from '../pace.js';
import { KNOWN_COLOURS, patch, VIRTUAL } from '../pictures.js';
import { call, waitForState } from '../service.js';
import { type Rgb, toRgb } from '../yuyv.js';
import { virtualCamera } from './setting.js';

const TOLERANCE = 3;

/** The largest difference in any channel over the inner part of a patch, and the middle's colour. */
function compare(picture: Uint8Array, index: number, wanted: Rgb): { worst: number; middle: Rgb } {
  const { x, y, width, height } = patch(index, VIRTUAL);
  let worst = 0;
  let middle: Rgb = [0, 0, 0];
  for (let row = y + height * 0.15; row < y + height * 0.85; row += 5) {
    for (let column = x + width * 0.15; column < x + width * 0.85; column += 6) {
      const at = (Math.floor(row) * VIRTUAL.width + Math.floor(column / 2) * 2) * 2;
      const colour = toRgb(picture[at] ?? 0, picture[at + 1] ?? 0, picture[at + 3] ?? 0);
      colour.forEach((value, channel) => {
        worst = Math.max(worst, Math.abs(value - (wanted[channel] ?? 0)));
      });
      middle = colour;
    }
  }
  return { worst, middle };
}

describe('known colours survive passthrough', () => {
  for (const format of ['YUYV', 'MJPG'] satisfies CameraFormat[]) {
    test(
      format,
      patient(async () => {
        await showFrames(
          { format, width: VIRTUAL.width, height: VIRTUAL.height },
          `colours-${format.toLowerCase()}.frames`,
        );
        await waitForState('idle');
        const name = `colours-${format}`;
        // The application keeps one picture, long after the engine has started.
        const dumpAfter = 6 * (await knownPace());
        try {
          await call('SetMode', 's', 'passthrough');
          const consumer = await startConsumer({
            device: await virtualCamera(),
            seconds: 600,
            name,
            dumpAfter,
          });
          await waitForState('running');
          const running = await guestTime();
          await sleep((dumpAfter + 1) * 1000);
          const { summary } = await consumer.stop();
          const ahead = (summary.streamon - running) / 1e6 + dumpAfter;
          undisturbed(ahead > 1, `the picture was kept ${ahead.toFixed(1)} s after the engine had started`);
        } finally {
          await call('SetMode', 's', 'blur');
        }
        const picture = readFileSync(join(OUTPUT, `${name}.yuyv`));
        const wrong: string[] = [];
        Object.entries(KNOWN_COLOURS).forEach(([colour, wanted], index) => {
          const { worst, middle } = compare(picture, index, wanted);
          const line = `${colour} (${wanted.join(',')}) came out as ${middle.join(',')}, off by ${worst}`;
          figure(`${format} ${colour}`, line);
          if (worst > TOLERANCE) wrong.push(line);
        });
        assert.deepEqual(wrong, []);
      }),
    );
  }
});
