// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what steers a terminal is tested here
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { FileJob, FileSummary } from '../engine/process-file.js';
import { BackscrubError } from '../shared/errors.js';
import { EXIT } from './failure.js';
import type { ProcessFile } from './process.js';
import { run } from './run.js';
import { Recorder } from './testing/recorder.js';

let directory: string;
let jobs: FileJob[];

const SUMMARY: FileSummary = {
  frames: 60,
  seconds: 2,
  statistics: {
    frames: 60,
    dropped: 0,
    reusedMattes: 0,
    framesPerSecond: 30,
    stages: { frame: { wallMedian: 6, wallP99: 9, cpuMedian: 7, cpuP99: 10 } },
    executionProvider: 'cpu',
  },
};

const writes: ProcessFile = async (job) => {
  jobs.push(job);
  writeFileSync(job.output, 'new');
  job.onProgress?.(30, 60);
  return SUMMARY;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'backscrubctl-'));
  jobs = [];
  writeFileSync(join(directory, 'in.y4m'), 'old');
});
afterEach(() => rmSync(directory, { recursive: true }));

async function ctl(
  argv: string,
  engine = writes,
  more: { interactive?: boolean; signal?: AbortSignal } = {},
) {
  const terminal = new Recorder(more.interactive ?? false);
  const status = await run(['process', ...argv.split(' ')], {
    terminal,
    env: {},
    directory,
    signal: more.signal ?? new AbortController().signal,
    loadEngine: async () => engine,
  });
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const content = (name: string) => readFileSync(join(directory, name), 'utf8');

test('writes the output, and the summary without a progress bar when nobody looks', async () => {
  assert.deepEqual(await ctl('in.y4m out.mp4'), {
    status: EXIT.ok,
    stdout:
      'Wrote out.mp4: 60 frames in 2.0 s (30.0 fps)\n\n' +
      'ms per frame  wall  99 %   CPU   99 %\n' +
      'frame         6.00  9.00  7.00  10.00\n',
    stderr: '',
  });
  assert.equal(content('out.mp4'), 'new');
  assert.equal(jobs[0]?.input, join(directory, 'in.y4m'));
  assert.equal(jobs[0]?.output, join(directory, 'out.mp4'));
  assert.equal(jobs[0]?.model, 'selfie_segmentation');
});

test('draws progress on a terminal and takes it away at the end', async () => {
  const { stderr } = await ctl('in.y4m out.mp4', writes, { interactive: true });
  assert.match(stderr, /^\r\[#{12}-{12}\] {2}50 % {2}30\/60 .*\u001b\[K\r\u001b\[K$/);
});

test('--json', async () => {
  assert.deepEqual(JSON.parse((await ctl('--json in.y4m out.y4m')).stdout), {
    input: join(directory, 'in.y4m'),
    output: join(directory, 'out.y4m'),
    frames: 60,
    seconds: 2,
    framesPerSecond: 30,
    statistics: SUMMARY.statistics,
  });
});

const LOOKS: readonly (readonly [string, object])[] = [
  ['', { mode: 'blur', background: 'color:#2e3436', blurStrength: 50, effects: [] }],
  ['-m mask --blur 9 ', { mode: 'mask', background: 'color:#2e3436', blurStrength: 9, effects: [] }],
  ['-b color:#112233 ', { mode: 'replace', background: 'color:#112233', blurStrength: 50, effects: [] }],
  [
    '-b color:#112233 -m blur --effects vignette,hologram ',
    { mode: 'blur', background: 'color:#112233', blurStrength: 50, effects: ['vignette', 'hologram'] },
  ],
];
for (const [options, look] of LOOKS) {
  test(`the look of: process ${options}in out`, async () => {
    await ctl(`${options}in.y4m out.y4m`);
    assert.deepEqual(jobs[0]?.look, look);
  });
}

test('a background file becomes absolute', async () => {
  await ctl('-b sea.jpg in.y4m out.y4m');
  assert.equal(jobs[0]?.look.background, join(directory, 'sea.jpg'));
});

test('does not overwrite', async () => {
  writeFileSync(join(directory, 'there.mp4'), 'precious');
  const { status, stdout, stderr } = await ctl('in.y4m there.mp4');
  assert.equal(status, EXIT.failed);
  assert.equal(stdout, '');
  // Long paths of temporary directories are broken into lines.
  assert.match(stderr.replaceAll(/\s+/g, ' '), /there\.mp4 exists already\. Overwrite it with --force\./);
  assert.equal(jobs.length, 0);
  assert.equal(content('there.mp4'), 'precious');
});

test('a scene is no file', async () => {
  assert.equal((await ctl('scene:640x360:2 out.y4m')).status, EXIT.ok);
  assert.equal(jobs[0]?.input, 'scene:640x360:2');
});

test('--force overwrites', async () => {
  writeFileSync(join(directory, 'there.mp4'), 'old');
  assert.equal((await ctl('-f in.y4m there.mp4')).status, EXIT.ok);
  assert.equal(content('there.mp4'), 'new');
});

test("the engine's own words, without a stack", async () => {
  const fails: ProcessFile = async (job) => {
    job.onProgress?.(30, 60);
    throw new BackscrubError('Failed', 'The disk is full.');
  };
  assert.deepEqual(await ctl('in.y4m out.mp4', fails), {
    status: EXIT.failed,
    stdout: '',
    stderr: 'backscrubctl: The disk is full.\n',
  });
});

test('a defect shows its place', async () => {
  const breaks: ProcessFile = async () => {
    throw new TypeError('undefined is not a matte');
  };
  const { status, stderr } = await ctl('in.y4m out.mp4', breaks);
  assert.equal(status, EXIT.failed);
  assert.match(stderr, /^backscrubctl: undefined is not a matte\n.*TypeError: .*process\.test/s);
});

test('Ctrl-C says that nothing was written', async () => {
  const controller = new AbortController();
  const stopped: ProcessFile = async (_job, signal) => {
    controller.abort();
    signal?.throwIfAborted();
    return SUMMARY;
  };
  assert.deepEqual(await ctl('in.y4m out.mp4', stopped, { signal: controller.signal }), {
    status: EXIT.interrupted,
    stdout: '',
    stderr: 'backscrubctl: Interrupted; out.mp4 was not written.\n',
  });
});

test('a device or pipe needs no --force', async () => {
  assert.equal((await ctl('in.y4m /dev/null')).status, EXIT.ok);
  assert.equal(jobs[0]?.output, '/dev/null');
});
