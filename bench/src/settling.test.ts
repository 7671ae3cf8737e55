/** What users would see on clips with a true alpha plane when something changes in mid-call. Those clips are not in the tree. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { devItems, sharedFolder } from './media.js';
import { drawClip, loadClip, runsOf, settle } from './settling-runs.js';

const shared = sharedFolder();
const manifest = join(shared, 'media/dev/manifest.json');
const skip = existsSync(manifest) ? false : `${manifest} is not there`;
if (skip) console.log(`skipped: ${skip}`);

const CHANGES = ['flip', 'upside down', 'other camera', 'model back'];

test('after a change no more of the room is shown at first than later', { skip }, async (suite) => {
  // The one with the fastest arms: it leaks most.
  const item = (await devItems(shared)).find(
    ({ file, fps }) => fps !== undefined && file.includes('gestures'),
  );
  assert.ok(item);
  const clip = await loadClip(shared, item);
  const runs = runsOf(clip, await drawClip(clip.width, clip.height, 30));
  for (const change of CHANGES) {
    await suite.test(change, async () => {
      const [run] = runs.get(change) ?? [];
      assert.ok(run);
      const { first, rest } = await settle(run);
      assert.ok(first.shown <= rest.shown, `shown: ${first.shown} at first, ${rest.shown} later`);
      assert.ok(first.leak <= rest.leak, `leak: ${first.leak} at first, ${rest.leak} later`);
      assert.ok(rest.leak < 1, `leak later: ${rest.leak}`);
    });
  }
});
