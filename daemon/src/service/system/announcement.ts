/**
 * PipeWire and others that looked at the node before it was a camera do not see that it is one now. The kernel tells nobody; only
 * root can have udev tell them (systemd/backscrub-announce.path). All that the service does is to touch a file.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../shared/log.js';

/** In the unit's RuntimeDirectory=; it is empty: what counts is that it was written. */
const FILE = 'announce';
/** Nobody waits at a FIFO, and a link is not followed. */
const WRITE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export function requestAnnouncement(env: NodeJS.ProcessEnv, log: Log): void {
  const folder = env['RUNTIME_DIRECTORY'];
  if (!folder) return;
  try {
    closeSync(openSync(join(folder, FILE), WRITE));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('warning', `programs that were started before the service may not see the virtual camera: ${reason}`);
  }
}
