/** The loopback device as the service sees it, and the real one. */
import { existsSync } from 'node:fs';
import {
  DeviceError,
  describeVideoDevice,
  Frame,
  findVirtualCamera,
  moduleVersion,
  VirtualCamera,
} from '@backscrub/native';
import { listHolders } from '../shared/device-holders.js';
import { BackscrubError } from '../shared/errors.js';
import { CARD_LABEL } from '../shared/names.js';
import type { OutputFormat } from './session/ports.js';

export interface VirtualCameraDevice {
  readonly path: string;
  readonly fd: number;
  /** The node announces itself as an output, too (no exclusive_caps): browsers do not take it for a camera. */
  readonly announcesOutput?: boolean;
  /** Keeps a picture (packed I420, of the device's size) in the device's own format, ready to be written. */
  keep(i420: Uint8Array): void;
  /** Writes the kept picture. @throws Error when the device is gone */
  writeKept(): void;
  /**
   * @param onLost the node has gone
   * @returns false when the module does not tell about its consumers; then nothing is ever called
   */
  watchConsumers(onCount: (count: number) => void, onLost: (error: Error) => void): boolean;
  close(): void;
}

export interface VirtualCameraOpener {
  /** Path of the device that would be opened, "" when there is none. */
  find(): string;
  /** @throws BackscrubError NoVirtualCamera with the command that helps */
  open(format: OutputFormat): VirtualCameraDevice;
}

/** What is to be typed when the module lacks its options. */
export const RELOAD = `sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback devices=1 exclusive_caps=1 max_buffers=4 card_label=${CARD_LABEL}`;
const MODPROBE = `sudo modprobe v4l2loopback devices=1 exclusive_caps=1 max_buffers=4 card_label=${CARD_LABEL}`;

/** The loopback device with our card label, or the one at a path. */
export class LoopbackOpener implements VirtualCameraOpener {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  find(): string {
    return this.#path ?? findVirtualCamera(CARD_LABEL)?.path ?? '';
  }

  open(format: OutputFormat): VirtualCameraDevice {
    const path = this.find();
    if (path === '' || !existsSync(path)) throw new BackscrubError('NoVirtualCamera', missing(this.#path));
    // Before anybody writes: from then on an exclusive node is a camera only, and before that an output only.
    const { capture, output } = describeVideoDevice(path);
    try {
      const camera = VirtualCamera.open(path, format);
      return {
        path,
        fd: camera.fd,
        announcesOutput: capture && output,
        keep: (i420) => {
          const frame = new Frame(format.width, format.height);
          frame.loadI420(i420);
          camera.keep(frame);
        },
        writeKept: () => camera.writeKept(),
        watchConsumers: (onCount, onLost) => camera.watchConsumers(onCount, onLost),
        close: () => camera.close(),
      };
    } catch (error) {
      throw new BackscrubError('NoVirtualCamera', refused(path, error), { cause: error });
    }
  }
}

function missing(path: string | undefined): string {
  if (path !== undefined)
    return `There is no device ${path}; name another with --device, or run: ${MODPROBE}`;
  if (moduleVersion() === undefined) {
    return `The kernel module v4l2loopback is not loaded. Install it (package v4l2loopback-dkms) and run: ${MODPROBE}`;
  }
  return (
    `The kernel module v4l2loopback is loaded, but has no device called "${CARD_LABEL}". Add one with ` +
    `"sudo v4l2loopback-ctl add -n ${CARD_LABEL} -x 1", or load the module anew: ${RELOAD}`
  );
}

function writer(path: string): string {
  const holders = listHolders(path);
  return holders === ''
    ? `Another program writes to ${path} (to see which: sudo fuser -v ${path})`
    : `${path} is held by ${holders}, one of which writes to it`;
}

function refused(path: string, error: unknown): string {
  const kind = error instanceof DeviceError ? error.kind : undefined;
  if (kind === 'permission') return `The service's user may not open ${path}; add it to the group video.`;
  if (kind === 'busy') return `${writer(path)}; end that program, the service tries again.`;
  if (kind === 'unsupported')
    return `${path} is not a v4l2loopback device that can be set up; try: ${MODPROBE}`;
  return `The virtual camera cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
