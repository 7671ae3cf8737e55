/** Builds the GNOME extension: TypeScript file by file into readable modules, beside what the shell wants with them. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { difference } from './node-packages.mjs';
import { fail, filesUnder, readJson, root } from './project.mjs';
import { step } from './step.mjs';
import { hasCommand } from './system-packages.mjs';

export const source = join(root, 'gnome-extension');
export const uuid = readJson(join(source, 'metadata.json')).uuid;
/** The extension as it lies on disk when installed. */
export const folder = join(source, 'build', uuid);
/** The modules alone, as the compiler writes them. */
export const compiled = join(source, 'build/shell');

/** The types of GNOME Shell are large and only for this: they are no part of the checkout's own packages. */
export async function installTypes() {
  const installed = join(source, 'node_modules/.package-lock.json');
  const reason = existsSync(installed)
    ? difference(readJson(join(source, 'package-lock.json')).packages, readJson(installed).packages)
    : 'node_modules is absent';
  if (reason === undefined) return;
  await step(`installing the types of GNOME Shell (${reason})`, 'npm', ['ci', '--ignore-scripts'], {
    cwd: source,
  });
}

/** Checks the types and compiles. */
export async function compile() {
  await installTypes();
  rmSync(compiled, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await step('compiling the GNOME extension', process.execPath, [
    compiler,
    '-p',
    join(source, 'tsconfig.shell.json'),
  ]);
}

function languages() {
  return readdirSync(join(source, 'po'))
    .filter((name) => name.endsWith('.po'))
    .map((name) => name.slice(0, -'.po'.length));
}

/** Puts together `folder`. With `compiledSchemas` as a package installs it; a zip must not have them. */
export async function assemble({ compiledSchemas }) {
  await compile();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(compiled, folder, { recursive: true });
  for (const name of ['metadata.json', 'stylesheet.css', 'schemas'])
    cpSync(join(source, name), join(folder, name), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  for (const language of languages()) {
    if (!hasCommand('msgfmt')) fail('msgfmt is needed for the translations: install the package gettext.');
    const target = join(folder, 'locale', language, 'LC_MESSAGES');
    mkdirSync(target, { recursive: true });
    await step(`translating to ${language}`, 'msgfmt', [
      '--check',
      `--output-file=${join(target, 'backscrub.mo')}`,
      join(source, 'po', `${language}.po`),
    ]);
  }
  if (!compiledSchemas) return;
  if (!hasCommand('glib-compile-schemas'))
    fail('glib-compile-schemas is needed: install the package libglib2.0-bin (Fedora: glib2-devel).');
  await step('compiling the schemas', 'glib-compile-schemas', ['--strict', join(folder, 'schemas')]);
}

/** @returns the files of the extension relative to its folder */
export function contents() {
  return filesUnder(folder).map((file) => file.slice(folder.length + 1));
}
