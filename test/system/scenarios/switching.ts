import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { guest, sleep, timed } from '../guest.js';
import { inTime, patient } from '../pace.js';
import { between, type FrameRecord, longestGap, quantile, showsRoom } from '../records.js';
import { callCommand, enginePid, property, resourcesOf, servicePid, waitForState } from '../service.js';
import { BACKGROUND, watch } from './setting.js';

const SWITCHES = 200;
/** Each look once, all switches, and the commands around them take half of it. */
const SECONDS = 300;
const LONGEST_GAP_MS = 100;
const MOST_GROWTH_MB = 10;
/** Within which the memory of looks that are over has gone back; 1.5 s where the guest is in time. */
const REST_MS = 3000;
const SEED = 4;
/**
 * A picture of the gallery whose upright edges lie where the room has some: in one tile of it the judge finds most of the
 * room's edges. While it is shown, one such tile is not enough for a verdict.
 */
const LIKE_THE_ROOM = 'builtin:wood-slats';
const isRawBehindSlats = (frame: FrameRecord): boolean =>
  frame.room < 6 || frame.visible > 0.5 || frame.leaking > 1;
/** How long the picture before may be seen after the answer: the cross-fade, and frames on their way. */
const FADE_US = 1e6;

/** Numbers from 0 to 1, the same in every run: the xorshift generator (Marsaglia, J. Stat. Software 8, 2003). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Files of every kind, made in the guest and imported as a user would. */
async function importFiles(): Promise<string[]> {
  const source = (size: string, rate: number, seconds: number) =>
    `-f lavfi -i gradients=size=${size}:rate=${rate}:duration=${seconds}:seed=7:speed=0.05`;
  const files: readonly (readonly [string, string])[] = [
    ['still.jpg', `${source('1600x1200', 1, 1)} -frames:v 1`],
    ['still.webp', `${source('1024x768', 1, 1)} -frames:v 1`],
    ['animated.gif', source('320x180', 10, 2)],
    ['video.mp4', `${source('1280x720', 24, 3)} -c:v libx264 -preset ultrafast -pix_fmt yuv420p`],
    ['video.webm', `${source('640x360', 25, 2)} -pix_fmt yuv420p -c:v libvpx -deadline realtime -cpu-used 8`],
  ];
  const ids: string[] = [];
  for (const [name, options] of files) {
    await guest(`ffmpeg -nostdin -loglevel error -y ${options} /root/${name}`);
    const added = JSON.parse(await guest(`backscrubctl --json background add /root/${name}`)) as {
      id: string;
    };
    ids.push(added.id);
  }
  return ids;
}

/** Commands that change the look, each to another kind. */
async function looks(): Promise<string[]> {
  const imported = await importFiles();
  const list = JSON.parse(await guest('backscrubctl --json background list')) as {
    id: string;
    builtin: boolean;
  }[];
  const builtin = list.filter((row) => row.builtin).map((row) => row.id);
  assert.ok(builtin.length >= 10, `a gallery of ${builtin.length}`);
  const backgrounds = [BACKGROUND, 'color:#204a87', 'gradient:#204a87-#ad7fa8@45', ...builtin, ...imported];
  const effects = await property<string[]>('AvailableEffects');
  return [
    ...backgrounds.map((background) => callCommand('SetBackground', 's', background)),
    ...effects.map((effect) => callCommand('SetEffects', 'as', '1', effect)),
    callCommand('SetEffects', 'as', String(effects.length), ...effects),
    callCommand('SetEffects', 'as', '0'),
    ...['blur', 'replace', 'replace', 'mask'].map((mode) => callCommand('SetMode', 's', mode)),
    ...[40, 70, 100].map(
      (strength) =>
        `busctl --system set-property org.backscrub /org/backscrub org.backscrub BlurStrength u ${strength}`,
    ),
  ];
}

interface Resources {
  readonly engineMb: number;
  readonly serviceMb: number;
  readonly engineFiles: number;
  readonly serviceFiles: number;
  readonly children: string;
}

