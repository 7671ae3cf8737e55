/** Whether node_modules is what package-lock.json asks for, and bringing it there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './project.mjs';
import { step } from './step.mjs';

/**
 * npm leaves a copy of what it installed in node_modules/.package-lock.json, written last: an interrupted install has none.
 * Compared by content, since a checkout gives every file a new time. Packages for other machines are absent from it.
 *
 * @param wanted "packages" of package-lock.json
 * @param installed "packages" of node_modules/.package-lock.json
 * @returns the first difference in words, or undefined
 */
export function difference(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const have = installed[path];
    if (have === undefined) {
      if (entry.optional === true) continue;
      return `${path} is not installed`;
    }
    if (entry.version !== have.version || entry.integrity !== have.integrity || entry.link !== have.link) {
      return `${path} has another version`;
    }
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is not wanted any more`;
}

/** Runs `npm ci` when something differs; prints why. */
export async function installNodePackages() {
  const installedPath = join(root, 'node_modules/.package-lock.json');
  const reason = existsSync(installedPath)
    ? difference(readJson(join(root, 'package-lock.json')).packages, readJson(installedPath).packages)
    : 'node_modules is absent';
  if (reason === undefined) return;
  await step(`installing npm packages (${reason})`, 'npm', ['ci', '--no-audit', '--no-fund'], {
    // The CUDA provider would be fetched from outside the registry.
    env: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
}
