/** Backgrounds of every kind one after the other in a running pipeline: nothing of the old ones is left, no frame shows the room. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Frame } from '@backscrub/native';
import sharp from 'sharp';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { Pipeline } from './pipeline.js';
import { ffmpeg, i420Of, noFfmpeg } from './testing/files.js';
import { storeLoop } from './testing/store-loop.js';

const WIDTH = 320;
const HEIGHT = 192;
/** Many kinds take a process each time. */
const SWITCHES = 60;
const LOOP_ID = '0123456789abcdef0123456789abcdef';
/** An empty room: checks in Cr, 8 luma pixels wide, which no background here has and no blur leaves. */
const CHECK = 8;
const CONTRAST = 60;

/** What the check adds to Cr at a chroma pixel. */
function check(x: number, y: number): number {
  return ((2 * x) / CHECK + 0.5) % 2 < 1 === ((2 * y) / CHECK + 0.5) % 2 < 1 ? CONTRAST : -CONTRAST;
}

function* chromaPixels(): Generator<readonly [index: number, check: number]> {
  for (let y = 0, index = 0; y < HEIGHT / 2; y++)
    for (let x = 0; x < WIDTH / 2; x++, index++) yield [index, check(x, y)];
}

const PIXELS = WIDTH * HEIGHT;

function room(): Buffer {
  const planes = Buffer.alloc(PIXELS * 1.5, 90);
  planes.fill(128, PIXELS);
  for (const [index, step] of chromaPixels()) planes[PIXELS * 1.25 + index] = 128 + step;
  return planes;
}

/** How much of the room's checks is in a picture: 1 in the room itself. */
function visible(planes: Buffer): number {
  let sum = 0;
  for (const [index, step] of chromaPixels()) sum += ((planes[PIXELS * 1.25 + index] ?? 0) - 128) * step;
  return sum / (PIXELS / 4) / CONTRAST ** 2;
}

function children(): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
    } catch {
      return false;
    }
  });
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('switching', { skip: noFfmpeg() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'backscrub-switching-'));
  const input = new Frame(WIDTH, HEIGHT);
  const output = new Frame(WIDTH, HEIGHT);
  process.env['STATE_DIRECTORY'] = join(folder, 'state');
  let pipeline: Pipeline;
  const look: Look = { mode: 'replace', background: 'color:#000000', blurStrength: 50, effects: [] };

  before(async () => {
    input.loadI420(room());
    pipeline = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look });
  });
  after(async () => {
    await pipeline.close();
    rmSync(folder, { recursive: true });
  });

  async function frame(): Promise<void> {
    await pipeline.process(input, output);
    const share = visible(i420Of(output));
    assert.ok(share < 0.1, `a frame shows ${share} of the room`);
  }

  async function specs(): Promise<string[]> {
    const file = (name: string): string => join(folder, name);
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=25:duration=1'];
    ffmpeg(...source, '-c:v', 'mpeg4', file('a.mp4'));
    ffmpeg(...source, '-r', '10', file('a.gif'));
    await storeLoop(LOOP_ID, file('a.mp4'));
    await sharp({ create: { width: 400, height: 300, channels: 3, background: '#3366cc' } }).toFile(
      file('a.jpg'),
    );
    return [
      'color:#204a87',
      'gradient:#204a87-#729fcf@30',
      'builtin:hills',
      'builtin:slow-light',
      LOOP_ID,
      ...['a.mp4', 'a.gif', 'a.jpg'].map(file),
    ];
  }

  it(`${SWITCHES} times in random order leaves nothing behind`, { timeout: 240_000 }, async () => {
    const all = await specs();
    // Everything that is loaded once is loaded now.
    for (const background of all) {
      await pipeline.setLook({ ...look, background });
      await frame();
    }
    await pipeline.setLook(look);
    await frame();
    await delay(50);
    const before = { descriptors: descriptors(), children: children() };
    let state = 7;
    const next = (below: number): number => {
      state = (state * 48271) % 0x7fffffff;
      return state % below;
    };
    for (let i = 0; i < SWITCHES; i++) {
      const background = all[next(all.length)] ?? '';
      const mode = next(5) === 0 ? 'blur' : 'replace';
      const to: Look = { ...look, background, mode, crossFade: next(2) * 20 };
      const switched = pipeline.setLook(to);
      // Frames go on while it is loaded; some switches are overtaken by the next.
      await frame();
      if (next(4) > 0) await switched;
      else switched.catch(assert.fail);
      await frame();
    }
    await pipeline.setLook(look);
    await frame();
    for (let i = 0; i < 100 && children().length > before.children.length; i++) await delay(20);
    assert.deepEqual(children(), before.children);
    assert.equal(descriptors(), before.descriptors);
  });

  it('would find the room if it were shown', async () => {
    await pipeline.setLook({ ...look, mode: 'passthrough' });
    await pipeline.process(input, output);
    assert.ok(visible(i420Of(output)) > 0.99);
    await pipeline.setLook(look);
  });

  it('fades from one background into the next', async () => {
    const luma = async (ms: number): Promise<number> => {
      await pipeline.process(input, output, 1e9 + ms);
      return i420Of(output)[0] ?? -1;
    };
    await pipeline.setLook({ ...look, background: 'color:#ffffff', crossFade: 1000 });
    const seen = [await luma(0), await luma(250), await luma(750), await luma(1000)];
    assert.ok(Math.abs((seen[0] ?? 0) - 16) <= 2 && Math.abs((seen[1] ?? 0) - 71) <= 3, seen.join());
    assert.ok(Math.abs((seen[2] ?? 0) - 180) <= 3 && Math.abs((seen[3] ?? 0) - 235) <= 1, seen.join());
  });

  it('what cannot be loaded leaves the old one in place', async () => {
    const old = i420Of(output);
    await assert.rejects(pipeline.setLook({ ...look, background: 'builtin:none' }));
    await pipeline.process(input, output);
    assert.deepEqual(i420Of(output), old);
  });
});
