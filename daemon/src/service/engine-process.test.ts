/** The channel to the engine, with programs in its place that keep to Node's side of it or do not. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FromEngine, Look } from '../shared/protocol.js';
import { EngineProcess } from './engine-process.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-engine-'));
const output = openSync('/dev/null', 'w');
after(() => {
  closeSync(output);
  rmSync(folder, { recursive: true });
});
const SETUP = {
  camera: '',
  model: 'm',
  provider: 'cpu',
  output: { width: 320, height: 240, frameRate: 5 },
  outputPath: '',
};
const LOOK: Look = { mode: 'blur', background: 'color:#000000', blurStrength: 50, effects: [] };

/** Runs a program as the engine until it ends. */
async function run(program: string, also: (engine: EngineProcess) => void = () => {}) {
  const module = join(folder, 'engine.mjs');
  writeFileSync(module, program);
  const logged: string[] = [];
  const engine = new EngineProcess(module, '1', (_level, text) => logged.push(text));
  const messages: FromEngine[] = [];
  const how = await new Promise<string>((resolve) => {
    engine.begin({ message: (message) => messages.push(message), exited: resolve });
    engine.start(SETUP, LOOK, output);
    also(engine);
  });
  return { how, messages, logged };
}

test('messages go both ways, also a large one, and its own children hear nothing of the channel', async () => {
  const program = `
    process.on('message', ({ type, version }) => {
      if (type === 'setup') process.send({ type: 'camera', inUse: true, id: version, name: String(process.env.NODE_CHANNEL_FD) });
      if (type !== 'stop') return;
      process.send({ type: 'snapshot', serial: 1, jpeg: 'A'.repeat(4 << 20) }, () => process.exit(0));
    });`;
  const { how, messages, logged } = await run(program, (engine) => engine.send({ type: 'stop' }));
  assert.equal(how, 'exit status 0');
  assert.deepEqual(messages[0], { type: 'camera', inUse: true, id: '1', name: 'undefined' });
  assert.equal(messages[1]?.type === 'snapshot' ? messages[1].jpeg.length : 0, 4 << 20);
  assert.deepEqual(logged, []);
});

test('an engine whose message never ends is ended, and takes no memory of the service', async () => {
  const program = `
    import { writeSync } from 'node:fs';
    const part = Buffer.alloc(1 << 20, 'x');
    for (;;) try { writeSync(3, part); } catch (error) { if (error.code !== 'EAGAIN') process.exit(1); }`;
  const before = process.memoryUsage().rss;
  const { how, messages, logged } = await run(program);
  assert.equal(how, 'killed by SIGKILL');
  assert.deepEqual(messages, []);
  assert.match(logged.join(), /more than 32 MiB/);
  assert.ok(process.memoryUsage().rss - before < 256 << 20);
});
