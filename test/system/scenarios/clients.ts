/** Programs that people have, not the test's own application, see the chosen background and the person, and never the room. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import {
  assertEnded,
  describePictures,
  FOLDER,
  judgeRaw,
  type PageReport,
  readPage,
  runClient,
  USER,
} from '../client.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, sleep } from '../guest.js';
import type { PictureRecord } from '../judge.js';
import { atLeast, pace, patient, undisturbed } from '../pace.js';
import { shown } from '../records.js';
import { call, cameraIsReleased, property, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, virtualCamera } from './setting.js';

const LABEL = 'Backscrub';
/** Longest time that a browser takes to start, ask for the camera and say what it saw; four times what was measured. */
const BROWSER_SECONDS = 120;

async function setTheScene(): Promise<void> {
  await showClip({ format: 'YUYV', width: 1280, height: 720 });
  await call('SetBackground', 's', BACKGROUND);
  await call('SetMode', 's', 'replace');
  await call('Start');
  await waitForState('idle');
}

async function cameraIsOn(): Promise<void> {
  await eventually(
    () => property('State'),
    (state) => state === 'running',
    'the application does not get a picture',
    BROWSER_SECONDS,
  );
  assert.equal(await property<boolean>('CameraInUse'), true);
}

async function cameraIsOff(): Promise<void> {
  await waitForState('idle');
  await cameraIsReleased();
}

/** Pictures, two a second or fewer, while the matte is strict: a hand may be missing. It takes longer on a slow guest. */
const START = 2;

/**
 * Nothing of the room; from some picture on the person before the background, who moves. A picture may be torn, the start's
 * with the card above and the person below: v4l2loopback overwrites a buffer that a slow reader still copies.
 */
function assertComposed(name: string, pictures: readonly PictureRecord[]): void {
  figure(name, describePictures(pictures));
  assertNoRoom(pictures, name);
  // A new reader gets the picture that was written last, which may be of the call before.
  const isOld = pictures.length > 1 && pictures[1] !== undefined && shown(pictures[1]) === 'placeholder';
  const first = pictures.findIndex((picture, index) => isComposed(picture) && !(isOld && index === 0));
  undisturbed(first >= 0 && pictures.length - first > START, 'too few pictures are composed');
  for (const picture of pictures.slice(first)) {
    assert.ok(isComposed(picture), JSON.stringify(picture));
    assert.ok(picture.background <= 3, `the background is off by ${picture.background.toFixed(2)} levels`);
  }
  for (const { person } of pictures.slice(first + START))
    assert.ok(person <= 3, `the person is off by ${person.toFixed(2)} levels`);
  const poses = new Set(pictures.slice(first).map(({ personFrame }) => personFrame));
  undisturbed(poses.size > 1, 'all pictures show the same frame of the camera');
}

/**
 * Frames per second of an application on a slow guest: the engine takes more of the processor, and the application does less
 * with the rest, hence the square.
 */
function onSlow(rate: number, slow: number): number {
  return rate / slow ** 2;
}

async function ffmpegInput(): Promise<string> {
  return `-f v4l2 -input_format yuyv422 -video_size 1280x720 -i ${await virtualCamera()}`;
}

/** From what ffmpeg's -progress says last. */
function decodedFrames(progress: string): number {
  return Number([...progress.matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1]);
}

async function browse(browser: string, seconds: number, during?: () => Promise<void>): Promise<void> {
  const command = `node /mnt/guest/browse.mjs ${browser} ${LABEL} ${seconds} ${FOLDER}`;
  assertEnded(await runClient(command, BROWSER_SECONDS + seconds, during));
}

function assertPage(name: string, { error, label, width, height, events, ...rest }: PageReport): void {
  assert.equal(error, undefined);
  const rate = `${(rest.frames / rest.seconds).toFixed(1)} frames per second`;
  figure(name, `"${label}", ${width}x${height}, ${rate}`);
  assert.match(label, new RegExp(LABEL));
  assert.deepEqual([width, height], [1280, 720]);
  assert.ok(!events.includes('ended'), events.join());
  // A browser takes a track for muted when no frame has come for a second or so.
  undisturbed(events.length === 0, `the page heard of ${events.join()}`);
}

