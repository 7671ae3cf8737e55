import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { CacheFolder } from '../../shared/cache-folder.js';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { type Disk, realDisk } from './disk.js';
import { BackgroundFolders } from './folders.js';
import { QUOTAS, type Quota, type Quotas } from './limits.js';
import { BackgroundStore } from './store.js';
import { FakeDecoder, PNG } from './testing/fake-decoder.js';
import { PNG_SIGNATURE, smallPng } from './testing/png.js';
import { Thumbnails } from './thumbnails.js';
import type { UserBackgrounds } from './user-backgrounds.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-store-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;

interface Setting {
  /** Of one user. */
  readonly quota?: Quota;
  readonly quotas?: Partial<Quotas>;
  readonly disk?: Disk;
  readonly path?: string;
  /** Where thumbnails are that need not be made. */
  readonly drawn?: string;
}

const USER = 1000;

function setUp({ quota, quotas, disk = realDisk, path = join(root, String(count++)), drawn }: Setting = {}) {
  const lines: string[] = [];
  const decoder = new FakeDecoder();
  const log = (level: string, text: string): void => void lines.push(`${level}: ${text}`);
  const folders = new BackgroundFolders(path, disk, log);
  const cachePath = join(root, `cache-${count}`);
  const cache = new CacheFolder(cachePath, 4);
  const whole = new BackgroundStore({
    folders,
    caches: [cache],
    decoder,
    thumbnails: new Thumbnails(folders.common, decoder, { cache, version: String(count), drawn }),
    gallery: async () => [{ id: 'builtin:one', name: 'One', kind: 'still' }],
    log,
    quotas: { ...QUOTAS, ...(quota && { user: quota }), ...quotas },
  });
  const own = join(path, `user-${USER}`);
  const kept = { path: cachePath, folder: cache };
  return { whole, store: whole.of(USER), decoder, common: path, path: own, lines, cache: kept };
}

const code =
  (expected: ErrorCode, words: RegExp = /./) =>
  (error: unknown) =>
    error instanceof BackscrubError && error.code === expected && words.test(error.message);

async function rows(store: UserBackgrounds): Promise<Record<string, unknown>[]> {
  const plain = (await store.list()).map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])),
  );
  return plain.filter(({ builtin }) => builtin === false);
}

const names = async (store: UserBackgrounds) => (await rows(store)).map(({ name }) => name);
const picture = (text: string) => Buffer.from(text);

test('an id is of the content and the focus; order is that of importing', async () => {
  const { store, decoder } = setUp();
  const first = await store.import('Z', picture('z'), {});
  const second = await store.import('A', picture('a'), {});
  const focus = { focus: { signature: '(dd)', value: [0.1, 0.9] } };
  const third = await store.import('A', picture('a'), focus);
  assert.equal(new Set([first, second, third]).size, 3);
  assert.equal(await store.import('other name', picture('z'), {}), first);
  assert.equal(decoder.imports, 3, 'what is there is not decoded again');
  assert.deepEqual(await names(store), ['Z', 'A', 'A']);
});

test('the same bytes at the same time are decoded once', async () => {
  const { store, decoder } = setUp();
  const ids = await Promise.all(Array.from({ length: 20 }, () => store.import('x', picture('x'), {})));
  assert.equal(new Set(ids).size, 1);
  assert.equal(decoder.imports, 1);
});

