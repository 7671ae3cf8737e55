/**
 * PipeWire and others that looked at the node before it was a camera do not see that it is one now. The kernel tells nobody; only
 * root can have udev tell them (systemd/backscrub-announce.path). All that the service does is to touch a file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../shared/log.js';

/** In the unit's RuntimeDirectory=; it is empty: what counts is that it was written. */
const FILE = 'announce';

export function requestAnnouncement(env: NodeJS.ProcessEnv, log: Log): void {
  const folder = env['RUNTIME_DIRECTORY'];
  if (!folder) return;
  try {
    writeFileSync(join(folder, FILE), '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('warning', `programs that were started before the service may not see the virtual camera: ${reason}`);
  }
}
