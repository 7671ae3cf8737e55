/** The only file that touches the addon's binary; by the package's own name, since this code may be bundled into another file. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const binding: unknown = require('@backscrub/native/addon');
