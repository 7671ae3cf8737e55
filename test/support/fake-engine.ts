/**
 * Stands in for the engine process: keeps to the protocol, writes lines instead of frames. The file named by FAKE_ENGINE says how
 * it behaves: normal, liar (its snapshots are none), crash (at once), mute (never ready), hang (no sign of life once granted), released (no camera),
 * deaf (takes no look that hides the room).
 */
import { readFileSync, writeSync } from 'node:fs';
import { ENGINE_OUTPUT_FD } from '@backscrub/daemon/shared/names.js';
import type { FromEngine, ToEngine } from '@backscrub/daemon/shared/protocol.js';
import { revealsRoom } from '@backscrub/daemon/shared/reveals-room.js';

const behaviour = readFileSync(process.env['FAKE_ENGINE'] ?? '', 'utf8').trim();
const timers: NodeJS.Timeout[] = [];

function send(message: FromEngine): void {
  process.send?.(message);
}

function write(): void {
  writeSync(ENGINE_OUTPUT_FD, `${JSON.stringify({ by: 'engine', pid: process.pid })}\n`);
}

function setUp(camera: string): void {
  if (behaviour === 'crash') process.exit(3);
  if (behaviour === 'mute') return;
  send({ type: 'camera', inUse: true, id: camera === 'usb-2' ? camera : 'usb-1', name: 'Fake camera' });
  if (behaviour === 'released')
    send({ type: 'released', error: { code: 'NoCamera', message: 'No camera is there.' } });
  else send({ type: 'ready', serial: 1 });
}

function granted(): void {
  write();
  if (behaviour === 'hang') return;
  timers.push(setInterval(write, 10));
  timers.push(
    setInterval(() => {
      send({
        type: 'statistics',
        statistics: {
          frames: 90,
          dropped: 1,
          reusedMattes: 0,
          framesPerSecond: 30,
          executionProvider: 'cpu',
          stages: { infer: { wallMedian: 4.5, wallP99: 6, cpuMedian: 4.25, cpuP99: 5 } },
        },
      });
    }, 200),
  );
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'setup':
      // The engine goes on with its default for what has vanished.
      if (message.setup.model === 'gone') {
        const error = {
          code: 'UnknownModel',
          message: 'There is no model gone; the default stands in.',
        } as const;
        send({ type: 'model-refused', serial: 0, error });
      }
      writeSync(2, `engine starts with ${message.setup.model} on ${message.setup.provider}\n`);
      setUp(message.setup.camera);
      break;
    case 'granted':
      granted();
      break;
    case 'look':
      if (behaviour === 'deaf' && !revealsRoom(message.look)) break;
      if (message.look.background.includes('refuse')) {
        const error = { code: 'BadImage', message: 'The engine cannot read it.' } as const;
        send({ type: 'look-refused', serial: message.serial, error });
      } else {
        writeSync(ENGINE_OUTPUT_FD, `${JSON.stringify({ by: 'engine', look: message.look })}\n`);
        send({ type: 'look-applied', serial: message.serial });
      }
      break;
    case 'model':
      if (message.model === 'crash') process.exit(3);
      if (message.model.includes('refuse')) {
        const error = { code: 'BadModel', message: 'The engine cannot run it.' } as const;
        send({ type: 'model-refused', serial: message.serial, error });
      } else {
        writeSync(ENGINE_OUTPUT_FD, `${JSON.stringify({ by: 'engine', model: message.model })}\n`);
        send({ type: 'model-applied', serial: message.serial });
      }
      break;
    case 'camera':
      if (message.camera === 'busy') {
        const error = { code: 'CameraBusy', message: 'cheese (process 7) has it.' } as const;
        send({ type: 'camera-refused', serial: message.serial, error });
      } else {
        writeSync(ENGINE_OUTPUT_FD, `${JSON.stringify({ by: 'engine', camera: message.camera })}\n`);
        send({ type: 'camera', inUse: true, id: message.camera || 'usb-1', name: 'Fake camera' });
        send({ type: 'camera-applied', serial: message.serial });
      }
      break;
    case 'snapshot': {
      // Start of image, the options, end of image.
      const picture = [0xff, 0xd8, message.size >> 8, message.size & 255, message.quality, 0xff, 0xd9];
      const jpeg = Buffer.from(picture).toString('base64');
      send({ type: 'snapshot', serial: message.serial, jpeg: behaviour === 'liar' ? 'TElF' : jpeg });
      break;
    }
    case 'stop':
      for (const timer of timers) clearInterval(timer);
      process.exit(0);
  }
});
// The channel keeps the process alive.
