import { binding } from './binding.js';

interface ProcessBinding {
  dieWithParent(parent: number): boolean;
  notifySystemd(address: string, state: string, fd: number): number;
  awaitSystemd(address: string, milliseconds: number): number;
  releaseBuffer(buffer: ArrayBuffer): void;
  trimMemory(): void;
  hideMemory(): boolean;
  landlockVersion(): number;
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
 * Nobody but root may look into this process from now on, not even its own user: /proc/PID/mem and the like belong to root,
 * and it leaves no core file (prctl(2), PR_SET_DUMPABLE). Executing another program ends that.
 *
 * @returns whether the kernel did it
 */
export function hideMemory(): boolean {
  return native.hideMemory();
}

/** Version of the kernel's Landlock (landlock(7)); 0 where it has none or has it switched off. */
export function landlockVersion(): number {
  return native.landlockVersion();
}
