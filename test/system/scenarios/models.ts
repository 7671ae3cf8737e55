import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, guest, sleep, timed } from '../guest.js';
import { pace, patient, undisturbed, within } from '../pace.js';
import { between, type FrameRecord, frameRate, longestGap, settledAfter, shown } from '../records.js';
import { call, callCommand, property, quote, refused, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, STRICT_MS, watch } from './setting.js';

/** run.sh shows the guest the models that are not shipped here, where the host has them. */
const BROUGHT = '/mnt/models';
const DEFAULT = 'selfie_segmentation';
/** No stalled stream, says the issue: six frames. */
const LONGEST_GAP_MS = 200;
/** How long each model is at work. */
const STRETCH_MS = 3000;
/** Of the whole room, in levels, and of its edges: what passthrough would show, which is more than a poor matte. */
const SAME_ROOM = 6;
const ROOM_EDGES = 0.5;

/** A frame of the camera, instead of one in which a network takes a shelf for a person. */
function isRaw(frame: FrameRecord): boolean {
  return frame.room < SAME_ROOM || frame.visible > ROOM_EDGES;
}

/** What ListModels says, names and sources of those that can be used. */
async function usable(): Promise<{ readonly name: string; readonly source: string }[]> {
  const json = await guest(`busctl --json=short call org.backscrub /org/backscrub org.backscrub ListModels`);
  const { data } = JSON.parse(json) as { data: [Record<string, { data: unknown }>[]] };
  return data[0]
    .filter((row) => row['usable']?.data === true)
    .map((row) => ({ name: String(row['name']?.data), source: String(row['source']?.data) }));
}

/** Adds the files that were brought, as an administrator does; gives the models' names. */
async function addBrought(): Promise<string[]> {
  const files = (await attempt(`ls ${BROUGHT}/*.tflite`)).stdout.split('\n').filter((line) => line !== '');
  const added: string[] = [];
  for (const file of files) {
    const { status, stdout, stderr } = await attempt(
      `umask 077; backscrubctl model add --replace --json ${quote(file)}`,
    );
    // One of the five is the default model under another name.
    if (status !== 0 && /is\s+the\s+built-in\s+model/.test(stderr)) continue;
    assert.equal(status, 0, `${file}: ${stderr}`);
    added.push((JSON.parse(stdout) as { name: string }).name);
  }
  return added;
}

describe('models', () => {
  let added: string[] = [];

  before(async () => {
    added = await addBrought();
  });
  after(async () => {
    await attempt(callCommand('SetModel', 's', DEFAULT));
    for (const name of added)
      await attempt(`rm -f /var/lib/backscrub/models/${name}.tflite /var/lib/backscrub/models/${name}.json`);
  });

  test("what root has added is the service's to use, whatever root's umask is", async () => {
    const names = (await usable()).map(({ name }) => name);
    for (const name of [DEFAULT, ...added])
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`);
    figure('models', `${names.length}, ${added.length} of them brought`);
    // Idle: a probe answers. It runs in the unit's sandbox, as what it starts does.
    await waitForState('idle', 'stopped');
    for (const name of names) {
      const change = await timed(callCommand('SetModel', 's', name));
      figure(`SetModel ${name}, idle`, `${((change.to - change.from) / 1000).toFixed(0)} ms`);
      assert.equal(await property('Model'), name);
    }
    await call('SetModel', 's', DEFAULT);
  });

  test('a file that nobody has checked is run in the sandbox, and refused for what it is', async () => {
    const folder = '/var/lib/backscrub/models';
    // One byte more, which no reader looks at: now its contents are not known.
    await guest(`mkdir -p ${folder} && chmod 755 ${folder} &&
      cp /usr/lib/backscrub/node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite ${folder}/copy.tflite &&
      printf x >> ${folder}/copy.tflite && chmod 644 ${folder}/copy.tflite`);
    const manifest = {
      input: { width: 256, height: 256, layout: 'NHWC' },
      output: { kind: 'probability' },
    };
    const write = (json: object) =>
      guest(
        `printf %s ${quote(JSON.stringify(json))} > ${folder}/copy.json && chmod 644 ${folder}/copy.json`,
      );
    try {
      await write(manifest);
      const change = await timed(callCommand('SetModel', 's', 'copy'));
      figure('SetModel of an unchecked file, idle', `${((change.to - change.from) / 1000).toFixed(0)} ms`);
      assert.equal(await property('Model'), 'copy');
      await write({ ...manifest, input: { ...manifest.input, width: 128 } });
      await call('SetModel', 's', DEFAULT);
      assert.match(await refused('SetModel', 's', 'copy'), /its manifest says/);
      assert.equal(await property('Model'), DEFAULT);
    } finally {
      await attempt(callCommand('SetModel', 's', DEFAULT));
      await attempt(`rm -f ${folder}/copy.tflite ${folder}/copy.json`);
    }
  });

  test(
    'changing through all of them leaves no gap and shows no raw frame',
    patient(async () => {
      const models = await usable();
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await call('SetBackground', 's', BACKGROUND);
      await call('SetMode', 's', 'replace');
      const round = [...models.filter(({ name }) => name !== DEFAULT), { name: DEFAULT, source: 'built-in' }];
      const consumer = await watch('models');
      await waitForState('running');
      await sleep(1500);
      const changes: { name: string; source: string; from: number; to: number }[] = [];
      for (const model of round) {
        const { from, to } = await timed(callCommand('SetModel', 's', model.name));
        assert.equal(await property('Model'), model.name);
        changes.push({ ...model, from, to });
        await sleep(STRETCH_MS);
      }
      const { frames, summary } = await consumer.stop();
      assert.equal(summary.silentSeconds, 0);
      const slow = await pace();
      for (const { name, source, from, to } of changes) {
        const around = between(frames, from - 2e5, to + STRETCH_MS * 1e3);
        const steady = between(frames, to + 5e5, to + STRETCH_MS * 1e3);
        const gap = longestGap(around).ms;
        const whole = settledAfter(frames, to, to + STRETCH_MS * 1e3, isComposed);
        const leaking = Math.max(0, ...around.map((frame) => frame.leaking));
        figure(
          `SetModel ${name}, running`,
          `answered after ${((to - from) / 1000).toFixed(0)} ms, longest gap ${gap.toFixed(0)} ms, then ${frameRate(steady).toFixed(1)} frames per second, the person whole after ${whole?.toFixed(0) ?? `more than ${STRETCH_MS}`} ms, room in ${leaking} tiles at most`,
        );
        assert.equal(around.filter(isRaw).length, 0, `${name} showed the raw room`);
        undisturbed(steady.length > 10, `${steady.length} frames with ${name}`);
        // A guest that stands still for a second makes the camera look silent.
        undisturbed(
          around.every((frame) => shown(frame) !== 'placeholder'),
          `${name} showed the placeholder`,
        );
        if (source === 'built-in') {
          assertNoRoom(around, name);
          assert.deepEqual([...new Set(steady.map(shown))], ['background']);
          undisturbed(whole !== undefined, `${name}: the person is not whole after ${STRETCH_MS} ms`);
          within(
            whole ?? Infinity,
            STRICT_MS * slow,
            `${name}: the person is whole after ${whole?.toFixed(0)} ms`,
          );
        }
        within(gap, LONGEST_GAP_MS, `${name} left a gap of ${gap.toFixed(0)} ms`);
      }
    }),
  );
});
