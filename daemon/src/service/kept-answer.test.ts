import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { KeptAnswer } from './kept-answer.js';
import { Sources } from './sources.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-kept-'));
after(() => rmSync(root, { recursive: true }));

let folder = '';
let file = '';
let asked = 0;
let time = 0;
let count = 0;
beforeEach(() => {
  folder = join(root, String(++count));
  file = join(folder, 'file');
  mkdirSync(folder);
  writeFileSync(file, 'one');
  asked = 0;
  time = 0;
});

/** Lets the files look older than the question: a change just before it would not be kept. */
async function later(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1100));
}

const answer = (sources = [folder, file]): KeptAnswer<number> =>
  new KeptAnswer(
    () => Promise.resolve({ value: ++asked, sources }),
    { fresh: 1000, usable: 2000 },
    () => time,
  );

test('the same files: asked once', async () => {
  await later();
  const kept = answer();
  assert.deepEqual([await kept.get(), await kept.get(), asked], [1, 1, 1]);
});

test('a change of a file, a new one, and one that has gone: asked again', async () => {
  await later();
  const kept = answer([folder, file, join(folder, 'new')]);
  await kept.get();
  utimesSync(file, 1, 1);
  assert.equal(await kept.get(), 2);
  await later();
  await kept.get();
  const before = asked;
  writeFileSync(join(folder, 'new'), '');
  assert.equal(await kept.get(), before + 1);
  await later();
  await kept.get();
  rmSync(file);
  assert.equal(await kept.get(), before + 3);
});

test('what changed while it was read is not kept', async () => {
  const kept = answer();
  assert.deepEqual([await kept.get(), await kept.get()], [1, 2]);
});

test('no longer fresh: given once more while it is asked again; too old: not given', async () => {
  await later();
  const kept = answer();
  await kept.get();
  time = 999;
  assert.deepEqual([await kept.get(), asked], [1, 1]);
  time = 1000;
  assert.deepEqual([await kept.get(), await kept.get(), asked], [1, 1, 1], 'the answers come first');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked, 2);
  time = 2999;
  assert.deepEqual([await kept.get(), asked], [2, 2]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  time = 4999;
  assert.deepEqual([await kept.get(), asked], [4, 4]);
});

test('an answer that says the same is the same object', async () => {
  await later();
  let name = 'one';
  const kept = new KeptAnswer(
    () => Promise.resolve({ value: [{ name }], sources: [file] }),
    { fresh: 1000, usable: 1000 },
    () => time,
  );
  const first = await kept.get();
  time = 1000;
  assert.equal(await kept.get(), first);
  name = 'two';
  time = 2000;
  assert.deepEqual(await kept.get(), [{ name: 'two' }]);
});

test('whoever asks meanwhile gets the same answer, and an error is not kept', async () => {
  await later();
  let fails = true;
  const kept = new KeptAnswer(
    async () => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      if (fails) throw new Error('not now');
      return { value: asked, sources: [file] };
    },
    { fresh: 1000, usable: 2000 },
    () => time,
  );
  await Promise.all([1, 2].map(() => assert.rejects(kept.get(), /not now/)));
  assert.equal(asked, 1);
  fails = false;
  assert.deepEqual(await Promise.all([kept.get(), kept.get()]), [2, 2]);
});

test("after a change of one's own an answer that was begun before is for those who asked before", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const kept = new KeptAnswer(
    async () => {
      const value = ++asked;
      if (value === 1) await held;
      return { value, sources: [file] };
    },
    { fresh: 1000, usable: 2000 },
    () => time,
  );
  const before = kept.get();
  kept.forget();
  assert.equal(await kept.get(), 2);
  release();
  assert.equal(await before, 1);
});

test("an answer that was begun before a change of one's own is not kept, and none whose files do not answer", async () => {
  await later();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ask = async () => {
    const value = ++asked;
    if (value === 1) await held;
    return { value, sources: [file] };
  };
  const kept = new KeptAnswer(ask, { fresh: 1000, usable: 2000 }, () => time);
  const before = kept.get();
  kept.forget();
  assert.equal(await kept.get(), 2);
  release();
  assert.equal(await before, 1);
  assert.equal(await kept.get(), 2);
  const dead = new Sources({ stat: () => {}, statfs: () => {} }, 20);
  const unkept = new KeptAnswer(ask, { fresh: 1000, usable: 2000 }, () => time, dead);
  assert.deepEqual([await unkept.get(), await unkept.get()], [3, 4]);
});
