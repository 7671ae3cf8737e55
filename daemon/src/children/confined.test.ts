/** What a child that was taken over can still do: a program of ours that tries it, through the door that all children take. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { landlockVersion } from '@backscrub/native';
import { askHelper, type HelperOptions } from './ask-helper.js';
import { spawnConfined } from './confined.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-confined-'));
after(() => rmSync(root, { recursive: true }));

const noLandlock = landlockVersion() === 0 ? 'this kernel has no Landlock' : false;
let count = 0;

/** Runs the body of an async function with `attempt(name, work)`, and gives what each attempt came to. */
async function attempts(body: string, options: Partial<HelperOptions> = {}) {
  const module = join(root, `attempts-${count++}.mjs`);
  writeFileSync(
    module,
    `import * as fs from 'node:fs';
     import { spawnSync } from 'node:child_process';
     import { createServer, connect } from 'node:net';
     const results = {};
     const attempt = (name, work) => {
       try { results[name] = String(work() ?? 'done'); } catch (error) { results[name] = error.code ?? error.message; }
     };
     ${body}
     console.log(JSON.stringify(results));`,
  );
  return await askHelper(module, [], { timeout: 20_000, confinement: {}, ...options });
}

test('it reads, writes and starts what it was left, and nothing else', { skip: noLandlock }, async () => {
  const [input, state, work] = [join(root, 'input'), join(root, 'state'), join(root, 'work')];
  mkdirSync(state);
  mkdirSync(work);
  for (const file of [input, join(root, 'other'), join(state, 'settings.json')]) writeFileSync(file, 'text');
  const read = (path: string) => `fs.readFileSync(${JSON.stringify(path)}, 'latin1').slice(0, 4)`;
  const write = (path: string) => `fs.writeFileSync(${JSON.stringify(path)}, 'mine')`;
  const found = await attempts(
    `attempt('input', () => ${read(input)});
     attempt('output', () => ${write(join(work, 'picture'))});
     attempt('passwd', () => ${read('/etc/passwd')});
     attempt('state', () => ${read(join(state, 'settings.json'))});
     attempt('list', () => fs.readdirSync(${JSON.stringify(state)}));
     attempt('beside', () => ${write(join(root, 'beside'))});
     attempt('overwrite', () => ${write(input)});
     attempt('truncate', () => fs.truncateSync(${JSON.stringify(join(root, 'other'))}));
     attempt('remove', () => fs.rmSync(${JSON.stringify(join(root, 'other'))}));
     attempt('move', () => fs.renameSync(${JSON.stringify(join(root, 'other'))}, ${JSON.stringify(join(work, 'x'))}));
     attempt('link', () => fs.symlinkSync('/etc/passwd', ${JSON.stringify(join(work, 'y'))}));
     attempt('memory of its parent', () => fs.openSync('/proc/' + process.ppid + '/mem', 'r+'));
     attempt('environment of its parent', () => fs.readFileSync('/proc/' + process.ppid + '/environ').length > 0);
     attempt('processes', () => fs.readdirSync('/proc').length > 0);
     attempt('end of its parent', () => process.kill(process.ppid, 0));
     attempt('a child of its own', () => spawnSync('/bin/cat', ['/etc/passwd', ${JSON.stringify(input)}]).stdout);`,
    { confinement: { read: [input], write: [work] } },
  );
  const signals = landlockVersion() >= 6 ? 'EPERM' : 'true';
  const moved = found['move'];
  assert.ok(moved === 'EXDEV' || moved === 'EACCES', String(moved));
  assert.deepEqual(found, {
    input: 'text',
    output: 'done',
    passwd: 'EACCES',
    state: 'EACCES',
    list: 'EACCES',
    beside: 'EACCES',
    overwrite: 'EACCES',
    truncate: landlockVersion() >= 3 ? 'EACCES' : 'done',
    remove: 'EACCES',
    move: moved,
    link: 'EACCES',
    'memory of its parent': 'EACCES',
    'environment of its parent': 'EACCES',
    processes: 'EACCES',
    'end of its parent': signals,
    'a child of its own': 'text',
  });
  assert.equal(readFileSync(join(work, 'picture'), 'latin1'), 'mine');
  assert.equal(existsSync(join(root, 'beside')), false);
});

test('an inherited file can be opened once more, and only it', { skip: noLandlock }, async () => {
  const [input, output] = [join(root, 'inherited'), join(root, 'written')];
  writeFileSync(input, 'film');
  const files = [openSync(input, 'r'), openSync(output, 'w')];
  const found = await attempts(
    `attempt('input', () => fs.readFileSync('/proc/self/fd/3', 'latin1'));
     attempt('output', () => fs.writeFileSync('/proc/self/fd/4', 'loop'));
     attempt('to the input', () => fs.writeFileSync('/proc/self/fd/3', 'loop'));`,
    { files, confinement: { readFds: [3], writeFds: [4] } },
  );
  assert.deepEqual(found, { input: 'film', output: 'done', 'to the input': 'EACCES' });
  assert.equal(readFileSync(output, 'latin1'), 'loop');
});

test('it opens no socket, nor do its threads and children; core files are off', async () => {
  const found = await attempts(
    `import { Worker } from 'node:worker_threads';
     const dial = (tell) => "require('node:net').connect('/nowhere').on('error', (error) => " + tell + "(error.code))";
     results.here = await new Promise((resolve) => connect('/nowhere').on('error', (error) => resolve(error.code)));
     const worker = new Worker(dial("require('node:worker_threads').parentPort.postMessage"), { eval: true, execArgv: [] });
     results.thread = await new Promise((resolve) => worker.on('message', resolve));
     attempt('child', () => spawnSync(process.execPath, ['-e', dial('console.log')], { encoding: 'utf8' }).stdout.trim());
     attempt('core', () => spawnSync('/bin/sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' }).stdout.trim());
     attempt('program', () => spawnSync('/bin/true').status);`,
  );
  assert.deepEqual(found, { here: 'EPERM', thread: 'EPERM', child: 'EPERM', core: '0', program: '0' });
});

/** As the same user, who is not root: root may look into everything that Landlock does not keep it from. */
test('a service that hides its memory is closed to its children without Landlock, too', () => {
  const script = `
    import { spawnSync } from 'node:child_process';
    import { hideMemory } from '@backscrub/native';
    const attack = () => spawnSync(process.execPath, ['-e',
      "try { require('fs').openSync('/proc/' + process.ppid + '/mem', 'r+'); console.log('open') } catch (error) { console.log(error.code) }"],
      { encoding: 'utf8' }).stdout.trim();
    const before = attack();
    hideMemory();
    console.log(before, attack());`;
  const options = { encoding: 'utf8', ...(process.getuid?.() === 0 && { uid: 65534 }) } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  assert.match(stdout, /(open|EACCES) EACCES$/m, stderr);
});

test('a program that is not installed is told as such, and a wrong option is refused', async () => {
  const missing = spawnConfined('backscrub-no-such-program', [], {}, { stdio: 'ignore' });
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => missing.once('error', resolve));
  assert.equal(error.code, 'ENOENT');
  const wrong = spawnConfined('true', [], { data: Number.NaN }, { stdio: 'ignore' });
  assert.equal(await new Promise((resolve) => wrong.once('close', resolve)), 2);
});
