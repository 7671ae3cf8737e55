import { DeviceError } from '@backscrub/native';
import { listHolders } from '../shared/device-holders.js';
import { BackscrubError } from '../shared/errors.js';

/**
 * Says in people's words what a camera's failure means and what to do about it.
 * @param damaged pictures that came since the last good one and could not be used
 */
export function cameraError(error: unknown, name: string, damaged = 0): BackscrubError {
  if (error instanceof BackscrubError) return error;
  if (!(error instanceof DeviceError)) {
    return new BackscrubError('Failed', error instanceof Error ? error.message : String(error));
  }
  switch (error.kind) {
    case 'unplugged':
      return new BackscrubError(
        'NoCamera',
        `The camera "${name}" was unplugged: plug it in again, or choose another.`,
      );
    case 'missing':
      return new BackscrubError(
        'NoCamera',
        `The camera "${name}" is not there: plug it in, or choose another.`,
      );
    case 'busy':
      return new BackscrubError('CameraBusy', busy(name, error.path));
    case 'permission':
      return new BackscrubError(
        'NoCamera',
        `The camera "${name}" (${error.path}) may not be opened: the service's user has to be in the group "video".`,
      );
    case 'unsupported':
      return new BackscrubError(
        'NoCamera',
        `The camera "${name}" offers no picture format that can be used (YUYV, UYVY, NV12, YU12, MJPG).`,
      );
    case 'timeout':
      if (damaged > 0) {
        return new BackscrubError(
          'NoCamera',
          `The camera "${name}" sends pictures that cannot be used (${damaged} in a row are damaged, or of another kind or size than it ` +
            'announced): unplug it and plug it in again, or choose another resolution or camera.',
        );
      }
      return new BackscrubError(
        'NoCamera',
        `The camera "${name}" sends no pictures: check its cover or switch, unplug it and plug it in again.`,
      );
    default:
      return new BackscrubError('Failed', `The camera "${name}" failed: ${error.message}.`);
  }
}

function busy(name: string, path: string): string {
  const holders = listHolders(path);
  if (holders === '')
    return (
      `The camera "${name}" is used by another program: close that program, or let it use the Backscrub camera instead. ` +
      `To see which it is: sudo fuser -v ${path}`
    );
  return `The camera "${name}" is used by ${holders}: close that program, or let it use the Backscrub camera instead.`;
}
