import { binding } from './binding.js';

interface ProcessBinding {
  dieWithParent(parent: number): boolean;
  notifySystemd(address: string, state: string, fd: number): number;
  awaitSystemd(address: string, milliseconds: number): number;
  releaseBuffer(buffer: ArrayBuffer): void;
  trimMemory(): void;
  sealProcess(): number;
}

const native = binding as ProcessBinding;

/**
 * Has the kernel kill (SIGKILL) this process when its parent dies, so that no orphan writes to the virtual camera
 * (prctl(2), PR_SET_PDEATHSIG).
 *
 * @param parent the process id that the parent told us to expect
 * @returns false when the parent is not that process any more: then leave at once
 */
export function dieWithParent(parent: number): boolean {
  return native.dieWithParent(parent);
}

/**
 * Sends a state to the service manager (sd_notify(3)): `READY=1`, `WATCHDOG=1`, `STATUS=...`; several lines are allowed. Waits
 * for half a second at most.
 *
 * @param address of the socket, from NOTIFY_SOCKET
 * @param fd a descriptor that goes along, for `FDSTORE=1`
 * @returns 0, or the errno of the failure
 */
export function notifySystemd(address: string, state: string, fd?: number): number {
  return native.notifySystemd(address, state, fd ?? -1);
}

/**
 * Waits until the service manager has worked on everything that was sent to it before (sd_notify_barrier(3)): a descriptor that it
 * was told to drop is closed then.
 *
 * @returns 0, or the errno of the failure; ETIMEDOUT when it takes longer
 */
export function awaitSystemd(address: string, milliseconds: number): number {
  return native.awaitSystemd(address, milliseconds);
}

/**
 * Gives the memory of a buffer that nobody needs any more back at once, as `ArrayBuffer.prototype.transfer` of later Node versions
 * could; it has no bytes from then on, nor have the arrays that look at it.
 *
 * @throws TypeError for anything but an ArrayBuffer
 */
export function releaseBuffer(buffer: ArrayBuffer): void {
  native.releaseBuffer(buffer);
}

/**
 * Gives the memory that the C library keeps between what is in use back to the system, in all its arenas (malloc_trim(3)); it takes
 * a few milliseconds.
 */
export function trimMemory(): void {
  native.trimMemory();
}

/**
 * Gives up for good what a process that decodes files of others never needs: new sockets (so no bus, no network), other
 * processes' memory, core files, io_uring, and privileges by execution (seccomp(2) with a list of refused calls; children
 * inherit it). For processes of their own: the whole process loses it.
 *
 * @returns 0, or the errno of the step that the kernel refused: then the process is as open as before
 */
export function sealProcess(): number {
  return native.sealProcess();
}
