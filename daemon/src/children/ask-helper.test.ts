import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { askHelper } from './ask-helper.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-helper-'));
after(() => rmSync(folder, { recursive: true }));
const module = join(folder, 'helper.mjs');

test('the answer is the line of JSON', async () => {
  writeFileSync(module, `console.log(JSON.stringify({ words: process.argv.slice(2) }))`);
  assert.deepEqual(await askHelper(module, ['a', 'b'], { timeout: 60_000, confinement: {} }), {
    words: ['a', 'b'],
  });
  writeFileSync(module, `console.log('no')`);
  assert.deepEqual(await askHelper(module, [], { timeout: 60_000, confinement: {} }), {});
});

test('what cannot be ended is not waited for', async () => {
  // Its pipe stays open for as long as the other process lives.
  writeFileSync(
    module,
    `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    const other = spawn('sleep', ['3600'], { stdio: ['ignore', 'inherit', 'ignore'] });
    writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(other.pid));
    setInterval(() => {}, 1000);`,
  );
  const answer = await askHelper(module, [], { timeout: 4000, confinement: { write: [folder] } });
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
  assert.deepEqual(answer, {});
});
