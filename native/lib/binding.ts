/** The only file that touches the addon's binary. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const binding: unknown = require('../build/Release/backscrub_native.node');
