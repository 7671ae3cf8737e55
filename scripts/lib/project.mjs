/** Where this checkout is, and small helpers over its files. Plain JavaScript without dependencies: runs before anything is installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const addonPath = join(root, 'native/build/Release/backscrub_native.node');
/** The program that confines others, built with the addon. */
export const confinePath = join(root, 'native/build/Release/backscrub-confine');

/** The TypeScript projects: folder of the sources and of their output, relative to the root. */
export const projects = [
  { name: 'native', sources: 'native/lib', output: 'native/dist' },
  { name: 'daemon', sources: 'daemon/src', output: 'daemon/dist' },
  { name: 'bench', sources: 'bench/src', output: 'bench/dist' },
  { name: 'demo', sources: 'demo/src', output: 'demo/dist' },
  { name: 'gnome-extension', sources: 'gnome-extension/src', output: 'gnome-extension/dist' },
  { name: 'test', sources: 'test', output: 'test/dist' },
];

/** @returns every file under `folder` (absolute paths, sorted); none when the folder is absent. */
export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Prints `text` as an error for people and ends the process. */
export function fail(text) {
  process.stderr.write(`backscrub: ${text}\n`);
  process.exit(1);
}
