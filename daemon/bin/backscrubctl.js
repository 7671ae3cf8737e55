#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/ctl/main.js', import.meta.url);
if (existsSync(main)) {
  await (await import(main.href)).main();
} else {
  console.error('backscrubctl: this checkout is not built yet.\n  Build it: npm run setup -- --build');
  process.exitCode = 1;
}
