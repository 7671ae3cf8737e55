/** Stands in for the engine's probe: a file that begins with "IMAGE" is an image. */
import { readFileSync } from 'node:fs';

const [question, subject = ''] = process.argv.slice(2);
const isImage = question === 'background' && readFileSync(subject, 'latin1').startsWith('IMAGE');
const answer =
  question === 'camera'
    ? { ok: true, width: 640, height: 480, frameRate: 15, id: 'usb-1', name: 'Fake camera' }
    : isImage
      ? { ok: true }
      : { ok: false, error: { code: 'BadImage', message: 'Not an image.' } };
process.stdout.write(`${JSON.stringify(answer)}\n`);
