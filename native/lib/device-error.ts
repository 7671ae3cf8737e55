import { binding } from './binding.js';

/**
 * - `unplugged`: the device went away while it was in use
 * - `busy`: another program streams from it (or the USB bus has no bandwidth left)
 * - `permission`: this user may not open it
 * - `missing`: there is no such device
 * - `unsupported`: it is no video device, or has no format that we understand
 * - `timeout`: no usable frame came in time; the camera stays open and may be asked again
 * - `io`: anything else; `errno` and `step` tell more
 */
export type DeviceErrorKind =
  | 'unplugged'
  | 'busy'
  | 'permission'
  | 'missing'
  | 'unsupported'
  | 'timeout'
  | 'io';

const TEXTS: Readonly<Record<DeviceErrorKind, string>> = {
  unplugged: 'the device is gone; plug it in again',
  busy: 'another program is using the device; close that program',
  permission: 'no permission to open the device; add this user to the group "video"',
  missing: 'there is no such device; check that it is plugged in',
  unsupported:
    'this is not a video device of the right kind, or it has no format that can be used; choose another one',
  timeout: 'the device sends no pictures; check its privacy switch, or plug it out and in again',
  io: 'the device does not work as it should; plug it out and in again',
};

function textOf(kind: DeviceErrorKind, errno?: number, step?: string): string {
  if (step === 'close') return 'the device has been closed';
  return kind === 'io' && step ? `${TEXTS.io} (${step} failed with error ${errno ?? 0})` : TEXTS[kind];
}

/** What a video device can fail with. The message is for people. */
export class DeviceError extends Error {
  /** The kernel's error number, where a system call failed. */
  readonly errno?: number;

  /** @param step the system call or ioctl that failed, for the journal */
  constructor(
    readonly kind: DeviceErrorKind,
    readonly path: string,
    errno?: number,
    readonly step?: string,
  ) {
    super(`${path}: ${textOf(kind, errno, step)}`);
    this.name = 'DeviceError';
    if (errno) this.errno = errno;
  }
}

// The addon makes instances of this class itself.
(binding as { setDeviceError(errorClass: typeof DeviceError): void }).setDeviceError(DeviceError);
