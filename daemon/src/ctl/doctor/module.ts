/** The kernel module that makes virtual cameras. */
import { basename } from 'node:path';
import type { VideoDevice } from '@backscrub/native';
import { CARD_LABEL } from '../../shared/names.js';
import { type Finding, ok, problem, warning } from './finding.js';
import type { System } from './system.js';

const MODULE = 'v4l2loopback';
const LOAD = 'sudo modprobe v4l2loopback';
/** The service has the device open, and the module stays as long as somebody has. */
const RELOAD =
  'sudo systemctl stop backscrub\nsudo modprobe -r v4l2loopback\nsudo modprobe v4l2loopback\nsudo systemctl start backscrub';
const OPTIONS = `Options of yours in /etc/modprobe.d may be in the way of those in /usr/lib/modprobe.d/backscrub.conf. End the applications that use the camera, then:\n${RELOAD}`;
const INSTALL =
  'Install it, then load it:\nDebian, Ubuntu: sudo apt install v4l2loopback-dkms\nFedora: sudo dnf install akmod-v4l2loopback (RPM Fusion)\nArch: sudo pacman -S v4l2loopback-dkms';
/** The first version that tells about its readers (peers: 0.13.0). */
const ON_DEMAND = [0, 13] as const;
/**
 * Who asks for four buffers and is given more may still use four: WebRTC's capture does, keeps addresses for four, and is
 * handed the number of a fifth. Firefox 140 ends that way as soon as it reads a node of eight.
 */
const MOST_BUFFERS = 4;
const SECURE_BOOT = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

/** Installed for this kernel, loaded, new enough, with the options that applications need. */
export async function examineModule(system: System): Promise<Finding[]> {
  const version = system.loopbackVersion();
  if (version === undefined) return [await notLoaded(system)];
  return [loaded(version), virtualCamera(system)];
}

async function notLoaded(system: System): Promise<Finding> {
  const found = await system.run('modinfo', '-F', 'version', MODULE);
  if (found === undefined || found.status !== 0) {
    if (system.list(`/var/lib/dkms/${MODULE}`).length > 0) {
      return problem(
        'module',
        `The kernel module v4l2loopback is installed, but was not built for the running kernel ${system.kernel}.`,
        `Install the headers of this kernel and build it:\nsudo apt install linux-headers-${system.kernel}\nsudo dkms autoinstall\n${LOAD}`,
      );
    }
    return problem('module', `The kernel ${system.kernel} has no module v4l2loopback.`, INSTALL);
  }
  if (secureBoot(system)) {
    return problem(
      'module',
      'The kernel module v4l2loopback is installed, but not loaded; with Secure Boot only signed modules are.',
      `${LOAD}\nIf that says "Key was rejected by service", enrol the key that signed it and reboot:\nsudo mokutil --import /var/lib/dkms/mok.pub`,
    );
  }
  return problem('module', 'The kernel module v4l2loopback is installed, but not loaded.', LOAD);
}

/** The variable is four bytes of attributes and one of value (UEFI 2.10, 3.3). */
function secureBoot(system: System): boolean {
  return system.read(SECURE_BOOT)?.at(-1) === 1;
}

function loaded(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const text = `The kernel module v4l2loopback ${version} is loaded`;
  if (major > ON_DEMAND[0] || minor >= ON_DEMAND[1]) return ok('module', `${text}.`);
  return warning(
    'module',
    `${text}. Before 0.13 it does not tell who reads: the real camera stays on while the service is started.`,
    'Install a newer v4l2loopback-dkms, or stop the service when you do not need it:\nbackscrubctl stop',
  );
}

function virtualCamera(system: System): Finding {
  const own = system.videoDevices().find(({ name, driver }) => name === CARD_LABEL && isLoopback(driver));
  if (own === undefined) {
    return problem(
      'virtual-camera',
      `v4l2loopback is loaded, but has no device with the label "${CARD_LABEL}".`,
      `Its options are in /usr/lib/modprobe.d/backscrub.conf; load it again (no application may use a virtual camera):\n${RELOAD}`,
    );
  }
  if (own.error !== undefined) {
    return warning(
      'virtual-camera',
      `${own.path} is the virtual camera, but you may not open it.`,
      'sudo usermod -aG video "$USER"   (then log in again)',
    );
  }
  if (own.capture && own.output) return withoutExclusiveCaps(own);
  const buffers = Number(
    system.read(`/sys/class/video4linux/${basename(own.path)}/buffers`)?.toString() ?? 0,
  );
  if (buffers > MOST_BUFFERS) return tooManyBuffers(own, buffers);
  const text = `${own.path} is the virtual camera`;
  if (own.capture) return ok('virtual-camera', `${text} and announces itself as a camera.`);
  return warning(
    'virtual-camera',
    `${text}, but nobody has written to it yet: applications do not see a camera.`,
    'sudo systemctl restart backscrub',
  );
}

function withoutExclusiveCaps({ path }: VideoDevice): Finding {
  return problem(
    'virtual-camera',
    `${path} announces itself as camera and output at once (exclusive_caps=0): Chrome and others leave it out.`,
    OPTIONS,
  );
}

function tooManyBuffers({ path }: VideoDevice, buffers: number): Finding {
  return problem(
    'virtual-camera',
    `${path} has ${buffers} buffers (max_buffers=${buffers}): Firefox crashes when it reads from more than ${MOST_BUFFERS}.`,
    OPTIONS,
  );
}

export function isLoopback(driver: string): boolean {
  return driver === 'v4l2 loopback' || driver === '';
}
