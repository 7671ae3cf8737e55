/** Kernel modules of the guest, and who keeps one from being removed. */
import { figure } from './figures.js';
import { attempt, guest, sleep } from './guest.js';

const PATIENCE_SECONDS = 20;
const IN_USE = /in use/;

/**
 * Runs a command that removes a module, and runs it again while the module is in use: after a device has come, gone or
 * changed, udev and programs that look for cameras open it for a moment. The figures name the processes that do.
 *
 * @param command the whole command, `modprobe -r NAME` or what a user is told to type
 * @throws when the command fails otherwise, or when the module is in use for longer than a moment
 */
export async function untilRemoved(command: string): Promise<void> {
  const end = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    // In one go: who has it open is gone again before a second command arrives.
    const { status, stdout, stderr } = await attempt(
      `${command} || { s=$?; fuser -v /dev/video* 2>&1; exit $s; }`,
    );
    if (status === 0) return;
    const text = `"${command}" ended with status ${status}: ${[stderr, stdout].map((part) => part.trim()).join('\n')}`;
    if (!IN_USE.test(stderr) || Date.now() > end) throw new Error(text);
    figure('module in use', text.replace(/\s+/g, ' '));
    await sleep(200);
  }
}

export const removeModule = (name: string): Promise<void> => untilRemoved(`modprobe -r ${name}`);

/** Takes the module of all virtual cameras away, from the service, too; the test's camera has been stopped. */
export async function unloadLoopback(): Promise<void> {
  await guest('systemctl stop backscrub.service');
  await removeModule('v4l2loopback');
}

/** Loads it again with options of a user and starts the service; the test's camera has been stopped and is gone. */
export async function reloadLoopback(options: string): Promise<void> {
  await unloadLoopback();
  await guest(`modprobe v4l2loopback ${options} && systemctl start backscrub.service`);
}
