import { binding } from './binding.js';

interface ProcessBinding {
  dieWithParent(parent: number): boolean;
  notifySystemd(state: string, fd: number): boolean;
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
 * Tells systemd about this service (sd_notify(3)): `READY=1`, `WATCHDOG=1`, `STATUS=...`; several lines are allowed.
 *
 * @param fd a descriptor that goes along, for `FDSTORE=1`
 * @returns false when the process does not run under systemd's notify socket
 */
export function notifySystemd(state: string, fd?: number): boolean {
  return native.notifySystemd(state, fd ?? -1);
}
