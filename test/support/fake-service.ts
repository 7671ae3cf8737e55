/**
 * backscrubd as it is, on a virtual camera that is a file: every write is a line that says by whom. Orders come over IPC:
 * {consumers: n}, {device: boolean}.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '@backscrub/daemon/service/run.js';
import type {
  VirtualCameraDevice,
  VirtualCameraOpener,
} from '@backscrub/daemon/service/virtual-camera-device.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { createLog } from '@backscrub/daemon/shared/log.js';

const TROUBLE = process.env['DEVICE_TROUBLE'];
let tellConsumers: (count: number) => void = () => {};
let present = process.env['FAKE_DEVICE'] !== 'absent';

class FileOpener implements VirtualCameraOpener {
  constructor(readonly path: string) {}

  find(): string {
    return present ? this.path : '';
  }

  open(format: { width: number; height: number }): VirtualCameraDevice {
    if (!present) throw new BackscrubError('NoVirtualCamera', 'No device; run: sudo modprobe v4l2loopback');
    const fd = openSync(this.path, 'a', 0o666);
    const line = `${JSON.stringify({ by: 'placeholder', ...format })}\n`;
    return {
      path: this.path,
      fd,
      announcesOutput: TROUBLE === 'shared',
      keep: () => {},
      writeKept: () => {
        if (!present) throw new Error('no such device');
        writeSync(fd, line);
      },
      watchConsumers: (callback) => {
        if (TROUBLE === 'silent') return false;
        tellConsumers = callback;
        callback(0);
        return true;
      },
      close: () => closeSync(fd),
    };
  }
}

process.on('message', (order: { consumers?: number; device?: boolean }) => {
  if (order.device !== undefined) present = order.device;
  if (order.consumers !== undefined) tellConsumers(order.consumers);
  process.send?.('done');
});
// Orders alone must not keep the service from ending.
process.channel?.unref();

const status = await run(process.argv.slice(2), process.env, {
  opener: (path) => new FileOpener(path ?? ''),
  engineModule: process.env['ENGINE_MODULE'] || fileURLToPath(new URL('./fake-engine.js', import.meta.url)),
  probeModule: fileURLToPath(new URL('./fake-probe.js', import.meta.url)),
  log: createLog(),
});
process.exit(status);
