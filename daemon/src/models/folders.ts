import { join } from 'node:path';

/** Where model files lie; either folder may be missing. */
export interface ModelFolders {
  readonly system: string;
  readonly user: string;
}

export const SYSTEM_MODELS = '/usr/share/backscrub/models';

/** $STATE_DIRECTORY is what systemd's StateDirectory= sets; it may name several folders, of which the first counts. */
export function defaultFolders(env: NodeJS.ProcessEnv = process.env): ModelFolders {
  const state = env['STATE_DIRECTORY']?.split(':')[0] || '/var/lib/backscrub';
  return { system: SYSTEM_MODELS, user: join(state, 'models') };
}
