/** Builds the addon and all TypeScript; does nothing for what is up to date. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { nodeHeaders } from './headers.mjs';
import { addonPath, filesUnder, projects, root } from './project.mjs';
import { step } from './step.mjs';

/** Everything that the addon's binary depends on: a tree that was copied to another system is built again. */
function addonFingerprint() {
  const hash = createHash('sha256');
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  hash.update(JSON.stringify([root, process.versions.node, process.arch, nodeHeaders() ?? '', system]));
  for (const file of [...filesUnder(join(root, 'native/src')), join(root, 'native/binding.gyp')]) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

export async function buildAddon() {
  const stamp = join(root, 'native/build/.fingerprint');
  const fingerprint = addonFingerprint();
  if (existsSync(addonPath) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  const headers = nodeHeaders();
  const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
  const args = [gyp, 'configure', 'build', '--loglevel=warn', '--jobs=max'];
  if (headers !== undefined) args.push(`--nodedir=${headers}`);
  await step('building the addon', process.execPath, args, { cwd: join(root, 'native') });
  writeFileSync(stamp, fingerprint);
}

/**
 * Removes output whose source is gone (a deleted test would go on running), and the compiler's memory where an output
 * is missing (it trusts that memory and would not write the file again).
 */
export function tidyOutputs() {
  for (const { name, sources, output } of projects) {
    const folder = join(root, output);
    const stems = new Set();
    let complete = true;
    for (const file of filesUnder(join(root, sources))) {
      if (!file.endsWith('.ts') || file.endsWith('.d.ts') || file.startsWith(folder)) continue;
      const stem = relative(join(root, sources), file).slice(0, -'.ts'.length);
      stems.add(stem);
      if (!existsSync(join(folder, `${stem}.js`))) complete = false;
    }
    for (const file of filesUnder(folder)) {
      const stem = relative(folder, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '');
      if (stem !== relative(folder, file) && !stems.has(stem)) rmSync(file);
    }
    if (!complete) rmSync(join(root, name, 'tsconfig.tsbuildinfo'), { force: true });
  }
}

export async function buildTypeScript() {
  tidyOutputs();
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await step('compiling TypeScript', process.execPath, [compiler, '-b']);
}

/**
 * The engine's modules in one file, beside those that only some starts need: a call's first picture waits for the engine, and
 * most of the time before that was spent looking for files.
 */
export async function buildBundle() {
  const output = join(root, 'daemon/bundle/engine');
  const sources = [...filesUnder(join(root, 'daemon/dist')), ...filesUnder(join(root, 'native/dist'))];
  const code = sources.filter((file) => file.endsWith('.js') && !file.endsWith('.test.js'));
  const newest = Math.max(...code.map((file) => statSync(file).mtimeMs));
  const stamp = join(output, 'main.js');
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  const { build: bundle } = await import('esbuild');
  rmSync(output, { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: ['daemon/dist/engine/main.js'],
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['onnxruntime-node', 'sharp', '@backscrub/native/addon'],
    logLevel: 'warning',
  });
}

export async function build() {
  await buildAddon();
  await buildTypeScript();
  await buildBundle();
}
