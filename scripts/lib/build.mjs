/** Builds the addon and all TypeScript; does nothing for what is up to date. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeHeaders } from './headers.mjs';
import { addonPath, confinePath, filesUnder, projects, root } from './project.mjs';
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
  const built = [addonPath, confinePath, stamp].every((path) => existsSync(path));
  if (built && readFileSync(stamp, 'utf8') === fingerprint) return;
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
    if (complete) continue;
    // Where the compiler keeps it depends on where the sources are.
    for (const place of [join(root, name), folder])
      rmSync(join(place, 'tsconfig.tsbuildinfo'), { force: true });
  }
}

export async function buildTypeScript() {
  tidyOutputs();
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await step('compiling TypeScript', process.execPath, [compiler, '-b']);
}

/** onnxruntime finds its binary beside itself; inside another file it has to look for it by the package's name. */
const onnxruntimeBinary = {
  name: 'onnxruntime-binary',
  setup(build) {
    build.onLoad({ filter: /onnxruntime-node\/dist\/binding\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source.replace('require(`../bin/', 'require(`onnxruntime-node/bin/');
      if (contents === source) throw new Error(`${path} loads its binary in another way than expected`);
      return { contents, loader: 'js' };
    });
  },
};

/**
 * The engine's modules in one file: a call's first picture waits for the engine, and much of the time before that was
 * spent looking for files. CommonJS, since Node starts that without its loader of ES modules.
 */
export async function buildBundle() {
  const output = join(root, 'daemon/bundle/engine/main.cjs');
  const sources = [...filesUnder(join(root, 'daemon/dist')), ...filesUnder(join(root, 'native/dist'))];
  const inputs = sources.filter(isProgram);
  inputs.push(fileURLToPath(import.meta.url), join(root, 'package-lock.json'));
  if (isNewer(output, inputs)) return;
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: ['daemon/dist/engine/main.js'],
    outfile: output,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    external: ['sharp', '@backscrub/native/addon'],
    plugins: [onnxruntimeBinary],
    logLevel: 'warning',
  });
}

/**
 * Thumbnails of the gallery. The menu and the preferences want them all at once when they are opened for the first time;
 * a process for each would take seconds.
 */
export async function drawGallery() {
  const output = join(root, 'daemon/bundle/gallery');
  const engine = join(root, 'daemon/dist/engine');
  const program = join(engine, 'gallery-thumbnails-main.js');
  const drawing = join(engine, 'import/draw-thumbnail.js');
  const widths = join(root, 'daemon/dist/shared/gallery-thumbnails.js');
  const sources = filesUnder(join(engine, 'backgrounds')).filter(isProgram);
  const inputs = [...sources, program, drawing, widths, addonPath, join(root, 'package-lock.json')];
  if (isNewer(output, inputs)) return;
  await step('drawing the thumbnails of the gallery', process.execPath, [program, output]);
}

function isProgram(file) {
  return file.endsWith('.js') && !file.endsWith('.test.js');
}

function isNewer(output, inputs) {
  const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
  return existsSync(output) && statSync(output).mtimeMs > newest;
}

export async function build() {
  await buildAddon();
  await buildTypeScript();
  await buildBundle();
  await drawGallery();
}