describe('real clients', () => {
  test(
    'v4l2-ctl streams',
    patient(async () => {
      await setTheScene();
      const format = 'width=1280,height=720,pixelformat=YUYV';
      const stream = `--stream-mmap --stream-skip=120 --stream-count=30 --stream-to=${FOLDER}/frames.yuyv`;
      const command = `v4l2-ctl -d ${await virtualCamera()} --set-fmt-video=${format} --get-fmt-video ${stream}`;
      const result = await runClient(command, 40, cameraIsOn);
      assertEnded(result);
      assert.match(result.stdout, /1280\/720[\s\S]*'YUYV'/);
      const frames = await judgeRaw('v4l2-ctl', 'frames.yuyv');
      assert.equal(frames.length, 30);
      assertComposed('v4l2-ctl', frames);
      await cameraIsOff();
    }),
  );

  test(
    'ffmpeg decodes',
    patient(async () => {
      const slow = await pace();
      const seconds = Math.ceil(8 * slow);
      await setTheScene();
      const input = `-t ${seconds} ${await ffmpegInput()}`;
      const outputs = `-filter_complex '[0:v]split[all][b];[b]fps=2[some]' -map '[all]' -f null - -map '[some]' -f rawvideo`;
      const command = `ffmpeg -nostdin -loglevel error -xerror -progress pipe:1 ${input} ${outputs} ${FOLDER}/frames.yuyv`;
      const result = await runClient(command, 32 + seconds, cameraIsOn);
      assertEnded(result);
      const decoded = decodedFrames(result.stdout);
      figure('ffmpeg', `${decoded} frames decoded in ${seconds} s`);
      atLeast(decoded, onSlow(10, slow) * seconds, `${decoded} frames in ${seconds} s`);
      assertComposed('ffmpeg', await judgeRaw('ffmpeg', 'frames.yuyv'));
      await cameraIsOff();
    }),
  );

  // v4l2loopback hands a new reader the picture that was written last, with the time of then. A recorder that goes by the
  // pictures' times would take the service's rest for a part of the recording, so the service paints anew when its node is
  // opened. On the guest's one processor it comes too late for a reader that needs a millisecond from opening to streaming;
  // therefore the node is opened a little before.
  test(
    'a recording begins when it is begun',
    patient(async () => {
      await setTheScene();
      await sleep(6000);
      const record = `ffmpeg -nostdin -loglevel error -progress pipe:1 -t 3 ${await ffmpegInput()} -f null -`;
      const { stdout } = await runClient(`exec 3<${await virtualCamera()}; sleep 0.3; ${record}`, 30);
      const recorded = decodedFrames(stdout);
      figure('a recording of 3 s after a rest of 6 s', `${recorded} frames`);
      undisturbed(recorded > 10, `${recorded} frames`);
    }),
  );

  test('in passthrough their pictures are found guilty', async () => {
    await setTheScene();
    await call('SetMode', 's', 'passthrough');
    try {
      const stream = `--stream-mmap --stream-skip=120 --stream-count=5 --stream-to=${FOLDER}/frames.yuyv`;
      assertEnded(await runClient(`v4l2-ctl -d ${await virtualCamera()} ${stream}`, 40));
    } finally {
      await call('SetMode', 's', 'replace');
    }
    const frames = await judgeRaw('guilty', 'frames.yuyv');
    assert.deepEqual(frames.map(shown), Array(5).fill('room'));
  });

  // Seconds that it plays, and the fewest frames per second; without graphics Firefox takes a second for a picture of the canvas.
  for (const [browser, seconds, slowest] of [
    ['chromium', 10, 5],
    ['firefox', 14, 1],
  ] as const) {
    test(
      `a page in ${browser} plays it, and the camera is on no longer than that`,
      patient(async () => {
        const slow = await pace();
        await setTheScene();
        await browse(browser, Math.ceil(seconds * slow), cameraIsOn);
        await cameraIsOff();
        const { report, pictures } = await readPage(browser);
        assertNoRoom(pictures, browser);
        // The start is counted in frames: with few of them its strict matte is still in the third picture.
        undisturbed(
          report.frames >= onSlow(slowest, slow) * report.seconds,
          `${report.frames} frames in ${report.seconds} s`,
        );
        assertPage(browser, report);
        assertComposed(browser, pictures);
      }),
    );
  }

  test(
    'a page in chromium sees the card while the service is stopped, and no error',
    patient(async () => {
      await setTheScene();
      await call('Stop');
      try {
        await browse('chromium', 5, async () => {
          await eventually(
            () => property<number>('Consumers'),
            (count) => count === 1,
            'the page does not play the camera',
            BROWSER_SECONDS,
          );
          assert.equal(await property('State'), 'stopped');
          assert.equal(await property<boolean>('CameraInUse'), false);
        });
      } finally {
        await call('Start');
      }
      const { report, pictures } = await readPage('chromium-stopped');
      assertPage('chromium, stopped service', report);
      figure('chromium, stopped service', describePictures(pictures));
      assert.ok(pictures.length > 1);
      assert.deepEqual([...new Set(pictures.map(shown))], ['placeholder']);
      // The card is painted ten times a second.
      atLeast(report.frames, 2 * report.seconds, `${report.frames} frames`);
    }),
  );

  test(
    'PipeWire that was there first shows it, and an application reads it from there',
    patient(async () => {
      await setTheScene();
      const node = await virtualCamera();
      const uid = await guest(`id -u ${USER}`);
      const runtime = `XDG_RUNTIME_DIR=/run/user/${uid} DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus`;
      const asUser = (command: string): string => `runuser -u ${USER} -- env ${runtime} ${command}`;
      const videoNodes = async (): Promise<readonly PipeWireNode[]> => {
        const { stdout } = await attempt(asUser('pw-dump --no-colors'));
        return (JSON.parse(stdout || '[]') as readonly PipeWireObject[])
          .map(({ info }) => info?.props ?? {})
          .filter((props) => props['api.v4l2.path'] === node);
      };
      const classes = (nodes: readonly PipeWireNode[]): unknown[] =>
        nodes.map((props) => props['media.class']);
      await guest(`systemctl stop backscrub.service user@${uid}.service`);
      try {
        await guest(`systemctl start user@${uid}.service && ${asUser('systemctl --user start wireplumber')}`);
        const before = await eventually(videoNodes, (nodes) => nodes.length > 0, 'PipeWire has no devices');
        assert.deepEqual(classes(before), ['Video/Device'], 'without the service it is no camera');

        const serviceStarts = Date.now();
        await guest('systemctl start backscrub.service');
        const isSource = (nodes: readonly PipeWireNode[]): boolean => classes(nodes).includes('Video/Source');
        const after = await eventually(videoNodes, isSource, 'PipeWire does not show it as a camera', 30);
        const source = after.find((props) => props['media.class'] === 'Video/Source') ?? {};
        const seconds = ((Date.now() - serviceStarts) / 1000).toFixed(1);
        figure(
          'PipeWire',
          `${source['node.description']} is there ${seconds} s after the start of the service`,
        );
        assert.match(String(source['node.description']), new RegExp(LABEL));
        assert.match((await attempt(asUser('backscrubctl doctor'))).stdout, /PipeWire shows the virtual/);
        assert.equal(await property<boolean>('CameraInUse'), false, 'only PipeWire has looked at it');

        const elements = [
          `pipewiresrc target-object=${source['node.name']} num-buffers=240`,
          'video/x-raw,format=YUY2,width=1280,height=720',
          'videorate drop-only=true',
          'video/x-raw,framerate=2/1',
          `filesink location=${FOLDER}/frames.yuyv`,
        ];
        const read = () =>
          runClient(`env ${runtime} gst-launch-1.0 -e ${elements.join(' ! ')}`, 60, cameraIsOn);
        let started = Date.now();
        let result = await read();
        // When PipeWire changes the latency of a stream that has just begun, it negotiates the same format once more, and
        // pipewiresrc 1.4 may give up in between.
        for (let again = 0; again < 2 && GAVE_UP.test(result.stderr); again++) {
          figure('PipeWire', 'pipewiresrc gave up while the format was negotiated once more; tried again');
          await cameraIsOff();
          started = Date.now();
          result = await read();
        }
        assertEnded(result);
        figure('PipeWire', `240 frames in ${((Date.now() - started) / 1000).toFixed(1)} s with the start`);
        assertComposed('PipeWire', await judgeRaw('pipewire', 'frames.yuyv'));
        await cameraIsOff();
      } finally {
        await attempt(`systemctl stop user@${uid}.service; systemctl start backscrub.service`);
      }
    }),
  );
});

const GAVE_UP = /stream error: (unhandled format|Format negotiation failed)/;

type PipeWireNode = Readonly<Record<string, unknown>>;

/** As pw-dump(1) prints it. */
interface PipeWireObject {
  readonly info?: { readonly props?: PipeWireNode };
}
