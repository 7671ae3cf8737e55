/** Videos and animations as backgrounds, from a good file to a decoder that hangs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from '@backscrub/native';
import sharp from 'sharp';
import { BackscrubError } from '../../shared/errors.js';
import { ffmpeg, i420Of, noFfmpeg, rejects } from '../testing/files.js';
import type { Background } from './background.js';
import { loadBackground } from './load.js';
import { openRegular } from './regular-file.js';
import { VideoBackground } from './video.js';

const WIDTH = 160;
const HEIGHT = 96;
const CENTRE = { x: 0.5, y: 0.5 };
const folder = mkdtempSync(join(tmpdir(), 'backscrub-moving-'));
after(() => rmSync(folder, { recursive: true }));

/** Ten frames a second of grey, frame n of the loop with luma of about 30 + 20 n. */
function greys(name: string, frames: number, ...options: string[]): string {
  const path = join(folder, name);
  const grey = "geq=lum='30+20*N':cb=128:cr=128";
  const source = `color=black:size=320x240:rate=10:duration=${frames / 10},format=yuv420p,${grey}`;
  ffmpeg('-f', 'lavfi', '-i', source, ...options, path);
  return path;
}

function luma(frame: Frame): number {
  return i420Of(frame)[(HEIGHT / 2) * WIDTH + WIDTH / 2] ?? -1;
}

/** Which of the greys is shown. */
function grey(background: Background, nowMs: number): number {
  return Math.round((luma(background.frame(nowMs)) - 30) / 20);
}

async function video(path: string, offline = false): Promise<VideoBackground> {
  const handle = await openRegular(path);
  try {
    return await VideoBackground.open(path, handle, { width: WIDTH, height: HEIGHT }, CENTRE, offline);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    // A zombie has been left by somebody who did not wait for it: that counts as alive.
    return pid !== undefined && readFileSync(`/proc/${pid}/stat`).length > 0;
  } catch {
    return false;
  }
}

