// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what steers a terminal is tested here
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProgress, ProgressBar } from './progress.js';
import { formatStatistics, readStatistics } from './stats.js';
import { formatStatus, statusJson } from './status.js';
import { coloured, plain } from './terminal.js';
import { SAMPLE } from './testing/fake-service.js';
import { definitions, duration, printable, table, wrap } from './text.js';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

test('status of a running service', () => {
  assert.equal(
    formatStatus(SAMPLE, plain, 80),
    lines(
      'State           running - an application watches the composed picture',
      'Mode            replace - the background is put behind you',
      'Background      color:#204a87',
      'Blur strength   50 - for mode blur',
      'Effects         mirror',
      'Model           selfie_segmentation',
      'Camera          usb-0000:00:14.0-3',
      'Camera in use   yes',
      'Watched by      1 application',
      'Virtual camera  /dev/video10 - choose "Backscrub" in the application',
      'Last error      none',
      'Version         0.1.0',
    ),
  );
});

test('status of a failed service tells what to do, within 80 columns', () => {
  const text =
    'The camera "HD Webcam" is in use by another application. Close that application, or choose another camera.';
  const shown = formatStatus(
    {
      ...SAMPLE,
      State: 'failed',
      Mode: 'blur',
      Camera: '',
      CameraInUse: false,
      Consumers: 0,
      VirtualCamera: '',
      LastError: ['org.backscrub.Error.CameraBusy', text],
    },
    plain,
    80,
  );
  assert.equal(
    shown,
    lines(
      'State           failed - something is wrong; applications see a placeholder card',
      'Mode            blur - the room is blurred',
      'Background      color:#204a87 - for mode replace',
      'Blur strength   50',
      'Effects         mirror',
      'Model           selfie_segmentation',
      'Camera          automatic',
      'Camera in use   no',
      'Watched by      nobody',
      'Virtual camera  none',
      'Last error      The camera "HD Webcam" is in use by another application. Close',
      '                that application, or choose another camera.',
      '                org.backscrub.Error.CameraBusy',
      'What to do      See who has it open: sudo fuser -v /dev/video*',
      'Version         0.1.0',
    ),
  );
});

test('status of a newer service: unknown state and mode are shown as they are', () => {
  const shown = formatStatus({ ...SAMPLE, State: 'warming', Mode: 'toString' }, plain, 80);
  assert.match(shown, /^State {11}warming - getting ready$/m);
  assert.match(shown, /^Mode {12}toString$/m);
});

test('status does not pass on what steers a terminal', () => {
  const shown = formatStatus({ ...SAMPLE, Background: '/tmp/\u001b[2Jx\n.png' }, plain, 80);
  assert.match(shown, /^Background {6}\/tmp\/ \[2Jx \.png$/m);
});

test('colours stand around the value only and change no text', () => {
  const shown = formatStatus(SAMPLE, coloured, 80);
  assert.match(shown, /\u001b\[32mrunning\u001b\[39m - an application/);
  assert.equal(shown.replaceAll(/\u001b\[\d+m/g, ''), formatStatus(SAMPLE, plain, 80));
});

test('status as JSON has every property but the statistics', () => {
  const { Statistics: _, ...rest } = SAMPLE;
  assert.deepEqual(statusJson(SAMPLE), { ...rest, LastError: null });
  const failed = statusJson({ ...SAMPLE, LastError: ['a.b', 'words'] });
  assert.deepEqual(failed['LastError'], { name: 'a.b', text: 'words' });
});

test('statistics as a table', () => {
  assert.equal(
    formatStatistics(readStatistics(SAMPLE.Statistics), plain),
    lines(
      '30.0 frames per second over the last 300 frames',
      '2 dropped, 0 with an older matte',
      'Inference runs on: cpu',
      '',
      'ms per frame  wall  99 %    CPU   99 %',
      'capture       0.31  0.90   0.30   0.80',
      'inference     4.02  6.50   7.90   9.25',
      'frame         6.10  9.75  10.50  12.13',
      '',
      'Engine: 3 starts, 1 failure since the service started',
    ),
  );
});

test('statistics while nobody watches, with an old module', () => {
  const statistics = readStatistics({ 'on-demand': { signature: 'b', value: false } });
  assert.deepEqual(statistics, { onDemand: false, engineStarts: 0, engineFailures: 0, engine: undefined });
  assert.match(formatStatistics(statistics, plain), /no figures.*\nEngine: 0 starts.*\n.*older than 0\.13/);
});

test('progress', () => {
  assert.equal(formatProgress(0, 300, 0), '[------------------------]   0 %  0/300  0.0 fps');
  assert.equal(formatProgress(150, 300, 5), '[############------------]  50 %  150/300  30.0 fps  ETA 0:05');
  assert.equal(formatProgress(299, 300, 10), '[########################]  99 %  299/300  29.9 fps  ETA 0:00');
  assert.equal(formatProgress(320, 300, 10), '[########################] 100 %  320/300  32.0 fps  ETA 0:00');
  assert.equal(formatProgress(1, undefined, 2), '1 frame  0.5 fps  0:02');
});

test('the progress line is redrawn at most ten times a second and cleared', () => {
  let now = 1000;
  const written: string[] = [];
  const bar = new ProgressBar(
    (text) => written.push(text),
    () => now,
  );
  bar.clear();
  assert.deepEqual(written, []);
  bar.update(1, 10);
  now += 99;
  bar.update(2, 10);
  now += 1;
  bar.update(3, 10);
  bar.clear();
  assert.equal(written.length, 3);
  assert.match(written[1] ?? '', /^\r.* 30 % {2}3\/10 .*\u001b\[K$/);
  assert.equal(written[2], '\r\u001b[K');
});

test('text is laid out', () => {
  assert.equal(wrap('aa bb cc dd', 7, '  '), '  aa bb\n  cc dd');
  assert.equal(wrap('a-word-that-is-too-long b', 5), 'a-word-that-is-too-long\nb');
  assert.equal(
    definitions(
      [
        ['a', 'b'],
        ['too-wide', 'c'],
      ],
      20,
      6,
    ),
    '  a   b\n  too-wide\n      c',
  );
  assert.equal(
    table([
      ['a', '1'],
      ['bb', '22'],
    ]),
    'a    1\nbb  22',
  );
  assert.deepEqual([0, 59.6, 3599, 3661].map(duration), ['0:00', '1:00', '59:59', '1:01:01']);
  assert.equal(printable('a\tb\u009bc\u007f\r\nd'), 'a b c d');
});
