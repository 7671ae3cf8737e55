import { readFileSync } from 'node:fs';

/** The version that is installed now, which after an upgrade is not that of a program that was started before. */
export function programVersion(): string {
  // The same place from shared/ as from the engine's bundle.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