/** Has another program stand in for ffmpeg. */
async function withFfmpeg<T>(script: string, work: () => Promise<T>): Promise<T> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'ffmpeg'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'ffmpeg'), 0o755);
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path}`;
  try {
    return await work();
  } finally {
    process.env['PATH'] = path;
  }
}

describe('moving backgrounds', { skip: noFfmpeg() }, () => {
  for (const [name, ...options] of [
    ['clip.mp4', '-c:v', 'mpeg4', '-q:v', '2'],
    ['clip.webm', '-c:v', 'libvpx', '-b:v', '1M'],
    ['clip.mkv', '-c:v', 'ffv1'],
    ['clip.png', '-f', 'apng', '-plays', '0'],
    ['clip.gif', '-pix_fmt', 'gray'],
  ] as const) {
    it(`plays ${name} at its own pace, again and again`, async () => {
      const path = greys(name, 6, ...options);
      const background = await loadBackground(path, WIDTH, HEIGHT, { offline: true });
      const shown = Array.from({ length: 14 }, (_, i) => grey(background, 1000 + 100 * i + 50));
      await background.close();
      assert.equal(background.warning, undefined);
      assert.deepEqual(shown, [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1]);
    });
  }

  it('plays an animated WebP with the times of its pages', async () => {
    const path = join(folder, 'pages.webp');
    const pages = [0, 1, 2].map((n) => ({
      create: {
        width: 40,
        height: 24,
        channels: 3 as const,
        background: { r: n * 90, g: n * 90, b: n * 90 },
      },
    }));
    const raw = await Promise.all(pages.map((page) => sharp(page).png().toBuffer()));
    await sharp(raw, { join: { animated: true } })
      .webp({ delay: [100, 300, 200], loop: 0 })
      .toFile(path);
    const background = await loadBackground(path, WIDTH, HEIGHT);
    const shown = [0, 99, 101, 399, 401, 599, 601, 701].map((ms) => luma(background.frame(ms)));
    await background.close();
    const [a = 0, , b = 0, , c = 0] = shown;
    assert.ok(a < 30 && b > 80 && b < 110 && c > 150, shown.join());
    assert.deepEqual(shown, [a, a, b, b, c, c, a, b]);
  });

  it('a live video goes on by the clock, and its decoder is gone when it is closed', async () => {
    const background = await video(greys('live.mkv', 8, '-c:v', 'ffv1'));
    const { pid } = background;
    assert.ok(isAlive(pid));
    const seen = new Set<number>();
    for (let i = 0; i < 300 && seen.size < 8; i++) {
      seen.add(grey(background, 0));
      await delay(30);
    }
    assert.equal(seen.size, 8, [...seen].join());
    await background.close();
    assert.ok(!isAlive(pid));
  });

  it('a decoder that dies is replaced; the last picture stays meanwhile', async () => {
    const background = await video(greys('dies.mkv', 8, '-c:v', 'ffv1'));
    const { pid } = background;
    process.kill(Number(pid), 'SIGKILL');
    let now: number | undefined;
    for (let i = 0; i < 300 && (now === undefined || now === pid || !isAlive(now)); i++) {
      assert.ok(luma(background.frame(0)) >= 28, 'never black');
      await delay(20);
      now = background.pid;
    }
    assert.notEqual(now, pid);
    assert.equal(background.warning, undefined);
    await background.close();
    assert.ok(!isAlive(now));
  });

  it('a decoder that cannot be started again is tried again', async () => {
    const path = greys('descriptor.mkv', 8, '-c:v', 'ffv1');
    const handle = await openRegular(path);
    const background = await VideoBackground.open(
      path,
      handle,
      { width: WIDTH, height: HEIGHT },
      CENTRE,
      false,
    );
    const { pid } = background;
    const { fd } = handle;
    // No such descriptor: the child cannot have it.
    Object.defineProperty(handle, 'fd', { value: 9999, configurable: true });
    process.kill(Number(pid), 'SIGKILL');
    for (let i = 0; i < 30; i++) {
      assert.ok(luma(background.frame(0)) >= 28, 'never black');
      await delay(20);
    }
    assert.equal(background.pid, pid);
    Object.defineProperty(handle, 'fd', { value: fd });
    for (let i = 0; i < 150 && background.pid === pid; i++) {
      background.frame(0);
      await delay(20);
    }
    assert.ok(isAlive(background.pid));
    assert.equal(background.warning, undefined);
    await background.close();
  });

  it('a decoder that always dies ends in a still and a warning', { timeout: 60_000 }, async () => {
    const path = greys('always.mkv', 8, '-c:v', 'ffv1');
    const size = (WIDTH * HEIGHT * 3) / 2;
    const script = `head -c ${size} /dev/zero | tr '\\0' '\\144'; echo 'x: it broke' >&2; exit 1`;
    await withFfmpeg(script, async () => {
      const background = await video(path);
      for (let i = 0; i < 3000 && background.warning === undefined; i++) {
        assert.equal(luma(background.frame(0)), 100);
        await delay(10);
      }
      assert.match(background.warning ?? '', /it broke.*last picture stays/);
      assert.equal(luma(background.frame(0)), 100);
      await background.close();
    });
  });

  it('a decoder that hangs is ended and replaced', { timeout: 60_000 }, async () => {
    const path = greys('hangs.mkv', 8, '-c:v', 'ffv1');
    const size = (WIDTH * HEIGHT * 3) / 2;
    await withFfmpeg(`head -c ${size} /dev/zero | tr '\\0' '\\144'; exec sleep 1000`, async () => {
      const background = await video(path);
      const { pid } = background;
      for (let i = 0; i < 500 && background.pid === pid; i++) {
        assert.equal(luma(background.frame(0)), 100);
        await delay(20);
      }
      assert.notEqual(background.pid, pid);
      assert.ok(!isAlive(pid));
      await background.close();
    });
  });

  it('refuses what has no pictures, within bounded time', { timeout: 60_000 }, async () => {
    const load = (path: string) => loadBackground(path, WIDTH, HEIGHT);
    const whole = greys('whole.mp4', 8, '-c:v', 'mpeg4', '-movflags', '+faststart');
    const cut = join(folder, 'cut.mp4');
    writeFileSync(cut, readFileSync(whole));
    truncateSync(cut, 700);
    await rejects(load(cut), 'BadImage', /cut\.mp4/);
    const named = join(folder, 'named.mp4');
    writeFileSync(named, `\0\0\0\x18ftypmp42${'not a video at all '.repeat(500)}`);
    await rejects(load(named), 'BadImage', /not a video|no pictures/);
    const sound = join(folder, 'sound.mkv');
    ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', sound);
    await rejects(load(sound), 'BadImage', /no pictures/);
    const none = join(folder, 'none.mkv');
    ffmpeg('-i', whole, '-c', 'copy', '-frames:v', '0', '-f', 'matroska', none);
    await rejects(load(none), 'BadImage', /none\.mkv/);
    const list = join(folder, 'list.mp4');
    writeFileSync(list, `ffconcat version 1.0\nfile '${whole}'\n`);
    await rejects(load(list), 'BadImage', /neither an image nor a video/);
  });

  it('gives up on a decoder that gives nothing', { timeout: 60_000 }, async () => {
    const path = greys('nothing.mkv', 4, '-c:v', 'ffv1');
    await withFfmpeg('exec sleep 1000', () => rejects(video(path), 'BadImage', /no picture within/));
  });

  it('survives leaping time stamps, a change of size and a false duration', { timeout: 60_000 }, async () => {
    const part = (name: string, size: string) => {
      const path = join(folder, name);
      ffmpeg(
        '-f',
        'lavfi',
        '-i',
        `testsrc=size=${size}:rate=10:duration=1`,
        '-c:v',
        'mpeg4',
        '-f',
        'mpegts',
        path,
      );
      return readFileSync(path);
    };
    // Two streams one after the other: the second begins at 0 again, and has another size.
    const both = join(folder, 'both.ts');
    writeFileSync(both, Buffer.concat([part('a.ts', '320x240'), part('b.ts', '640x200')]));
    const leaps = join(folder, 'leaps.mkv');
    const setpts = "setpts='if(gt(N,3),PTS+10000/TB,PTS)'";
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=320x240:rate=10:duration=1',
      '-vf',
      setpts,
      '-fps_mode',
      'passthrough',
      '-c:v',
      'ffv1',
      leaps,
    );
    for (const path of [both, leaps]) {
      const background = await video(path, true);
      const seen = new Set<string>();
      for (let i = 0; i < 40; i++) seen.add(i420Of(background.frame(i * 1000)).toString('latin1'));
      await background.close();
      assert.ok(seen.size >= 3, `${path} stands still`);
      assert.equal(background.warning, undefined);
    }
  });

  for (const [name, count, ...options] of [
    ['mutant.gif', 12],
    ['mutant.mkv', 12, '-c:v', 'mjpeg'],
    ['mutant.mp4', 12, '-c:v', 'mpeg4'],
    ['mutant.apng', 12, '-f', 'apng'],
  ] as const) {
    it(`${count} damaged copies of ${name} load, or are refused with a reason`, {
      timeout: 120_000,
    }, async () => {
      const whole = readFileSync(greys(name, 5, ...options));
      const path = join(folder, `damaged-${name}`);
      let state = count;
      const next = (below: number): number => {
        state = (state * 48271) % 0x7fffffff;
        return state % below;
      };
      for (let i = 0; i < count; i++) {
        const mutant = Buffer.from(i % 4 === 0 ? whole.subarray(0, 1 + next(whole.length)) : whole);
        for (let k = 0; k < 1 + (i % 10); k++) mutant[next(mutant.length)] = next(256);
        writeFileSync(path, mutant);
        try {
          const background = await loadBackground(path, WIDTH, HEIGHT);
          for (let ms = 0; ms < 500; ms += 100) luma(background.frame(ms));
          await background.close();
        } catch (error) {
          assert.ok(error instanceof BackscrubError && error.code === 'BadImage', String(error));
        }
      }
    });
  }

  it('a video without ffmpeg: says what to install', async () => {
    const path = greys('without.mkv', 4, '-c:v', 'ffv1');
    const before = process.env['PATH'];
    process.env['PATH'] = join(folder, 'nowhere');
    try {
      await rejects(loadBackground(path, WIDTH, HEIGHT), 'BadImage', /apt install ffmpeg/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('the decoder dies with us, even when it hangs', { timeout: 60_000 }, async () => {
    const path = greys('orphan.mkv', 8, '-c:v', 'ffv1');
    const script = `
      import { VideoBackground } from ${JSON.stringify(new URL('./video.js', import.meta.url).href)};
      import { openRegular } from ${JSON.stringify(new URL('./regular-file.js', import.meta.url).href)};
      const handle = await openRegular(${JSON.stringify(path)});
      const size = { width: ${WIDTH}, height: ${HEIGHT} };
      const video = await VideoBackground.open('', handle, size, { x: 0.5, y: 0.5 }, false);
      console.log(video.pid);
      process.kill(process.pid, 'SIGKILL');`;
    const size = (WIDTH * HEIGHT * 3) / 2;
    const pid = await withFfmpeg(`head -c ${size} /dev/zero; exec sleep 1000`, async () => {
      try {
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        return Number((error as { stdout: string }).stdout);
      }
      throw new Error('it was not killed');
    });
    assert.ok(pid > 1, `${pid}`);
    for (let i = 0; i < 100 && isAlive(pid); i++) await delay(20);
    assert.ok(!isAlive(pid));
  });
});
