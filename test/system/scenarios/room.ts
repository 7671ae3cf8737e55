/**
 * The room stays hidden, whatever happens: calls, kills, restarts and trouble by chance, and every frame that an application gets
 * is judged by tiles, as is every Snapshot. BACKSCRUB_ROOM_SECONDS says for how long, BACKSCRUB_ROOM_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { CAMERA, showFrames, stopCamera } from '../camera.js';
import { CHECKED, tileShares } from '../checks.js';
import { exposures, mayShow, type Stretch } from '../exposure.js';
import { figure } from '../figures.js';
import { attempt, type Consumer, guest, OUTPUT, sleep, startTileConsumer } from '../guest.js';
import { Random } from '../random.js';
import type { TileRecord } from '../records.js';
import { type Act, RoomDriver } from '../room-driver.js';
import {
  type Choices,
  type Move,
  Plan,
  setBackground,
  setEffects,
  setMode,
  setModel,
  setStrength,
  start,
} from '../room-plan.js';
import { call, property } from '../service.js';
import { virtualCamera } from './setting.js';

const SECONDS = Number(process.env['BACKSCRUB_ROOM_SECONDS'] ?? 120);
const SEED = Number(process.env['BACKSCRUB_ROOM_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const FLAG = '/run/room-hidden';
const STATE = '/var/lib/backscrub';
/** A second camera with the same clip. */
const OTHER = '/dev/video41';
const FILES = '/root/room';
/** What the matte leaves of a tile on its own may vary by, in hundredths. */
const MARGIN = 15;
/** In that many tiles a frame of passthrough shows the room; the person covers the rest. */
const AWAKE = 110;
const FEWEST_AWAKE = 30;
/** Without a change the matte is as good as it gets after that. */
const SETTLED_MS = 1000;
/** What a call may answer; anything else is no answer. */
const REFUSED = /^org\.backscrub\.Error\.|\.(InvalidArgs|LimitsExceeded|AccessDenied)$/;
const LAST_ACTS = 8;
/** What is told of a failure: the first frame of each row of guilty ones that are no further apart. */
const MOST_TOLD = 8;
const APART_US = 1e6;

const feeder = (unit: string, device: string): string =>
  `systemctl reset-failed ${unit}.service; systemctl is-active --quiet ${unit}.service || systemd-run --quiet --unit=${unit} --property=Nice=-20 feeder ${device} ${CHECKED.width} ${CHECKED.height} YUYV 30 /mnt/clips/checked.frames; sleep 0.2`;

/** Pictures and clips by path and for imports, of other sizes than the frame, some of them slow. */
async function makeFiles(): Promise<string[]> {
  const source = (size: string, rate: number, seconds: number) =>
    `-f lavfi -i gradients=size=${size}:rate=${rate}:duration=${seconds}:seed=7:speed=0.05`;
  const files: readonly (readonly [string, string])[] = [
    ['still.jpg', `${source('1600x1200', 1, 1)} -frames:v 1`],
    ['exact.png', `${source('1280x720', 1, 1)} -frames:v 1`],
    ['animated.gif', source('320x180', 10, 2)],
    ['exact.mp4', `${source('1280x720', 25, 2)} -c:v libx264 -preset ultrafast -pix_fmt yuv420p`],
    ['slow.mp4', `${source('1280x720', 1, 3)} -c:v libx264 -preset ultrafast -pix_fmt yuv420p`],
    ['small.webm', `${source('640x360', 25, 2)} -pix_fmt yuv420p -c:v libvpx -deadline realtime -cpu-used 8`],
  ];
  await guest(`mkdir -p ${FILES} /usr/share/bed/room`);
  for (const [name, options] of files)
    await guest(`[ -e ${FILES}/${name} ] || ffmpeg -nostdin -loglevel error -y ${options} ${FILES}/${name}`);
  await guest(`cp ${FILES}/* /usr/share/bed/room/ && chmod -R a+rX /usr/share/bed`);
  return files.map(([name]) => `${FILES}/${name}`);
}

