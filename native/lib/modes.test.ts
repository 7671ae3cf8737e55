import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTO_MODE, chooseMode, type VideoFormat, type WantedMode } from './modes.js';

function format(fourcc: string, size: string, ...rates: number[]): VideoFormat {
  const [width = 0, height = 0] = size.split('x').map(Number);
  return { fourcc, width, height, frameRates: rates.map((numerator) => ({ numerator, denominator: 1 })) };
}

function chosen(formats: VideoFormat[], wanted: WantedMode = AUTO_MODE): string {
  const mode = chooseMode(formats, wanted);
  if (!mode) return 'none';
  return `${mode.fourcc} ${mode.width}x${mode.height} ${mode.frameRate.numerator / mode.frameRate.denominator}`;
}

/** A usual USB 2 webcam: uncompressed is slow where it is large. */
const WEBCAM = [
  format('YUYV', '640x480', 30, 15),
  format('YUYV', '640x360', 30),
  format('YUYV', '1280x720', 10, 5),
  format('YUYV', '1920x1080', 5),
  format('MJPG', '640x480', 30),
  format('MJPG', '1280x720', 30, 15),
  format('MJPG', '1920x1080', 30),
];

const HD: WantedMode = { width: 1920, height: 1080, frameRate: 30 };
const VGA: WantedMode = { width: 640, height: 480, frameRate: 30 };

const TABLE: [string, VideoFormat[], WantedMode, string][] = [
  ['a USB 2 webcam delivers the size and rate only as MJPG', WEBCAM, AUTO_MODE, 'MJPG 1280x720 30'],
  ['uncompressed where it is fast enough', WEBCAM, VGA, 'YUYV 640x480 30'],
  ['full HD', WEBCAM, HD, 'MJPG 1920x1080 30'],
  ['a slow wish is served uncompressed', WEBCAM, { ...AUTO_MODE, frameRate: 10 }, 'YUYV 1280x720 10'],
  [
    'uncompressed before MJPG at the same mode, whatever the order',
    [format('MJPG', '1280x720', 30), format('YUYV', '1280x720', 30)],
    AUTO_MODE,
    'YUYV 1280x720 30',
  ],
  [
    'planar before packed: less to read',
    [format('YUYV', '1280x720', 30), format('NV12', '1280x720', 30)],
    AUTO_MODE,
    'NV12 1280x720 30',
  ],
  [
    'the rate counts more than the size',
    [format('YUYV', '640x480', 30), format('YUYV', '1280x720', 10)],
    AUTO_MODE,
    'YUYV 640x480 30',
  ],
  [
    'a little slower is better than half the size',
    [format('YUYV', '640x360', 30), format('YUYV', '1280x720', 25)],
    AUTO_MODE,
    'YUYV 1280x720 25',
  ],
  [
    'larger is better than smaller',
    [format('YUYV', '640x360', 30), format('YUYV', '1920x1080', 30)],
    AUTO_MODE,
    'YUYV 1920x1080 30',
  ],
  [
    'the nearest larger one',
    [format('MJPG', '3840x2160', 30), format('MJPG', '1920x1080', 30)],
    AUTO_MODE,
    'MJPG 1920x1080 30',
  ],
  [
    'the shape counts',
    [format('YUYV', '1024x768', 30), format('YUYV', '1024x576', 30)],
    AUTO_MODE,
    'YUYV 1024x576 30',
  ],
  ['nothing faster than needed', [format('YUYV', '1280x720', 60, 30)], AUTO_MODE, 'YUYV 1280x720 30'],
  ['faster rather than slower', [format('YUYV', '1280x720', 60, 15)], AUTO_MODE, 'YUYV 1280x720 60'],
  ['no named rates: the wanted one', [format('YUYV', '1280x720')], AUTO_MODE, 'YUYV 1280x720 30'],
  [
    'unknown formats are passed over',
    [format('H264', '1280x720', 30), format('MJPG', '320x240', 30)],
    AUTO_MODE,
    'MJPG 320x240 30',
  ],
  ['odd sizes are passed over', [format('YUYV', '1279x719', 30)], AUTO_MODE, 'none'],
  [
    'JPEGs that would be refused are passed over',
    [format('MJPG', '7680x4320', 30), format('MJPG', '4000x3000', 15)],
    { width: 7680, height: 4320, frameRate: 30 },
    'MJPG 4000x3000 15',
  ],
  ['nothing at all', [], AUTO_MODE, 'none'],
];

for (const [what, formats, wanted, expected] of TABLE) {
  test(`mode: ${what}`, () => assert.equal(chosen(formats, wanted), expected));
}

test('mode: 29.97 counts as 30', () => {
  const ntsc = {
    fourcc: 'YUYV',
    width: 1280,
    height: 720,
    frameRates: [{ numerator: 30000, denominator: 1001 }],
  };
  assert.deepEqual(chooseMode([format('MJPG', '1280x720', 30), ntsc], AUTO_MODE), {
    fourcc: 'YUYV',
    width: 1280,
    height: 720,
    frameRate: { numerator: 30000, denominator: 1001 },
  });
});

test('mode: rates without meaning are ignored', () => {
  const broken = { fourcc: 'YUYV', width: 1280, height: 720, frameRates: [{ numerator: 0, denominator: 0 }] };
  assert.equal(chosen([broken]), 'YUYV 1280x720 30');
});