test('different ones are decoded one after the other, and only so many wait', async () => {
  const { store, decoder } = setUp();
  let open = (): void => {};
  decoder.gate = new Promise((resolve) => {
    open = resolve;
  });
  const imports = Array.from({ length: 10 }, (_, i) => store.import('x', picture(`x${i}`), {}));
  const outcomes = Promise.allSettled(imports);
  while (decoder.imports === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(decoder.imports, 1);
  // Looking does not wait for what is decoded.
  assert.deepEqual(await rows(store), []);
  open();
  const refused = (await outcomes).flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  assert.equal(refused.length, 2);
  assert.ok(refused.every(code('LimitsExceeded', /try again/)));
  assert.equal((await rows(store)).length, 8);
});

test('the quota of entries', async () => {
  const { store, decoder } = setUp({ quota: { entries: 2, bytes: 1e6 } });
  const first = await store.import('1', picture('1'), {});
  await store.import('2', picture('2'), {});
  await assert.rejects(store.import('3', picture('3'), {}), code('LimitsExceeded', /holds 2 .*Remove one/));
  assert.equal(decoder.imports, 2, 'a full store decodes nothing');
  assert.equal(await store.import('1', picture('1'), {}), first, 'what is there is not refused');
  await store.remove(first);
  await store.import('3', picture('3'), {});
  assert.deepEqual(await names(store), ['2', '3']);
});

test('the quota of bytes counts pictures and thumbnails', async () => {
  const one = 'picture of 1'.length + PNG.length;
  const { store, path } = setUp({ quota: { entries: 100, bytes: 2 * one + 5 } });
  await store.import('1', picture('1'), {});
  const second = await store.import('2', picture('2'), {});
  await assert.rejects(store.import('3', picture('3'), {}), code('LimitsExceeded', /MiB.*Remove one/));
  assert.equal(readdirSync(path).length, 6, 'nothing is left of what did not fit');
  await store.remove(second);
  await store.import('3', picture('3'), {});
});

/** A disk on which the n-th change fails, alone or with all that come after it, as when the power goes. */
function failingDisk(n: number, forever: boolean, errno = 'ENOSPC'): { disk: Disk; changes: () => number } {
  let changes = 0;
  const change =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const at = changes++;
      if (at === n || (forever && at > n)) {
        throw Object.assign(new Error(`${errno}: injected`), { code: errno });
      }
      return await work(...args);
    };
  const disk = {
    ...realDisk,
    makeFolder: change(realDisk.makeFolder),
    write: change(realDisk.write),
    sync: change(realDisk.sync),
    rename: change(realDisk.rename),
    remove: change(realDisk.remove),
  };
  return { disk, changes: () => changes };
}

/** All changes of an import, and then of a removal, in this order. */
async function lifeOf(store: UserBackgrounds): Promise<void> {
  const id = await store.import('Sea', picture('sea'), {});
  await store.remove(id);
}

for (const forever of [false, true]) {
  test(`whatever change fails${forever ? ', and all after it' : ''}: whole or gone`, async () => {
    const counting = failingDisk(Number.POSITIVE_INFINITY, false);
    await lifeOf(setUp({ disk: counting.disk }).store);
    assert.ok(counting.changes() > 12, String(counting.changes()));
    for (let n = 0; n < counting.changes(); n++) {
      const failing = failingDisk(n, forever);
      const { store, path, common } = setUp({ disk: failing.disk });
      // Cleaning up after the work is done may fail in silence.
      await lifeOf(store).catch((error: unknown) => {
        assert.ok(code('Failed', /disk .*is full/)(error), `${n}: ${error}`);
      });
      const next = setUp({ path: common });
      const found = await rows(next.store);
      const files = filesIn(path);
      if (existsSync(common))
        assert.deepEqual(readdirSync(common), files.length > 0 || existsSync(path) ? [`user-${USER}`] : []);
      const wanted = found.flatMap(({ id }) => [`${id}.json`, `${id}.png`, `${id}.webp`]);
      assert.deepEqual(files.sort(), wanted.sort(), `after change ${n}`);
      for (const { problem } of found) assert.equal(problem, undefined);
      await next.store.import('Sea', picture('sea'), {});
      assert.equal((await rows(next.store)).length, 1);
    }
  });
}

test('a disk that may not be written says so', async () => {
  const { store } = setUp({ disk: failingDisk(0, true, 'EROFS').disk });
  await assert.rejects(
    store.import('x', picture('x'), {}),
    code('Failed', /may not write.*EROFS.*journalctl/),
  );
});

