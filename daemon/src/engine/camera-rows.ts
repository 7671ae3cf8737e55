/** What ListCameras says of the cameras that are there. */
import { chooseMode, listVideoDevices, type VideoDevice } from '@backscrub/native';
import { CARD_LABEL } from '../shared/names.js';
import { cameras, type WantedFormat } from './camera-choice.js';

export interface CameraRow {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly usable: boolean;
  readonly problem: string;
  /** `1280x720`, the largest first. */
  readonly sizes: readonly string[];
}

/** @param outputPath node of the virtual camera, which is none */
export function listCameras(
  format: WantedFormat,
  outputPath: string,
  devices = listVideoDevices(),
): readonly CameraRow[] {
  const denied = devices.filter(
    ({ error, path, name }) => error?.kind === 'permission' && path !== outputPath && name !== CARD_LABEL,
  );
  return [...cameras(outputPath, devices), ...denied].map((device) => describe(device, format));
}

function describe({ id, name, path, formats, error }: VideoDevice, format: WantedFormat): CameraRow {
  const usable = error === undefined && chooseMode(formats, format) !== undefined;
  const problem = error
    ? `The service's user may not open ${path}; it has to be in the group "video".`
    : usable
      ? ''
      : 'It offers no picture format that can be used (YUYV, UYVY, NV12, YU12, MJPG).';
  const sizes = formats
    .filter((offer) => chooseMode([offer], format))
    .sort((a, b) => b.width * b.height - a.width * a.height)
    .map(({ width, height }) => `${width}x${height}`);
  return { id, name, path, usable, problem, sizes: [...new Set(sizes)] };
}
