/**
 * backscrubd as it is, on a virtual camera that is a file: every write is a line that says by whom. Orders come over IPC:
 * {consumers: n}, {device: boolean}.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '@backscrub/daemon/service/run.js';
import type { OutputFormat } from '@backscrub/daemon/service/session/ports.js';
import type { DescriptorStore } from '@backscrub/daemon/service/system/service-manager.js';
import type {
  VirtualCameraDevice,
  VirtualCameraOpener,
} from '@backscrub/daemon/service/virtual-camera-device.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { createLog } from '@backscrub/daemon/shared/log.js';
import { awaitSystemd, notifySystemd } from '@backscrub/native';
import { fakePictures } from './fake-pictures.js';

const TROUBLE = process.env['DEVICE_TROUBLE'];
let tellConsumers: (count: number) => void = () => {};
let present = process.env['FAKE_DEVICE'] !== 'absent';

class FileOpener implements VirtualCameraOpener {
  #resumed: number | undefined;

  constructor(
    readonly path: string,
    readonly store: DescriptorStore,
  ) {}

  find(): string {
    return present ? this.path : '';
  }

  resume(): OutputFormat | undefined {
    this.#resumed = this.store.take('virtual-camera');
    return this.#resumed === undefined ? undefined : { width: 320, height: 240, frameRate: 5 };
  }

  open(format: { width: number; height: number }): VirtualCameraDevice {
    if (!present) throw new BackscrubError('NoVirtualCamera', 'No device; run: sudo modprobe v4l2loopback');
    const resumed = this.#resumed !== undefined;
    const fd = this.#resumed ?? openSync(this.path, 'a', 0o666);
    this.#resumed = undefined;
    if (!resumed) this.store.keep('virtual-camera', fd);
    const line = `${JSON.stringify({ by: 'placeholder', ...format })}\n`;
    return {
      path: this.path,
      fd,
      resumed,
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
      watchOpening: () => {},
      close: () => closeSync(fd),
      abandon: () => closeSync(fd),
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

// systemd writes the number of the process that it makes; a test cannot know it.
if (process.env['LISTEN_FDS'] !== undefined) process.env['LISTEN_PID'] = String(process.pid);
const status = await run(process.argv.slice(2), process.env, {
  opener: (path, store) => new FileOpener(path ?? '', store),
  managerSocket: { notify: notifySystemd, settle: awaitSystemd },
  // Nobody: also root has to be let in by polkit.
  ...(process.env['FAKE_TRUST'] === 'nobody' ? { trustedUsers: [] } : {}),
  engineModule: process.env['ENGINE_MODULE'] || fileURLToPath(new URL('./fake-engine.js', import.meta.url)),
  probeModule: fileURLToPath(new URL('./fake-probe.js', import.meta.url)),
  pictures: fakePictures,
  // The real one: what it decodes is what a user would import.
  importModule: fileURLToPath(import.meta.resolve('@backscrub/daemon/engine/import-main.js')),
  log: createLog(),
});
process.exit(status);
