/** backscrubd with the real devices and processes. */
import { fileURLToPath } from 'node:url';
import { awaitSystemd, hideMemory, notifySystemd } from '@backscrub/native';
import { createLog } from '../shared/log.js';
import { run } from './run.js';
import { LoopbackOpener } from './virtual-camera-device.js';

// Its children are of the same user.
hideMemory();
const log = createLog();
const status = await run(process.argv.slice(2), process.env, {
  opener: (path, store) => new LoopbackOpener(path, store, log),
  managerSocket: { notify: notifySystemd, settle: awaitSystemd },
  engineModule: fileURLToPath(new URL('../../bundle/engine/main.cjs', import.meta.url)),
  probeModule: fileURLToPath(new URL('../engine/probe.js', import.meta.url)),
  importModule: fileURLToPath(new URL('../engine/import-main.js', import.meta.url)),
  galleryThumbnails: fileURLToPath(new URL('../../bundle/gallery', import.meta.url)),
  log,
});
process.exit(status);
