import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { guest, sleep, timed } from '../guest.js';
import { atLeast, pace, patient, undisturbed, within } from '../pace.js';
import {
  between,
  delayUntil,
  type FrameRecord,
  frameRate,
  longestGap,
  mean,
  settledAfter,
  shown,
  showsRoom,
} from '../records.js';
import { call, callCommand, enginePid, property, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, stretch, watch } from './setting.js';

/** The room without its edges: its light is there, nothing in it can be read. */
function isBlurred(frame: FrameRecord): boolean {
  return shown(frame) === 'other' && frame.person < 8 && frame.visible < 0.35 && frame.room < 40;
}

/** Black where the person never is. */
function isMatte(frame: FrameRecord): boolean {
  return frame.luma < 20 && frame.background > 15;
}

/** Until a change shows, on a quiet host. */
const CHANGE_MS = 500;
/** Four frames: the guest's one CPU makes the change beside the frames. */
const LONGEST_GAP_MS = 150;

interface Step {
  readonly what: string;
  readonly command: string;
  readonly is: (frame: FrameRecord) => boolean;
}

const STEPS: readonly Step[] = [
  { what: 'blur', command: callCommand('SetMode', 's', 'blur'), is: isBlurred },
  { what: 'mask', command: callCommand('SetMode', 's', 'mask'), is: isMatte },
  { what: 'replace', command: callCommand('SetMode', 's', 'replace'), is: isComposed },
  {
    what: 'a colour',
    command: callCommand('SetBackground', 's', 'color:#000000'),
    is: (frame) => frame.luma < 20 && frame.person < 8,
  },
  { what: 'the picture again', command: callCommand('SetBackground', 's', BACKGROUND), is: isComposed },
];

