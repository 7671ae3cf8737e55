import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const home = mkdtempSync(join(tmpdir(), 'backscrub-home-'));
after(() => rmSync(home, { recursive: true }));

test('running a model leaves no records of it behind', () => {
  const model = createRequire(import.meta.url).resolve(
    '@mediapipe/selfie_segmentation/selfie_segmentation.tflite',
  );
  const program = fileURLToPath(new URL('./check-main.js', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [program, model], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home },
  });
  assert.equal(status, 0);
  assert.match(stdout, /"milliseconds"/, 'the model has run');
  assert.deepEqual(readdirSync(home, { recursive: true }), []);
});
