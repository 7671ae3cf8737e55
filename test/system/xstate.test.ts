import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The sources, from the compiled test's place. */
const BED = fileURLToPath(new URL('../../system/bed/', import.meta.url));
/** What xstate-trial.c answers. */
const TAKEN = 0;
const REFUSED = 1;
const CANNOT_TELL = 77;

const folder = mkdtempSync(join(tmpdir(), 'backscrub-xstate-'));
const trial = join(folder, 'trial');
const preload = join(folder, 'xstate.so');

function compile(...words: string[]): void {
  const { status, stderr } = spawnSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', ...words], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

function run(environment: NodeJS.ProcessEnv): number | null {
  return spawnSync(trial, { env: { ...process.env, ...environment } }).status;
}

before(() => {
  if (process.arch !== 'x64') return;
  compile('-o', trial, join(BED, 'xstate-trial.c'));
  compile('-shared', '-fPIC', '-o', preload, join(BED, 'xstate.c'));
});
after(() => {
  rmSync(folder, { recursive: true });
});

test('the kernel takes a short area of extended registers with the preloaded library, and not without', (context) => {
  const alone = process.arch === 'x64' ? run({}) : CANNOT_TELL;
  if (alone === CANNOT_TELL) {
    context.skip('no x86 processor with XSAVE, or no ptrace: nothing here could run User-Mode Linux');
    return;
  }
  // A kernel that takes it has no need of the library; it must do no harm there either.
  assert.ok(alone === REFUSED || alone === TAKEN, `the trial ended with ${alone}`);
  assert.equal(run({ LD_PRELOAD: preload }), TAKEN);
});
