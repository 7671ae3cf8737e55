import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CameraMode, showClip } from '../camera.js';
import { figure } from '../figures.js';
import { endConsumer } from '../guest.js';
import { atLeast, knownPace, patient, undisturbed, within } from '../pace.js';
import { frameRate, longestGap, mean, quantile, shown } from '../records.js';
import { STREAM_SECONDS } from '../rounds.js';
import { call, properties, waitForState } from '../service.js';
import { assertComposed, assertNoRoom, BACKGROUND, stretch, underWay, watchFor } from './setting.js';

const RUNS: readonly { readonly mode: CameraMode; readonly seconds: number }[] = [
  { mode: { format: 'YUYV', width: 1280, height: 720 }, seconds: STREAM_SECONDS },
  { mode: { format: 'MJPG', width: 1280, height: 720 }, seconds: STREAM_SECONDS },
  { mode: { format: 'YUYV', width: 640, height: 480 }, seconds: 10 },
  { mode: { format: 'MJPG', width: 640, height: 480 }, seconds: 10 },
];

/** Longest start of the engine; the stretch that is measured begins after it. */
const WARM_UP = 5;

describe('a call with a background picture', () => {
  for (const { mode, seconds } of RUNS) {
    const size = `${mode.width}x${mode.height}`;
    const name = `${mode.format} ${size}`;
    test(
      `${name} at 30 frames per second for ${seconds} s`,
      patient(async () => {
        await endConsumer();
        await waitForState('idle');
        await call('SetBackground', 's', BACKGROUND);
        await call('SetMode', 's', 'replace');
        await showClip(mode);
        const slow = await knownPace();
        const warmUp = WARM_UP * slow;
        const consumer = await watchFor(`stream-${mode.format}-${size}`, warmUp + seconds, size);
        await waitForState('running');
        // In one call: a slow guest takes seconds for each, and the stream ends meanwhile.
        assert.deepEqual(await properties('CameraInUse', 'Consumers'), [true, 1]);
        const { frames } = await consumer.done;
        const from = underWay(frames, slow);
        const steady = stretch(name, frames, from, from + seconds * 1e6);

        assertNoRoom(frames, name);
        // The person moves as in the camera: nearly every frame is another one of the clip, in its order.
        const steps = steady.slice(1).map((frame, index) => {
          const before = steady[index]?.personFrame ?? 0;
          return Math.abs(frame.personFrame - before);
        });
        const still = steps.filter((step) => step === 0).length;
        within(still, steps.length * 0.1, `${still} of ${steps.length} frames repeat the one before`);
        const rate = frameRate(steady);
        atLeast(rate, 29.5, `${rate.toFixed(2)} frames per second`);
        // Where a picture is late the one before it is sent once more, and is none of the camera's.
        const others = (rate * (steps.length - still)) / steps.length;
        undisturbed(others <= 30.5, `${others.toFixed(2)} pictures per second`);
        const gap = longestGap(steady);
        within(gap.ms, 150, `a gap of ${gap.ms.toFixed(0)} ms`);
        // A busy machine may start the engine a moment after the stretch has begun; the card is safe, but late.
        undisturbed(
          steady.every((frame) => shown(frame) !== 'placeholder'),
          'a placeholder in the stretch',
        );
        assert.deepEqual([...new Set(steady.map(shown))], ['background']);

        const background = quantile(
          steady.map((frame) => frame.background),
          0.99,
        );
        const person = mean(steady.map((frame) => frame.person));
        const wrong = mean(steady.map((frame) => frame.personWrong));
        figure(
          `${name} pixels`,
          `background off by ${background.toFixed(2)} levels (99 %), person by ${person.toFixed(2)}, ${(wrong * 100).toFixed(2)} % of the person by more than 12`,
        );
        assert.ok(background <= 3, `the background is off by ${background.toFixed(2)} levels`);
        assert.ok(person <= 3, `the person is off by ${person.toFixed(2)} levels`);
        assert.ok(wrong <= 0.02, `${(wrong * 100).toFixed(1)} % of the person's pixels are somebody else's`);
        assertComposed(steady, name);
      }),
    );
  }
});
