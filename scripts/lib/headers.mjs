import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that node-gyp takes as `--nodedir`: beside the binary (official builds, nvm, NodeSource, Fedora), or where
 * Debian's libnode-dev puts the headers. Undefined: node-gyp fetches them itself.
 */
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  if (existsSync(join(prefix, 'include/node/node_api.h'))) return prefix;
  if (existsSync('/usr/include/nodejs/src/node_api.h')) return '/usr/include/nodejs';
  return undefined;
}