test('what is damaged is set aside, with a line in the log, and leaves the others alone', async () => {
  const damages: Record<string, (path: string, id: string) => void> = {
    'its picture is missing': (path, id) => rmSync(join(path, `${id}.webp`)),
    'its picture has 3 bytes instead of': (path, id) => truncateSync(join(path, `${id}.webp`), 3),
    'it is not JSON': (path, id) => truncateSync(join(path, `${id}.json`), 20),
    'its version is 2': (path, id) => replace(path, id, '"version": 1', '"version": 2'),
    'kind is "film"': (path, id) => replace(path, id, '"still"', '"film"'),
    'focus is \\[7,0.5\\]': (path, id) => replace(path, id, /"focus": \[.*?\]/s, '"focus": [7,0.5]'),
    'it describes another background': (path, id) => replace(path, id, id, 'f'.repeat(32)),
    'width is -640': (path, id) => replace(path, id, '640', '-640'),
    'its description is not a small file': (path, id) =>
      writeFileSync(join(path, `${id}.json`), Buffer.alloc(20_000)),
    'its picture is missing ': (path, id) => {
      rmSync(join(path, `${id}.webp`));
      symlinkSync('/etc/passwd', join(path, `${id}.webp`));
    },
  };
  for (const [words, damage] of Object.entries(damages)) {
    const { store, path, lines } = setUp();
    const id = await store.import('Damaged', picture('1'), {});
    await store.import('Whole', picture('2'), {});
    damage(path, id);
    const found = await rows(store);
    assert.deepEqual(
      found.map(({ problem }) => problem === undefined),
      [true, false],
      words,
    );
    assert.equal(found[1]?.['id'], id);
    assert.match(lines.join('\n'), new RegExp(`warning: background ${id} is damaged \\(${words.trim()}`));
    assert.equal(existsSync(join(path, `${id}.json`)), false);
    assert.equal(existsSync(join(path, 'damaged', `${id}.json`)), true, 'nothing is thrown away');
    await assert.rejects(store.thumbnail(id, 64), code('UnknownBackground'));
    await store.remove(id);
    assert.deepEqual(await names(store), ['Whole']);
    assert.deepEqual(readdirSync(join(path, 'damaged')), []);
  }
});

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function replace(path: string, id: string, from: string | RegExp, to: string): void {
  const file = join(path, `${id}.json`);
  const text = readFileSync(file, 'utf8');
  assert.notEqual(text.replace(from, to), text);
  writeFileSync(file, text.replace(from, to));
}

test('importing a damaged one again makes it whole', async () => {
  const { store, path } = setUp({ quota: { entries: 1, bytes: 1e6 } });
  const id = await store.import('x', picture('x'), {});
  rmSync(join(path, `${id}.webp`));
  assert.match(String((await rows(store))[0]?.['problem']), /import the file again/);
  await assert.rejects(
    store.import('y', picture('y'), {}),
    code('LimitsExceeded'),
    'it still takes its place',
  );
  assert.equal(await store.import('x', picture('x'), {}), id);
  assert.deepEqual(
    (await rows(store)).map(({ problem }) => problem),
    [undefined],
  );
});

test('files that are not ours stay', async () => {
  const { store, path, common } = setUp();
  mkdirSync(join(common, 'work-old'), { recursive: true });
  mkdirSync(path);
  writeFileSync(join(common, 'work-old/input'), 'x');
  for (const folder of [path, common]) {
    for (const name of ['notes.txt', 'a.json', `${'1'.repeat(32)}.webp`])
      writeFileSync(join(folder, name), 'x');
  }
  assert.deepEqual(await rows(store), []);
  assert.deepEqual(readdirSync(path).sort(), ['a.json', 'notes.txt']);
  assert.deepEqual(readdirSync(common).sort(), ['a.json', 'notes.txt', `user-${USER}`]);
});

