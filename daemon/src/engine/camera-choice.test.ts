import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VideoDevice, VideoFormat } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { chooseCamera, findCamera } from './camera-choice.js';
import { listCameras } from './camera-rows.js';

const WANTED = { width: 1280, height: 720, frameRate: 30 };
const FORMAT: VideoFormat = {
  fourcc: 'YUYV',
  width: 1280,
  height: 720,
  frameRates: [{ numerator: 30, denominator: 1 }],
};

function device(number: number, id: string, change: Partial<VideoDevice> = {}): VideoDevice {
  return {
    path: `/dev/video${number}`,
    id,
    name: id,
    driver: 'uvcvideo',
    busInfo: 'usb',
    capture: true,
    output: false,
    formats: [FORMAT],
    ...change,
  };
}

const INFRARED = device(0, 'infrared', { formats: [{ ...FORMAT, fourcc: 'GREY' }] });
const OWN = device(1, 'own', { driver: 'v4l2 loopback', name: 'Backscrub' });
const LOOPBACK = device(2, 'loopback', { driver: 'v4l2 loopback' });
const METADATA = device(3, 'metadata', { capture: false });
const FIRST = device(4, 'first');
const SECOND = device(5, 'second');
const ALL = [INFRARED, OWN, LOOPBACK, METADATA, FIRST, SECOND];

const chosen = (wanted: string, devices: VideoDevice[] = ALL): string =>
  chooseCamera(wanted, WANTED, OWN.path, devices).device.id;
const noCamera = (text: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === 'NoCamera' && text.test(error.message);

test('automatic: hardware with a picture, then loopback devices, never our own', () => {
  assert.equal(chosen(''), 'first');
  assert.equal(chosen('', [INFRARED, OWN, LOOPBACK, METADATA]), 'loopback');
  assert.throws(() => chosen('', [OWN, METADATA]), noCamera(/plug one in/));
  assert.throws(() => chosen('', [INFRARED]), noCamera(/no picture format/));
});

test('the wanted one by id or path; another stands in for an id, none for a path', () => {
  assert.equal(chosen('second'), 'second');
  assert.equal(chosen('/dev/video5'), 'second');
  assert.equal(chosen('unplugged'), 'first');
  assert.throws(() => chosen('/dev/video9'), noCamera(/"first" \(first\)/));
  assert.throws(() => chosen(OWN.path), noCamera(/not there/));
});

test('a camera that comes back under another number is the same', () => {
  assert.equal(
    chooseCamera('second', WANTED, OWN.path, [FIRST, device(9, 'second')]).device.path,
    '/dev/video9',
  );
});

test('finding takes nobody else', () => {
  const find = (wanted: string): string => findCamera(wanted, WANTED, OWN.path, ALL).id;
  assert.equal(find(''), 'first');
  assert.equal(find('second'), 'second');
  assert.throws(() => find('unplugged'), noCamera(/not there/));
});

test('rights: says what to do', () => {
  const error = { kind: 'permission' } as NonNullable<VideoDevice['error']>;
  assert.throws(() => chosen('', [device(0, 'x', { capture: false, error })]), noCamera(/group "video"/));
});

test('the list: what is usable, and why something is not', () => {
  const error = { kind: 'permission' } as NonNullable<VideoDevice['error']>;
  const large = { ...FORMAT, width: 1920, height: 1080 };
  const devices = [
    INFRARED,
    OWN,
    METADATA,
    device(4, 'first', { formats: [FORMAT, large, { ...FORMAT, fourcc: 'MJPG' }] }),
    device(6, 'denied', { capture: false, formats: [], error }),
  ];
  assert.deepEqual(
    listCameras(WANTED, OWN.path, devices).map(({ id, usable, sizes }) => [id, usable, sizes]),
    [
      ['infrared', false, []],
      ['first', true, ['1920x1080', '1280x720']],
      ['denied', false, []],
    ],
  );
  const [infrared, , denied] = listCameras(WANTED, OWN.path, devices);
  assert.match(infrared?.problem ?? '', /no picture format/);
  assert.match(denied?.problem ?? '', /\/dev\/video6.*group "video"/);
});