async function resources(): Promise<Resources> {
  const [enginesPid, servicesPid] = [await enginePid(), await servicePid()];
  const [engine, service] = [await resourcesOf(enginesPid), await resourcesOf(servicesPid)];
  return {
    engineMb: engine.mb,
    serviceMb: service.mb,
    engineFiles: engine.files.length,
    serviceFiles: service.files.length,
    children: await guest(`ps -o comm= --ppid ${enginesPid},${servicesPid} | sort | xargs`),
  };
}

/** Sends commands and remembers when LIKE_THE_ROOM was to be seen. */
class Switcher {
  private readonly stretches: { from: number; to: number }[] = [];

  async send(command: string): Promise<{ from: number; to: number }> {
    const answer = await timed(command);
    const open = this.stretches.at(-1);
    if (command.includes(LIKE_THE_ROOM)) this.stretches.push({ from: answer.from, to: Infinity });
    else if (command.includes('SetBackground') && open?.to === Infinity) open.to = answer.to + FADE_US;
    return answer;
  }

  async plain(): Promise<void> {
    await this.send(callCommand('SetEffects', 'as', '0'));
    await this.send(callCommand('SetBackground', 's', BACKGROUND));
    await this.send(callCommand('SetMode', 's', 'replace'));
  }

  readonly isRaw = (frame: FrameRecord): boolean => {
    const slats = this.stretches.some(({ from, to }) => frame.time >= from && frame.time < to);
    return slats ? isRawBehindSlats(frame) : showsRoom(frame);
  };
}

describe('backgrounds and effects', () => {
  test(
    'two hundred switches in random order: no gap, no room, nothing left behind',
    patient(async () => {
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      const switcher = new Switcher();
      await switcher.plain();
      const commands = await looks();
      const consumer = await watch('switching', SECONDS);
      await waitForState('running');
      await sleep(2000);
      // Everything once: what is kept from then on is there before it is measured.
      for (const command of commands) await switcher.send(command);
      await switcher.plain();
      await sleep(REST_MS);
      const before = await resources();
      const random = randomNumbers(SEED);
      const delays: number[] = [];
      let from = 0;
      let to = 0;
      for (let done = 0; done < SWITCHES; done++) {
        const command = commands[Math.floor(random() * commands.length)] ?? '';
        const answer = await switcher.send(command);
        if (done === 0) ({ from } = answer);
        ({ to } = answer);
        delays.push((answer.to - answer.from) / 1000);
      }
      await switcher.plain();
      await sleep(REST_MS);
      const after = await resources();
      const { frames } = await consumer.stop();
      const raw = frames.filter(switcher.isRaw);
      assert.equal(
        raw.length,
        0,
        `${raw.length} of ${frames.length} frames show the room: ${JSON.stringify(raw[0])}`,
      );
      const during = between(frames, from, to);
      inTime(to < (frames.at(-1)?.time ?? 0), 'the switches took longer than the application watched');
      const gap = longestGap(during);
      figure(
        `${SWITCHES} switches among ${commands.length} looks`,
        `answered after ${quantile(delays, 0.5).toFixed(0)} ms (the slowest ${Math.max(...delays).toFixed(0)}), longest gap ${gap.ms.toFixed(0)} ms`,
      );
      figure(
        'resources before and after',
        `engine ${before.engineMb.toFixed(1)} and ${after.engineMb.toFixed(1)} MB, service ${before.serviceMb.toFixed(1)} and ${after.serviceMb.toFixed(1)} MB, ` +
          `files ${before.engineFiles}+${before.serviceFiles} and ${after.engineFiles}+${after.serviceFiles}, children ${after.children}`,
      );
      assert.equal(after.engineFiles, before.engineFiles, 'no file descriptor is left in the engine');
      assert.equal(after.serviceFiles, before.serviceFiles, 'no file descriptor is left in the service');
      assert.equal(after.children, before.children, 'no child process is left');
      for (const key of ['engineMb', 'serviceMb'] as const) {
        assert.ok(
          Math.abs(after[key] - before[key]) <= MOST_GROWTH_MB,
          `${key}: ${before[key]} and ${after[key]}`,
        );
      }
      inTime(gap.ms <= LONGEST_GAP_MS, `a gap of ${gap.ms.toFixed(0)} ms`);
    }),
  );
});