test('a decoder that leaves nothing, a link or a folder behind', async () => {
  const behaviours: ((folder: string) => void)[] = [
    () => {},
    (folder) => symlinkSync('/etc/passwd', join(folder, 'picture')),
    (folder) => mkdirSync(join(folder, 'picture')),
    (folder) => writeFileSync(join(folder, 'picture'), ''),
  ];
  for (const instead of behaviours) {
    const { store, decoder, common } = setUp();
    decoder.instead = (folder) => {
      writeFileSync(join(folder, 'thumbnail'), PNG);
      instead(folder);
    };
    await assert.rejects(store.import('x', picture('x'), {}), code('Failed', /no picture/));
    assert.deepEqual(readdirSync(common), []);
  }
});

test('a decoder that refuses: its words, and nothing is left', async () => {
  const { store, decoder, common } = setUp();
  decoder.instead = () => {
    throw new BackscrubError('BadImage', 'The image is torn.');
  };
  await assert.rejects(store.import('x', picture('x'), {}), code('BadImage', /torn/));
  assert.deepEqual(readdirSync(common), []);
  decoder.instead = undefined;
  await store.import('x', picture('x'), {});
});

test('thumbnails: the stored one, one that is made, one that is kept', async () => {
  const { store, decoder } = setUp();
  const id = await store.import('x', picture('x'), {});
  assert.ok(PNG.equals(await store.thumbnail(id, 320)));
  assert.equal(decoder.thumbnails, 0);
  await Promise.all([store.thumbnail(id, 64), store.thumbnail(id, 64), store.thumbnail(id, 64)]);
  assert.equal(decoder.thumbnails, 1);
  await store.thumbnail(id, 64);
  assert.equal(decoder.thumbnails, 1);
  await store.thumbnail(id, 65);
  assert.equal(decoder.thumbnails, 2);
  await store.remove(id);
  await assert.rejects(store.thumbnail(id, 64), code('UnknownBackground'), 'also from the cache');
});