async function ids(command: string, key: string): Promise<string[]> {
  const rows = JSON.parse(await guest(`backscrubctl --json ${command} list`)) as Record<string, unknown>[];
  return rows.map((row) => String(row[key]));
}

async function choices(files: readonly string[]): Promise<Choices> {
  const paths = files.map((file) => file.replace(FILES, '/usr/share/bed/room'));
  return {
    backgrounds: [
      'color:#204a87',
      'gradient:#204a87-#ad7fa8@45',
      ...(await ids('background', 'id')),
      ...paths,
      '/nowhere.png',
      'imported:nothing',
    ],
    effects: await property<string[]>('AvailableEffects'),
    models: await ids('model', 'name'),
    cameras: ['', ...(await ids('camera', 'id'))],
    files,
    fillDisk: `dd if=/dev/zero of=${STATE}/fill bs=1M 2> /dev/null; true`,
    emptyDisk: `rm -f ${STATE}/fill`,
    startCamera: feeder('feeder', CAMERA),
  };
}

function describeAct({ action, from, to, answer }: Act, zero: number): string {
  const said = answer.error === undefined ? 'ok' : `${answer.error}: ${answer.text}`;
  const at = (time: number): string => ((time - zero) / 1e6).toFixed(3);
  return `${at(from)} to ${at(to)} s  ${JSON.stringify(action).slice(0, 160)}  ${said.slice(0, 100)}`;
}

/** The frames that were kept, as pictures for people. */
async function keepPictures(): Promise<string[]> {
  const kept = readdirSync(OUTPUT).filter((name) => /^room-.*\.yuyv$/.test(name));
  for (const name of kept) {
    const luma = readFileSync(join(OUTPUT, name)).filter((_, at) => at % 2 === 0);
    const raw = { width: CHECKED.width, height: CHECKED.height, channels: 1 } as const;
    await sharp(luma, { raw })
      .png()
      .toFile(join(OUTPUT, name.replace(/\.yuyv$/, '.png')));
  }
  return kept.map((name) => name.replace(/\.yuyv$/, '.png'));
}

/** When the picture may be upside down: then a matte has more trouble, as own leak says. */
function upsideDown(acts: readonly Act[]): Stretch[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { action, effect, from, to, failed } of acts) {
    const effects = 'call' in action && action.call[0] === 'SetEffects' ? String(action.call[2]) : undefined;
    const last = stretches.at(-1);
    const open = last?.to === Infinity ? last : undefined;
    if (effects?.includes('flip') || effect.look) {
      if (!open) stretches.push({ from, to: Infinity });
    } else if (effects !== undefined && !failed && open) {
      open.to = to;
    }
  }
  return stretches;
}

/** How much of the room a frame or a picture has. */
interface Seen {
  readonly from: number;
  readonly to: number;
  readonly showing: number;
  readonly worst: number;
  readonly what: string;
}

/** The first of each row of them, in the order of time. */
function episodes(seen: readonly Seen[]): Seen[] {
  const sorted = seen.toSorted((a, b) => a.from - b.from);
  return sorted.filter(({ from }, index) => from - (sorted[index - 1]?.to ?? -Infinity) > APART_US);
}

class Watcher {
  readonly seen: Seen[] = [];
  #consumer: Consumer<TileRecord> | undefined;
  #number = 0;

  async come(): Promise<void> {
    const options = { device: await virtualCamera(), seconds: SECONDS + 300, name: `room-${this.#number++}` };
    this.#consumer = await startTileConsumer(options, FLAG);
  }

  async leave(): Promise<readonly TileRecord[]> {
    const result = await this.#consumer?.stop();
    const frames = result?.frames ?? [];
    for (const { time, showing, worst, sequence } of frames)
      this.seen.push({ from: time, to: time, showing, worst, what: `frame ${sequence}` });
    return frames;
  }

  /** Judges the last Snapshot, which was made between the two times. */
  async look({ from, to }: Act): Promise<void> {
    const image = sharp(readFileSync(join(OUTPUT, 'room-snapshot.jpg'))).greyscale();
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [CHECKED.width, CHECKED.height]);
    const shares = tileShares(data).map((share) => Math.round(share * 100));
    const showing = shares.filter((share) => share >= 40).length;
    this.seen.push({ from, to, showing, worst: Math.max(...shares), what: 'snapshot' });
  }
}

