/** Which installed packages the daemon needs at run time, and which of their files. */
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './project.mjs';

/**
 * Dependencies that nothing of ours loads at run time: those of install scripts, headers, and the part of dbus-next that
 * passes file descriptors (it does not build with most versions of Node, and dbus-next goes on without it).
 */
const notLoaded = {
  'node_modules/onnxruntime-node': ['adm-zip', 'global-agent'],
  'node_modules/dbus-next': ['usocket'],
  native: ['node-addon-api'],
};

/**
 * @param packages "packages" of package-lock.json
 * @param from a workspace's folder
 * @param present says whether a path of the lock file is installed here (other machines' packages are not)
 * @returns the lock file's paths (`node_modules/sharp`) of everything that `from` needs at run time
 */
export function productionPaths(packages, from, present) {
  const found = new Set();
  const visit = (path) => {
    const entry = packages[path];
    if (entry === undefined) return;
    const skipped = notLoaded[path] ?? [];
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const name of Object.keys(wanted)) {
      if (skipped.includes(name)) continue;
      const target = resolve(packages, path, name);
      if (target === undefined || found.has(target) || !present(target)) continue;
      found.add(target);
      visit(packages[target].link === true ? packages[target].resolved : target);
    }
  };
  visit(from);
  return [...found].sort();
}

/** Node's own search: the package's node_modules, then those of the folders above it. */
function resolve(packages, path, name) {
  let folder = path;
  for (;;) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (folder === '') return undefined;
    const cut = folder.lastIndexOf('/node_modules/');
    folder = cut === -1 ? '' : folder.slice(0, cut);
  }
}

/** Older versions of npm install packages for other C libraries too. */
export function isForMachine(entry, cpu, libc) {
  return (entry.cpu?.includes(cpu) ?? true) && (entry.libc?.includes(libc) ?? true);
}

/** @returns {{path: string, link?: string}[]} the packages to install, workspaces as the folder they link to */
export function productionPackages() {
  const { packages } = readJson(join(root, 'package-lock.json'));
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  const present = (path) => existsSync(join(root, path)) && isForMachine(packages[path], process.arch, libc);
  return productionPaths(packages, 'daemon', present).map((path) => ({
    path,
    ...(packages[path].link === true ? { link: readlinkSync(join(root, path)) } : {}),
  }));
}

/** Never needed at run time, whatever the package. */
const useless = [
  /\.d\.[mc]?ts(\.map)?$/,
  /\.(map|tsbuildinfo|md|markdown|cc|h|hpp|gyp|gypi)$/i,
  /\.test\.m?js$/,
  /(^|\/)(test|tests|__tests__|examples?|docs?|\.github|scripts?)\//,
];
const licence = /(^|\/)(licen[cs]e|notice|copying|third[-_]?party)[^/]*$/i;

/**
 * @param packagePath the lock file's path of the package
 * @param file a path relative to the package
 */
export function isNeeded(packagePath, file, platform = process.platform, arch = process.arch) {
  if (licence.test(file)) return true;
  // It lists the licences of the libraries that libvips is built with.
  if (packagePath.startsWith('node_modules/@img/sharp-libvips') && file === 'README.md') return true;
  if (packagePath === 'node_modules/@mediapipe/selfie_segmentation')
    return /(\.tflite|package\.json)$/.test(file);
  if (packagePath === 'node_modules/onnxruntime-node' && file.startsWith('bin/')) {
    return file.split('/').slice(2, 4).join('/') === `${platform}/${arch}`;
  }
  if (packagePath === 'daemon' && file.split('/').includes('testing')) return false;
  return !useless.some((pattern) => pattern.test(file));
}
