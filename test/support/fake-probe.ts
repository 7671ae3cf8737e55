/**
 * Stands in for the engine's probe: an id is an image when it is stored, models are good, better and broken.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { backgroundsFolder, entryFile } from '@backscrub/daemon/shared/stored-background.js';

const isStored = (id: string): boolean =>
  ['.', ...readdirSync(backgroundsFolder())].some((name) =>
    existsSync(join(backgroundsFolder(), name, entryFile(id))),
  );

const [question, subject = ''] = process.argv.slice(2);
// A camera that hangs until this file is there.
const gate = process.env['FAKE_CAMERA_GATE'];
if (question === 'camera' && gate) while (!existsSync(gate)) await delay(20);
const isImage = question === 'background' && (/^(gradient|builtin):/.test(subject) || isStored(subject));
const MODELS = ['good', 'better', 'refuse', 'broken'].map((name) => ({
  name,
  title: `The ${name} one`,
  licence: 'MIT',
  source: 'built-in',
  usable: name !== 'broken',
  problem: name === 'broken' ? 'It is broken.' : '',
  width: 256,
  height: 144,
  output: 'probability',
  crop: 'follow',
}));

function model(name: string): object {
  if (!MODELS.some((known) => known.name === name)) {
    return { ok: false, error: { code: 'UnknownModel', message: `There is no model ${name}.` } };
  }
  return name === 'broken'
    ? { ok: false, error: { code: 'BadModel', message: 'This model cannot be used: it is broken.' } }
    : { ok: true };
}

const CAMERAS = ['usb-1', 'usb-2', 'busy'].map((id, index) => ({
  id,
  name: `Camera ${id}`,
  path: `/dev/video${index}`,
  usable: true,
  problem: '',
  sizes: ['1280x720', '640x480'],
}));
/** The second camera has another size. */
const SIZE = subject === 'usb-2' ? { width: 320, height: 240 } : { width: 640, height: 480 };

const others: Readonly<Record<string, () => object>> = {
  backgrounds: () => ({
    ok: true,
    backgrounds: [
      { id: 'builtin:hills', name: 'Hills', kind: 'still' },
      { id: 'builtin:slow-light', name: 'Slow light', kind: 'animated' },
    ],
  }),
  cameras: () => ({ ok: true, cameras: CAMERAS }),
  models: () => ({ ok: true, models: MODELS }),
  model: () => model(subject),
};
const answer =
  others[question ?? '']?.() ??
  (question === 'camera'
    ? { ok: true, ...SIZE, frameRate: 15, id: 'usb-1', name: 'Fake camera' }
    : isImage
      ? { ok: true }
      : { ok: false, error: { code: 'BadImage', message: 'Not an image.' } });
process.stdout.write(`${JSON.stringify(answer)}\n`);
