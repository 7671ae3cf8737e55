import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CAMERA, showClip, stopCamera } from '../camera.js';
import { figure } from '../figures.js';
import { eventually, guest, hostCpuSeconds, OUTPUT, sleep } from '../guest.js';
import { knownPace, pace, patient, undisturbed, within } from '../pace.js';
import { delayUntil, quantile } from '../records.js';
import {
  call,
  cameraIsReleased,
  enginePid,
  openers,
  property,
  servicePid,
  waitForState,
} from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, LARGE, virtualCamera, watch, watchFor } from './setting.js';

const MEASURED_SECONDS = 20;
/** Part of a processor on a quiet host. */
const MOST_AT_REST = 0.003;

describe('nobody watches', () => {
  test(
    'the camera is closed, the engine is gone, the service rests',
    patient(async () => {
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await call('SetBackground', 's', BACKGROUND);
      await call('SetMode', 's', 'replace');
      const consumer = await watch('before-rest');
      await waitForState('running');
      assert.notDeepEqual(await openers(CAMERA), [], 'the kernel shows who has the camera open');
      const from = hostCpuSeconds();
      await sleep(2000);
      const busy = (hostCpuSeconds() - from) / 2;
      assert.ok(busy > 0.05, 'the measure sees work');
      await consumer.stop();
      await eventually(
        () => openers(CAMERA),
        (who) => who.length === 0,
        'somebody has the camera open',
      );
      await waitForState('idle');
      await eventually(enginePid, (pid) => pid === 0, 'the engine is still there');
      await cameraIsReleased();
      assert.equal(await property<number>('Consumers'), 0);

      // The books of the whole guest, as the host keeps them: the service cannot have taken more.
      const pid = await servicePid();
      await stopCamera();
      await sleep(3000);
      const before = hostCpuSeconds();
      await sleep(MEASURED_SECONDS * 1000);
      const share = (hostCpuSeconds() - before) / MEASURED_SECONDS;
      const memory = Number(await guest(`awk '/^VmRSS/ {print $2}' /proc/${pid}/status`)) / 1024;
      figure(
        'idle service',
        `the whole guest takes ${(share * 100).toFixed(2)} % CPU (${(busy * 100).toFixed(0)} % while it streams), the service ${memory.toFixed(1)} MB RSS`,
      );
      assert.ok(memory < 80, `${memory.toFixed(1)} MB RSS`);
      // The same few wake-ups take longer where the guest is slow.
      const limit = MOST_AT_REST * (await pace());
      within(share * 100, limit * 100, `${(share * 100).toFixed(2)} % CPU`);
    }),
  );

  test(
    'the first composed frame comes within a second of STREAMON, at the pace of the guest',
    patient(async () => {
      const delays: number[] = [];
      const limit = 1000 * (await pace());
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await call('SetBackground', 's', BACKGROUND);
      await call('SetMode', 's', 'replace');
      for (let round = 0; round < 3; round++) {
        await waitForState('idle');
        const { frames, summary } = await (await watchFor(`first-${round}`, 3 + limit / 1000)).done;
        assertNoRoom(frames, `start ${round}`);
        const first = (summary.first - summary.streamon) / 1000;
        const composed = delayUntil(frames, summary.streamon, isComposed);
        figure(
          'start of a call',
          `first frame after ${first.toFixed(0)} ms, first composed after ${composed?.toFixed(0)} ms`,
        );
        within(first, 1000, `the first frame came after ${first.toFixed(0)} ms`);
        delays.push(composed ?? Infinity);
      }
      figure('limit for the first composed frame', `${limit.toFixed(0)} ms at this guest's pace`);
      // The guest's pace is that of a quiet moment: one start of three may meet another one.
      within(
        quantile(delays, 0.5),
        limit,
        `composed after ${delays.map((ms) => ms.toFixed(0)).join(', ')} ms`,
      );
    }),
  );

  test(
    'an application that opens the device again at once finds the same engine',
    patient(async () => {
      await waitForState('idle');
      // Long enough for the engine to be there on a slow guest.
      const read = `consumer read ${await virtualCamera()} ${Math.ceil(2 * (await knownPace()))} >/dev/null`;
      const look = `pgrep -P ${await servicePid()} -f engine/main | head -n 1 >/mnt/output/flap-1`;
      const consumer = await watchFor('flap-2', 600, LARGE, `nice -n -20 ${read}; ${look}; sleep 0.5`);
      await waitForState('running');
      const second = await enginePid();
      const { frames } = await consumer.stop();
      assertNoRoom(frames, 'the second opening');
      const first = Number(readFileSync(join(OUTPUT, 'flap-1'), 'utf8'));
      assert.ok(first > 0, 'the engine is there when the application closes the device');
      // Two seconds are left for the application to come back.
      undisturbed(second === first, `engine ${second} after ${first}`);
    }),
  );
});
