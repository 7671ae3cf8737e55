import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showFrames } from '../camera.js';
import { CHECKED } from '../checks.js';
import { figure } from '../figures.js';
import { eventually, guest, sleep, startTileConsumer } from '../guest.js';
import { knownPace, patient, undisturbed, within } from '../pace.js';
import { Random } from '../random.js';
import { between, longestGap, quantile } from '../records.js';
import { type Act, type Action, RoomDriver } from '../room-driver.js';
import { SWITCHES } from '../rounds.js';
import { enginePid, property, resourcesOf, servicePid, waitForState } from '../service.js';
import { BACKGROUND, virtualCamera } from './setting.js';

/** Each look once, all switches, and the calls around them take a part of it. */
const SECONDS = 300;
const LONGEST_GAP_MS = 100;
const MOST_GROWTH_MB = 10;
/** Within which the memory of looks that are over has gone back; 1.5 s where the guest is in time. */
const REST_MS = 3000;
const SEED = 4;
/** While it is not hidden, the first byte is 0 (room-driver.ts). */
const FLAG = '/run/switching';
/** For so long the room is shown in the end, so that the judge has seen it. */
const VISIT_MS = 1000;

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

const setMode = (mode: string): Action => ({ call: ['SetMode', 's', [mode]] });
const setBackground = (background: string): Action => ({ call: ['SetBackground', 's', [background]] });
const setEffects = (effects: readonly string[]): Action => ({ call: ['SetEffects', 'as', [effects]] });

/** Calls that change the look, each to another kind. */
async function looks(): Promise<Action[]> {
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
    ...backgrounds.map(setBackground),
    ...effects.map((effect) => setEffects([effect])),
    setEffects(effects),
    setEffects([]),
    ...['blur', 'replace', 'replace', 'mask'].map(setMode),
    ...[40, 70, 100].map((strength): Action => ({ set: ['BlurStrength', 'u', strength] })),
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

async function send(driver: RoomDriver, action: Action, effect: Act['effect'] = {}): Promise<Act> {
  const act = await driver.do(action, effect);
  assert.ok(!act.failed, `${JSON.stringify(action)}: ${act.answer.text}`);
  return act;
}

async function sendPlain(driver: RoomDriver): Promise<void> {
  for (const action of [setEffects([]), setBackground(BACKGROUND), setMode('replace')])
    await send(driver, action);
}

describe('backgrounds and effects', () => {
  test(
    `${SWITCHES} switches in random order: no gap, no room, nothing left behind`,
    patient(() =>
      RoomDriver.use(FLAG, async (driver) => {
        // The gallery has edges like those of a drawn room. The checked one cannot be mistaken.
        await showFrames({ format: 'YUYV', ...CHECKED }, 'checked.frames');
        await sendPlain(driver);
        const actions = await looks();
        const seconds = Math.ceil(SECONDS * (await knownPace()));
        const options = { device: await virtualCamera(), seconds, name: 'switching' };
        const consumer = await startTileConsumer(options, FLAG);
        await waitForState('running');
        await sleep(2000);
        // Everything once: what is kept from then on is there before it is measured.
        for (const action of actions) await send(driver, action);
        await sendPlain(driver);
        await sleep(REST_MS);
        const before = await resources();
        const random = new Random(SEED);
        const delays: number[] = [];
        let from = 0;
        let to = 0;
        for (let done = 0; done < SWITCHES; done++) {
          const answer = await send(driver, random.oneOf(actions));
          if (done === 0) ({ from } = answer);
          ({ to } = answer);
          delays.push((answer.to - answer.from) / 1000);
        }
        await sendPlain(driver);
        await sleep(REST_MS);
        // Memory comes back when garbage is collected, which waits for the processor.
        const after = await eventually(
          resources,
          (now) => now.children === before.children && now.engineMb - before.engineMb <= MOST_GROWTH_MB,
          'something is left behind',
          20,
        );
        const shown = await send(driver, setMode('passthrough'), { mode: 'passthrough' });
        await sleep(VISIT_MS);
        const hidden = await send(driver, setMode('replace'), { mode: 'replace' });
        const { frames } = await consumer.stop();
        undisturbed(
          hidden.to < (frames.at(-1)?.time ?? 0),
          'the switches took longer than the application watched',
        );
        const hiding = [...between(frames, 0, shown.from), ...between(frames, hidden.to)];
        const raw = hiding.filter(({ showing }) => showing > 0);
        assert.equal(
          raw.length,
          0,
          `${raw.length} of ${hiding.length} frames show the room: ${JSON.stringify(raw[0])}; see switching.csv.*.yuyv`,
        );
        const visit = between(frames, shown.to, hidden.from).filter(({ showing }) => showing > 0);
        assert.ok(visit.length > 0, 'no frame of passthrough is found to show the room');
        const during = between(frames, from, to);
        const gap = longestGap(during);
        figure(
          `${SWITCHES} switches among ${actions.length} looks`,
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
        within(gap.ms, LONGEST_GAP_MS, `a gap of ${gap.ms.toFixed(0)} ms`);
      }),
    ),
  );
});
