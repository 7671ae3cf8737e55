import { type CameraMode, chooseMode, listVideoDevices, type VideoDevice } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { CARD_LABEL } from '../shared/names.js';

/** The format that is asked for; a camera may deliver another. */
export interface WantedFormat {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

export interface CameraChoice {
  readonly device: VideoDevice;
  readonly mode: CameraMode;
}

const LOOPBACK_DRIVER = 'v4l2 loopback';

/** Video nodes that can be a camera: they capture and are not our own virtual camera. */
export function cameras(outputPath: string, devices = listVideoDevices()): VideoDevice[] {
  return devices
    .filter((device) => device.capture && device.path !== outputPath && device.name !== CARD_LABEL)
    .sort((a, b) => Number(a.driver === LOOPBACK_DRIVER) - Number(b.driver === LOOPBACK_DRIVER));
}

/** Hardware before other loopback devices, and what has a picture before what has none (infrared cameras). */
function automatic(candidates: VideoDevice[], format: WantedFormat): VideoDevice | undefined {
  return candidates.find((device) => chooseMode(device.formats, format)) ?? candidates[0];
}

/**
 * The camera that is meant and no other ("" = the automatic choice). `wanted` may also be a /dev path.
 * @throws BackscrubError NoCamera
 */
export function findCamera(
  wanted: string,
  format: WantedFormat,
  outputPath: string,
  devices = listVideoDevices(),
): VideoDevice {
  const candidates = cameras(outputPath, devices);
  const device =
    wanted === ''
      ? automatic(candidates, format)
      : candidates.find(({ id, path }) => id === wanted || path === wanted);
  if (!device) throw new BackscrubError('NoCamera', notFound(wanted, candidates, devices));
  return device;
}

/**
 * Finds the wanted camera ("" = automatic) and its best mode. While a wanted id is not there the automatic choice stands in;
 * a /dev path is taken at its word.
 * @throws BackscrubError NoCamera
 */
export function chooseCamera(
  wanted: string,
  format: WantedFormat,
  outputPath: string,
  devices = listVideoDevices(),
): CameraChoice {
  const candidates = cameras(outputPath, devices);
  const known = candidates.some(({ id, path }) => id === wanted || path === wanted);
  const device = findCamera(known || wanted.startsWith('/') ? wanted : '', format, outputPath, devices);
  const mode = chooseMode(device.formats, format);
  if (!mode) {
    throw new BackscrubError(
      'NoCamera',
      `The camera "${device.name}" offers no picture format that can be used (YUYV, UYVY, NV12, YU12, MJPG).`,
    );
  }
  return { device, mode };
}

function notFound(wanted: string, candidates: VideoDevice[], devices: VideoDevice[]): string {
  if (wanted !== '' && candidates.length > 0) {
    const names = candidates.map((c) => `"${c.name}" (${c.id})`).join(', ');
    return `The camera "${wanted}" is not there; these are: ${names}. Plug it in, or choose another.`;
  }
  const denied = devices.filter((device) => device.error?.kind === 'permission');
  if (denied.length > 0) {
    const paths = denied.map((device) => device.path).join(', ');
    return `No camera may be opened (${paths}): the service's user has to be in the group "video".`;
  }
  return 'No camera was found: plug one in, or check that its driver is loaded (v4l2-ctl --list-devices).';
}
