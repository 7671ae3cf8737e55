/** The real cameras, and who has devices open. */
import type { VideoDevice } from '@backscrub/native';
import { CARD_LABEL } from '../../shared/names.js';
import { type Finding, ok, problem, skipped, warning } from './finding.js';
import type { System } from './system.js';

/** Whether there is a camera that this user, and so the service, may open. */
export function examineCameras(system: System): Finding {
  const devices = system.videoDevices().filter(({ name }) => name !== CARD_LABEL);
  const denied = devices.filter(({ error }) => error?.kind === 'permission');
  const cameras = devices.filter(({ capture }) => capture);
  if (cameras.length > 0) {
    return ok('camera', `Cameras: ${cameras.map(({ name, path }) => `${name} (${path})`).join(', ')}.`);
  }
  if (denied.length > 0) {
    const paths = denied.map(({ path }) => path).join(', ');
    return warning(
      'camera',
      `You may not open ${paths}, so it is not known whether there is a camera.`,
      'Run this as root, or join the group: sudo usermod -aG video "$USER"',
    );
  }
  return problem('camera', 'There is no camera.', 'Plug one in. If it is in: lsusb, and dmesg | grep -i uvc');
}

/** Other programs that have a camera or the virtual camera open; without root only one's own are seen. */
export function examineOwners(system: System): Finding {
  const devices = system.videoDevices().filter(({ error }) => error === undefined);
  if (devices.length === 0) return skipped('owners', 'There is no video device that somebody could use.');
  const users = usersOf(system, new Set(devices.map(({ path }) => path)));
  const words = devices.flatMap((device) => {
    const names = [...new Set(users.get(device.path) ?? [])];
    return names.length === 0 ? [] : [`${label(device)} by ${names.join(', ')}`];
  });
  const scope = system.uid === 0 ? '' : ' (of your own programs; as root all are seen)';
  if (words.length === 0) return ok('owners', `No program has a video device open${scope}.`);
  return ok('owners', `In use: ${words.join('; ')}${scope}.`);
}

function label({ path, name }: VideoDevice): string {
  return name === CARD_LABEL ? `${path} (the virtual camera)` : `${path} (${name})`;
}

/**
 * Device path to names of the processes that have it open (proc_pid_fd(5)). systemd, which keeps the service's descriptor for its
 * next life, uses none.
 */
function usersOf(system: System, paths: ReadonlySet<string>): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const pid of system.list('/proc').filter((name) => /^\d+$/.test(name) && name !== '1')) {
    for (const fd of system.list(`/proc/${pid}/fd`)) {
      const path = system.link(`/proc/${pid}/fd/${fd}`);
      if (path === undefined || !paths.has(path)) continue;
      const name = system.read(`/proc/${pid}/comm`)?.toString('utf8').trim() ?? pid;
      users.set(path, [...(users.get(path) ?? []), name]);
    }
  }
  return users;
}
