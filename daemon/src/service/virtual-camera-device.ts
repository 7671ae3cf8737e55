/** The loopback device as the service sees it, and the real one. */
import { closeSync, existsSync, fstatSync, statSync } from 'node:fs';
import {
  DeviceError,
  describeVideoDevice,
  Frame,
  findVirtualCamera,
  moduleVersion,
  OpenWatch,
  VirtualCamera,
} from '@backscrub/native';
import { listHolders } from '../shared/device-holders.js';
import { BackscrubError } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { CARD_LABEL } from '../shared/names.js';
import type { OutputFormat } from './session/ports.js';
import type { DescriptorStore } from './system/service-manager.js';

export interface VirtualCameraDevice {
  readonly path: string;
  readonly fd: number;
  /** Whether an earlier life of the service had it open: applications know it as a camera already, and may be reading. */
  readonly resumed: boolean;
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
  /** Calls back when anybody has opened the node, before a new reader starts its stream; where that cannot be told, never. */
  watchOpening(onOpen: () => void): void;
  /** What the service manager keeps of it stays open, for the next life of the service. */
  close(): void;
  /** Closes it for good: nothing of it is kept. */
  abandon(): void;
}

export interface VirtualCameraOpener {
  /** Path of the device that would be opened, "" when there is none. */
  find(): string;
  /**
   * Looks whether an earlier life of the service left the open device. What it left and cannot be used is dropped.
   *
   * @returns the format that it has, and that `open` goes on with; undefined when there is nothing to go on with
   */
  resume(): OutputFormat | undefined;
  /** @throws BackscrubError NoVirtualCamera with the command that helps */
  open(format: OutputFormat): VirtualCameraDevice;
}

/** What is to be typed when the module lacks its options. */
export const RELOAD = `sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback devices=1 exclusive_caps=1 max_buffers=4 card_label=${CARD_LABEL}`;
const MODPROBE = `sudo modprobe v4l2loopback devices=1 exclusive_caps=1 max_buffers=4 card_label=${CARD_LABEL}`;

/** What the descriptor is called in systemd's store. */
const STORED_NAME = 'virtual-camera';

/** The loopback device with our card label, or the one at a path. */
export class LoopbackOpener implements VirtualCameraOpener {
  readonly #path: string | undefined;
  readonly #store: DescriptorStore;
  readonly #log: Log;
  #resumed: { readonly path: string; readonly camera: VirtualCamera } | undefined;

  constructor(path: string | undefined, store: DescriptorStore, log: Log) {
    this.#path = path;
    this.#store = store;
    this.#log = log;
  }

  find(): string {
    return this.#path ?? findVirtualCamera(CARD_LABEL)?.path ?? '';
  }

  resume(): OutputFormat | undefined {
    const fd = this.#store.take(STORED_NAME);
    if (fd === undefined) return undefined;
    const path = this.find();
    if (!isNode(fd, path)) {
      closeSync(fd);
      return this.#drop(`it is not of ${path || 'any virtual camera'}`);
    }
    try {
      const camera = VirtualCamera.resume(fd);
      this.#resumed = { path, camera };
      // As `open` got it: a rate like 30000/1001 is announced rounded.
      return { ...camera.mode, frameRate: Math.round(camera.mode.frameRate) };
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      // The module was loaded anew, or somebody has set another format.
      return this.#drop(error.message);
    }
  }

  #drop(reason: string): undefined {
    this.#log('warning', `the descriptor that the service had left cannot be used and is dropped: ${reason}`);
    this.#store.forget(STORED_NAME);
  }

  open(format: OutputFormat): VirtualCameraDevice {
    const resumed = this.#takeResumed(format);
    if (resumed) return this.#device(resumed.path, resumed.camera, format, true);
    const path = this.find();
    if (path === '' || !existsSync(path)) throw new BackscrubError('NoVirtualCamera', missing(this.#path));
    try {
      const camera = VirtualCamera.open(path, format);
      this.#store.keep(STORED_NAME, camera.fd);
      return this.#device(path, camera, format, false);
    } catch (error) {
      throw new BackscrubError('NoVirtualCamera', refused(path, error), { cause: error });
    }
  }

  #takeResumed(format: OutputFormat): { path: string; camera: VirtualCamera } | undefined {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    if (!resumed) return undefined;
    const { width, height } = resumed.camera.mode;
    if (width === format.width && height === format.height) return resumed;
    // Another size is wanted now: readers have to start over in any case.
    resumed.camera.close();
    return this.#drop(`it is of ${width}x${height}`);
  }

  #device(path: string, camera: VirtualCamera, format: OutputFormat, resumed: boolean): VirtualCameraDevice {
    // An exclusive node is an output only before the first write, and a camera only after it.
    const { capture, output } = describeVideoDevice(path);
    let opening: OpenWatch | undefined;
    return {
      path,
      fd: camera.fd,
      resumed,
      announcesOutput: capture && output,
      keep: (i420) => {
        const frame = new Frame(format.width, format.height);
        frame.loadI420(i420);
        camera.keep(frame);
      },
      writeKept: () => camera.writeKept(),
      watchConsumers: (onCount, onLost) => camera.watchConsumers(onCount, onLost),
      watchOpening: (onOpen) => {
        try {
          opening = new OpenWatch(path, onOpen);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          this.#log(
            'warning',
            `${path} cannot be watched (${reason}): a new reader's first picture is an old one`,
          );
        }
      },
      close: () => {
        opening?.close();
        camera.close();
      },
      abandon: () => {
        opening?.close();
        this.#store.forget(STORED_NAME);
        camera.close();
      },
    };
  }
}

/** Whether a descriptor is of this very device node: not a file's, nor that of another one under the same name. */
function isNode(fd: number, path: string): boolean {
  try {
    const node = fstatSync(fd);
    return path !== '' && node.isCharacterDevice() && node.rdev === statSync(path).rdev;
  } catch {
    return false;
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
