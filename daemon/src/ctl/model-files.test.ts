import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { AddOptions, CheckOptions, ModelFolders, ModelReport } from '../models/catalogue.js';
import { BackscrubError } from '../shared/errors.js';
import { EXIT } from './failure.js';
import type { Catalogue } from './model-files.js';
import { modelOf } from './process.js';
import { run } from './run.js';
import { Recorder } from './testing/recorder.js';

const REPORT: ModelReport = {
  name: 'mine',
  path: '/some/where/mine.onnx',
  format: 'onnx',
  bytes: 1_234_567,
  sha256: 'ab'.repeat(32),
  licence: '',
  inputShape: [1, 3, 144, 256],
  outputShape: [1, 1, 144, 256],
  output: 'probability',
  crop: 'follow',
  operators: [
    { name: 'Conv', count: 12 },
    { name: 'Relu', count: 3 },
  ],
  macs: 62_500_000,
  milliseconds: 1.5,
  range: [0, 0.25],
  executionProvider: 'cpu',
  problems: [],
};

const folder = mkdtempSync(join(tmpdir(), 'backscrubctl-models-'));
after(() => rmSync(folder, { recursive: true }));

let asked: unknown[];
let report: ModelReport;
beforeEach(() => {
  asked = [];
  report = REPORT;
});

async function ctl(argv: readonly string[], user = folder) {
  const catalogue: Catalogue = {
    defaultFolders: () => ({ system: '/usr/share/models', user }),
    checkModel: async (file: string, options?: CheckOptions) => {
      asked.push(['check', file, options]);
      return report;
    },
    addModel: async (file: string, folders?: ModelFolders, options?: AddOptions) => {
      asked.push(['add', file, folders?.user, options]);
      if (file.endsWith('bad.onnx')) throw new BackscrubError('BadModel', 'It is torn.');
      return {
        name: 'mine',
        title: '',
        licence: '',
        source: 'user',
        path: join(user, 'mine.onnx'),
        input: { width: 256, height: 144 },
        output: 'probability',
        crop: 'follow',
        usable: true,
      };
    },
  };
  const terminal = new Recorder();
  const status = await run(['model', ...argv], {
    terminal,
    // No bus at all: these do without the service.
    env: { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' },
    directory: '/some/where',
    signal: new AbortController().signal,
    loadCatalogue: async () => catalogue,
  });
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

test('check: a report, status 0', async () => {
  const { status, stdout } = await ctl(['check', 'mine.onnx']);
  assert.equal(status, EXIT.ok);
  assert.deepEqual(asked, [['check', '/some/where/mine.onnx', {}]]);
  assert.match(stdout, /^Input {7}1 x 3 x 144 x 256$/m);
  assert.match(stdout, /^Operators {3}12 Conv, 3 Relu$/m);
  assert.match(stdout, /^MACs {8}62\.5 million for each run$/m);
  assert.match(stdout, /^Time {8}1\.50 ms for each run on cpu$/m);
  assert.match(stdout, /This model can be used\.\n$/);
});

test('check: problems, status 1; text of the file cannot steer the terminal', async () => {
  const { macs: _, ...uncounted } = REPORT;
  report = { ...uncounted, milliseconds: 0, inputShape: [], problems: ['No \u001b[31mway.'] };
  const { status, stdout } = await ctl(['check', '--manifest', 'm.json', 'a/mine.onnx']);
  assert.equal(status, EXIT.failed);
  assert.deepEqual(asked, [['check', '/some/where/a/mine.onnx', { manifest: '/some/where/m.json' }]]);
  assert.match(stdout, /^Problem: No \[31mway\.$/m);
  assert.doesNotMatch(stdout, /^(Time|MACs|Input)|can be used/m);
});

test('check: an installed model by its name; --json', async () => {
  const { stdout } = await ctl(['check', 'mine', '--json']);
  assert.deepEqual(asked, [['check', 'mine', {}]]);
  assert.deepEqual(JSON.parse(stdout), REPORT);
});

test('check takes no options of add', async () => {
  assert.equal((await ctl(['check', 'a.onnx', '--replace'])).status, EXIT.usage);
  assert.deepEqual(asked, []);
});

test('add', async () => {
  const { status, stdout } = await ctl(['add', 'mine.onnx', '--name', 'm', '--replace']);
  assert.equal(status, EXIT.ok);
  assert.deepEqual(asked, [['add', '/some/where/mine.onnx', folder, { name: 'm', replace: true }]]);
  assert.equal(stdout, 'Added mine. Use it: backscrubctl model use mine\n');
  const bad = await ctl(['add', 'bad.onnx']);
  assert.deepEqual([bad.status, bad.stderr], [EXIT.failed, 'backscrubctl: It is torn.\n']);
});

test('add without the rights says how', async () => {
  // Below a file nobody can make a folder, root neither.
  writeFileSync(join(folder, 'file'), '');
  const models = join(folder, 'file', 'models');
  const { status, stderr } = await ctl(['add', 'mine.onnx'], models);
  assert.equal(status, EXIT.failed);
  assert.match(stderr, /may not write into.*sudo backscrubctl model add mine\.onnx/s);
  assert.deepEqual(asked, []);
});

test('process --model: names stay, files become absolute', () => {
  assert.equal(modelOf(undefined, '/d'), 'selfie_segmentation');
  assert.equal(modelOf('mine', '/d'), 'mine');
  assert.equal(modelOf('mine.tflite', '/d'), '/d/mine.tflite');
  assert.equal(modelOf('../mine', '/d/e'), '/d/mine');
});