describe('the room stays hidden, whatever happens', () => {
  let files: readonly string[] = [];

  before(async () => {
    await guest(
      `systemctl stop backscrub.service; mkdir -p ${STATE}.kept && cp -a ${STATE}/. ${STATE}.kept/ && mount -t tmpfs -o size=96m tmpfs ${STATE} && cp -a ${STATE}.kept/. ${STATE}/ && chown --reference=${STATE}.kept ${STATE} && chmod 700 ${STATE}; id other > /dev/null 2>&1 || useradd -m -G video other; systemctl start backscrub.service`,
    );
    await guest(`[ -e ${OTHER} ] || v4l2loopback-ctl add -n 'Other Test Camera' -x 1 ${OTHER}`);
    await showFrames({ format: 'YUYV', width: CHECKED.width, height: CHECKED.height }, 'checked.frames');
    await guest(feeder('feeder2', OTHER));
    files = await makeFiles();
  });
  after(async () => {
    await attempt(
      `systemctl kill --signal=CONT feeder.service; systemctl stop feeder2.service 'seat-*.service'; systemctl stop backscrub.service; umount ${STATE}; rm -rf ${STATE}.kept; systemctl reset-failed backscrub.service; systemctl start backscrub.service`,
    );
    await stopCamera();
    await attempt(`v4l2loopback-ctl delete ${OTHER}`);
    for (const [member, words] of [
      ['SetMode', ['s', 'replace']],
      ['SetEffects', ['as', '0']],
      ['SetCamera', ['s', '']],
      ['Start', []],
    ] as const)
      await call(member, ...words);
  });

  test(`${SECONDS} s by chance, seed ${SEED}`, (context) =>
    RoomDriver.use(FLAG, async (driver) => {
      process.stdout.write(`the room, ${SECONDS} s by chance: BACKSCRUB_ROOM_SEED=${SEED}\n`);
      const random = new Random(SEED);
      const watcher = new Watcher();
      const plan = new Plan(random, await choices(files));
      const wrong: string[] = [];
      const doIt = async ({ action, effect }: Move): Promise<Act> => {
        const act = await driver.do(action, effect);
        const { error, value } = act.answer;
        if (error !== undefined && !REFUSED.test(error)) wrong.push(`${error}: ${act.answer.text}`);
        if (error === undefined && 'import' in action && value !== undefined) plan.imported(value);
        if (error === undefined && 'snapshot' in action) await watcher.look(act);
        return act;
      };

      // What each matte leaves of the room when nothing happens: no frame may have more.
      const own: { name: string; from: number; to: number }[] = [];
      const begin = [
        start,
        setMode('replace'),
        setBackground('color:#204a87'),
        setStrength(60),
        setEffects([]),
      ];
      for (const move of begin) await doIt(move);
      for (const file of files.slice(2, 5)) await doIt({ action: { import: ['at first', file] } });
      await watcher.come();
      await sleep(3000);
      for (const model of (await ids('model', 'name')).slice(0, 2)) {
        for (const effects of [[], ['mirror'], ['flip']]) {
          await doIt(setModel(model));
          const { to } = await doIt(setEffects(effects));
          await sleep(SETTLED_MS + 2000);
          own.push({
            name: `${model} ${effects.join()}`,
            from: to + SETTLED_MS * 1000,
            to: to + (SETTLED_MS + 2000) * 1000,
          });
        }
      }
      await doIt(setEffects([]));
      const blurred = await doIt(setMode('blur'));
      await sleep(SETTLED_MS + 2000);
      own.push({
        name: 'blur',
        from: blurred.to + SETTLED_MS * 1000,
        to: blurred.to + (SETTLED_MS + 2000) * 1000,
      });
      await watcher.leave();
      const upright = { worst: 0, showing: 0 };
      const flipped = { worst: 0, showing: 0 };
      for (const { name, from, to } of own) {
        const frames = watcher.seen.filter((frame) => frame.from >= from && frame.to < to);
        assert.ok(frames.length > 10, `${frames.length} frames of ${name}`);
        const worst = Math.max(...frames.map((frame) => frame.worst));
        const showing = Math.max(...frames.map((frame) => frame.showing));
        figure(`the matte's own leak, ${name}`, `${worst} % of the worst tile, ${showing} tiles`);
        for (const most of name.includes('flip') ? [flipped] : [upright, flipped]) {
          most.worst = Math.max(most.worst, worst + MARGIN);
          most.showing = Math.max(most.showing, showing);
        }
      }
      assert.ok(
        upright.showing === 0 && upright.worst < 60,
        'the matte itself leaks too much to judge by it',
      );
      assert.ok(flipped.showing < 20, 'the matte of a picture upside down leaks too much to judge by it');

      await watcher.come();
      const zero = (await doIt(setMode('replace'))).to;
      const beside: Promise<Act>[] = [];
      const end = Date.now() + SECONDS * 1000;
      try {
        while (Date.now() < end) {
          const steps = plan.next();
          for (const [index, step] of steps.entries()) {
            if (step === 'leave and return') {
              await Promise.all(beside.splice(0));
              await watcher.leave();
              await watcher.come();
            } else if ('pause' in step) {
              await sleep(step.pause);
            } else {
              const act = doIt(step);
              const next = steps
                .slice(index + 1)
                .find((one) => one === 'leave and return' || !('pause' in one));
              if (typeof next === 'object' && 'action' in next && next.beside) beside.push(act);
              else await act;
            }
          }
          await Promise.all(beside.splice(0));
        }
      } finally {
        await Promise.all(beside);
        await doIt({ action: { run: 'systemctl kill --signal=CONT feeder.service || true' } });
        await watcher.leave();
      }

      const stretches = exposures(driver.acts);
      const judged = watcher.seen.filter(({ from }) => from >= zero);
      const hidden = judged.filter(({ from, to }) => !mayShow(stretches, from, to));
      const turned = upsideDown(driver.acts);
      const guilty = hidden.filter(({ from, to, worst, showing }) => {
        const most = mayShow(turned, from, to) ? flipped : upright;
        return worst > most.worst || showing > most.showing;
      });
      const awake = judged.filter(({ showing, from }) => showing >= AWAKE && mayShow(stretches, from));
      const refused = driver.acts.filter(({ failed }) => failed);
      figure(
        `the room, ${SECONDS} s by chance, seed ${SEED}`,
        `${driver.acts.length} actions, ${refused.length} refused; ${judged.length} frames and snapshots, ${hidden.length} of them while hiding, ` +
          `${guilty.length} with more of the room than the matte's own leak (${upright.worst} % of a tile); ${awake.length} of the visible room`,
      );
      for (const deed of episodes(guilty).slice(0, MOST_TOLD)) {
        const before = driver.acts.filter(({ from }) => from <= deed.to).slice(-LAST_ACTS);
        const text = `${deed.what} at ${((deed.from - zero) / 1e6).toFixed(3)} s: ${deed.showing} tiles, ${deed.worst} % of the worst; before it:\n  ${before.map((act) => describeAct(act, zero)).join('\n  ')}`;
        context.diagnostic(text);
      }
      const pictures = guilty.length === 0 ? [] : await keepPictures();
      assert.equal(
        guilty.length,
        0,
        `BACKSCRUB_ROOM_SEED=${SEED}: ${guilty.length} of ${hidden.length} show the room while it is hidden; pictures in test/system/output: ${pictures.join(', ')}`,
      );
      assert.deepEqual(wrong, [], `BACKSCRUB_ROOM_SEED=${SEED}: the service answers every call`);
      assert.ok(awake.length >= FEWEST_AWAKE, `the judge has seen ${awake.length} frames of passthrough`);
      assert.ok(judged.length > 5 * SECONDS, `${judged.length} frames in ${SECONDS} s`);
      assert.notEqual(await property('State'), '');
    }));
});