describe('steering a running call', () => {
  test(
    'a change shows within 0.5 s and leaves no gap',
    patient(async () => {
      const limit = CHANGE_MS * (await pace());
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await call('SetBackground', 's', BACKGROUND);
      await call('SetMode', 's', 'replace');
      const consumer = await watch('modes');
      await waitForState('running');
      await sleep(1500);
      const changes: (Step & { readonly from: number; readonly to: number })[] = [];
      for (const step of STEPS) {
        changes.push({ ...step, ...(await timed(step.command)) });
        await sleep(2500);
      }
      const { frames } = await consumer.stop();
      assertNoRoom(frames, 'the mode changes');
      changes.forEach((change, index) => {
        const until = changes[index + 1]?.from ?? change.to + 2e6;
        const delay = settledAfter(frames, change.from, until, change.is);
        const around = between(frames, change.from - 2e5, change.to + 1e6);
        const gap = longestGap(around).ms;
        figure(
          `change to ${change.what}`,
          `${delay?.toFixed(0)} ms after the call began, answered after ${((change.to - change.from) / 1000).toFixed(0)} ms, longest gap ${gap.toFixed(0)} ms`,
        );
        assert.ok(delay !== undefined, `${change.what} never showed: ${JSON.stringify(around.at(-1))}`);
        within(delay, limit, `${change.what} showed after ${delay.toFixed(0)} ms`);
        within(gap, LONGEST_GAP_MS, `${change.what} left a gap of ${gap.toFixed(0)} ms`);
      });
    }),
  );

  test(
    'killing the engine shows the placeholder at once, then the person again, in the same stream',
    patient(async () => {
      const limit = 50 * (await pace());
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await call('SetBackground', 's', BACKGROUND);
      await call('SetMode', 's', 'replace');
      const consumer = await watch('kill');
      await waitForState('running');
      const kills: number[] = [];
      for (let round = 0; round < 3; round++) {
        await sleep(2000 + round * 7);
        const pid = await enginePid();
        assert.ok(pid > 0, 'an engine runs');
        kills.push(Number(await guest(`consumer kill ${pid}`)));
        await waitForState('running');
      }
      await sleep(4000);
      const { summary, frames } = await consumer.stop();
      assertNoRoom(frames, 'the kills');
      assert.equal(summary.silentSeconds, 0);
      for (const time of kills) {
        const placeholder = delayUntil(frames, time, (frame) => shown(frame) === 'placeholder');
        const again = delayUntil(frames, time + 1e5, isComposed);
        const gap = longestGap(between(frames, time - 1e5, time + 5e6)).ms;
        figure(
          'SIGKILL of the engine',
          `placeholder after ${placeholder?.toFixed(0)} ms, person again after ${again === undefined ? '?' : (again + 100).toFixed(0)} ms, longest gap ${gap.toFixed(0)} ms`,
        );
        assert.ok(placeholder !== undefined, 'the placeholder was shown');
        within(placeholder, limit, `the placeholder came after ${placeholder} ms`);
        undisturbed(again !== undefined && again < 10_000, 'the person came back');
        within(gap, 500, `a gap of ${gap.toFixed(0)} ms`);
      }
      const statistics = await property<Record<string, { data: unknown }>>('Statistics');
      assert.ok(
        Number(statistics['engine-failures']?.data) >= kills.length,
        'the statistics count the failures',
      );
    }),
  );

  test(
    'Stop shows the placeholder, Start the person, in the same stream',
    patient(async () => {
      const slow = await pace();
      const consumer = await watch('stop');
      await waitForState('running');
      await sleep(1500);
      const stop = await timed(callCommand('Stop'));
      assert.equal(await property('State'), 'stopped');
      assert.equal(await property<boolean>('CameraInUse'), false);
      await sleep(2000);
      const start = await timed(callCommand('Start'));
      await waitForState('running');
      await sleep(2000);
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'Stop and Start');
      assert.equal(summary.silentSeconds, 0);
      const stopped = between(frames, stop.to + 5e4, start.from);
      assert.deepEqual([...new Set(stopped.map(shown))], ['placeholder']);
      const placeholder = settledAfter(
        frames,
        stop.from,
        start.from,
        (frame) => shown(frame) === 'placeholder',
      );
      const person = delayUntil(frames, start.from, isComposed);
      figure(
        'Stop and Start',
        `placeholder ${placeholder?.toFixed(0)} ms after Stop began, person ${person?.toFixed(0)} ms after Start began, longest gap ${longestGap(frames).ms.toFixed(0)} ms`,
      );
      assert.ok(placeholder !== undefined && person !== undefined);
      within(placeholder, CHANGE_MS * slow, `the placeholder came after ${placeholder} ms`);
      within(person, 3000 * slow, `the person came after ${person} ms`);
    }),
  );

  test(
    'passthrough, and nothing else, shows the room: the judge is awake',
    patient(async () => {
      const limit = CHANGE_MS * (await pace());
      const consumer = await watch('passthrough');
      await waitForState('running');
      await sleep(1500);
      const open = await timed(callCommand('SetMode', 's', 'passthrough'));
      await sleep(2000);
      const shut = await timed(callCommand('SetMode', 's', 'replace'));
      await sleep(3000);
      const { frames } = await consumer.stop();
      assertNoRoom(between(frames, 0, open.from), 'before passthrough');
      const bare = stretch('passthrough', frames, open.to + 1e5, shut.from);
      undisturbed(bare.length > 30, `${bare.length} frames of passthrough`);
      assert.ok(bare.every(showsRoom), 'every frame of passthrough is found to show the room');
      assert.ok(mean(bare.map((frame) => frame.visible)) > 0.95);
      assert.ok(mean(bare.map((frame) => frame.room)) < 2);
      const rate = frameRate(bare);
      atLeast(rate, 28, `${rate.toFixed(1)} frames per second`);
      within(rate, 32, `${rate.toFixed(1)} frames per second`);
      const hidden = settledAfter(frames, shut.from, Infinity, (frame) => !showsRoom(frame));
      figure('room hidden again', `${hidden?.toFixed(0)} ms after SetMode replace began`);
      assert.ok(hidden !== undefined);
      assertNoRoom(between(frames, shut.to + 1e5), 'after passthrough');
      within(hidden, limit, `the room was hidden after ${hidden} ms`);
    }),
  );
});