test('the first look at the folder does not sweep away what is being made', async () => {
  const { store, decoder } = setUp();
  let open = (): void => {};
  decoder.gate = new Promise((resolve) => {
    open = resolve;
  });
  const made = store.thumbnail('builtin:one', 64);
  while (decoder.thumbnails === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await store.list();
  open();
  assert.ok(PNG.equals(await made));
});

test('thumbnails of the gallery that come with the service are not made again', async () => {
  const drawn = mkdtempSync(join(root, 'drawn-'));
  const coming = smallPng(16, 9, 200);
  writeFileSync(join(drawn, 'one-160.png'), coming);
  const { store, decoder } = setUp({ drawn });
  assert.ok(coming.equals(await store.thumbnail('builtin:one', 160)));
  assert.equal(decoder.thumbnails, 0);
  assert.ok(PNG.equals(await store.thumbnail('builtin:one', 320)), 'one that is not there is made');
  await store.thumbnail('builtin:../one', 160);
  assert.equal(decoder.thumbnails, 2, 'no name leads out of the folder');
});

test('what is no PNG is no thumbnail', async () => {
  const { store, decoder } = setUp();
  decoder.instead = (folder) => writeFileSync(join(folder, 'thumbnail'), '<html>');
  await assert.rejects(store.thumbnail('builtin:one', 64), code('Failed'));
  decoder.instead = (folder) => symlinkSync('/etc/passwd', join(folder, 'thumbnail'));
  await assert.rejects(store.thumbnail('builtin:one', 64), code('Failed'));
  decoder.instead = (folder) =>
    writeFileSync(join(folder, 'thumbnail'), Buffer.concat([PNG_SIGNATURE, Buffer.from('and no more')]));
  await assert.rejects(store.thumbnail('builtin:one', 64), code('Failed'));
  // Wider than it was asked for.
  decoder.instead = (folder) => writeFileSync(join(folder, 'thumbnail'), smallPng(65, 36));
  await assert.rejects(store.thumbnail('builtin:one', 64), code('Failed'));
});

test('a thumbnail that is a link to one is not followed', async () => {
  const { store, decoder, path } = setUp();
  const elsewhere = join(root, 'elsewhere.png');
  writeFileSync(elsewhere, smallPng(16, 9, 99));
  const link = (folder: string): void => symlinkSync(elsewhere, join(folder, 'thumbnail'));
  decoder.instead = link;
  await assert.rejects(store.thumbnail('builtin:one', 64), code('Failed'));
  decoder.instead = (folder) => {
    writeFileSync(join(folder, 'picture'), 'picture');
    link(folder);
  };
  await assert.rejects(store.import('x', picture('x'), {}), code('Failed'));
  decoder.instead = undefined;
  const id = await store.import('x', picture('x'), {});
  const stored = join(path, `${id}.png`);
  rmSync(stored);
  symlinkSync(elsewhere, stored);
  assert.ok(PNG.equals(await store.thumbnail(id, 320)), 'another one is made');
});

test('a stored or kept thumbnail that was changed is made again', async () => {
  const { store, decoder, path, cache } = setUp();
  const id = await store.import('x', picture('x'), {});
  for (const bytes of [
    Buffer.concat([PNG_SIGNATURE, Buffer.from('and no more')]),
    Buffer.concat([PNG, Buffer.from('more')]),
    smallPng(321, 9),
  ]) {
    writeFileSync(join(path, `${id}.png`), bytes);
    assert.ok(PNG.equals(await store.thumbnail(id, 320)));
  }
  await store.thumbnail(id, 64);
  const made = decoder.thumbnails;
  // A process that can write to the cache can also make a valid file.
  const kept = cache.folder.of(id);
  for (const key of readdirSync(join(cache.path, id)))
    await kept.write(key, Buffer.from('\x89PNG\r\n\x1a\n'));
  assert.ok(PNG.equals(await store.thumbnail(id, 64)));
  assert.equal(decoder.thumbnails, made + 1);
});

test('a thumbnail that cannot be shown is not stored', async () => {
  const { store, decoder, common } = setUp();
  decoder.instead = (folder) => {
    writeFileSync(join(folder, 'picture'), 'picture');
    writeFileSync(join(folder, 'thumbnail'), PNG_SIGNATURE);
  };
  await assert.rejects(store.import('x', picture('x'), {}), code('Failed', /no usable thumbnail/));
  assert.deepEqual(readdirSync(common), []);
});

test('a folder of more files than any store has is not read', async () => {
  const { store, path } = setUp();
  mkdirSync(path, { recursive: true });
  for (let i = 0; i < 4097; i++) writeFileSync(join(path, `${i}`), '');
  await assert.rejects(store.list(), code('Failed'));
});

async function imported(t: TestContext, name: string): Promise<unknown> {
  const { store } = setUp();
  await store.import(name, picture('x'), {}).catch((error: unknown) => {
    t.diagnostic(String(error));
    assert.ok(code('InvalidArgs', /1 to 80 printable/)(error));
  });
  return (await names(store))[0];
}

test('names', async (t) => {
  for (const [given, kept] of [
    ['Sea', 'Sea'],
    ['  Sea  ', 'Sea'],
    ['Bergsee – früh', 'Bergsee – früh'],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['\u{1f30a}'.repeat(80), '\u{1f30a}'.repeat(80)],
    ['x'.repeat(81), undefined],
    ['', undefined],
    [' \t ', undefined],
    ['a\0b', undefined],
    ['a\nb', undefined],
    ['a\u2028b', undefined],
    ['\u202eabc', undefined],
    ['a\ud800', undefined],
  ] as const) {
    assert.equal(await imported(t, given), kept, JSON.stringify(given));
  }
});
