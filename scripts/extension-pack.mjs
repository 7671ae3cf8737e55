// Makes gnome-extension/build/UUID.shell-extension.zip, for `gnome-extensions install`, and checks what is in it.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, contents, folder, source, uuid } from './lib/extension.mjs';
import { problems } from './lib/extension-review.mjs';
import { fail } from './lib/project.mjs';
import { step } from './lib/step.mjs';
import { hasCommand } from './lib/system-packages.mjs';

await assemble({ compiledSchemas: false });
const found = problems(folder, contents());
if (found.length > 0) fail(`the extension breaks GNOME's review guidelines:\n  ${found.join('\n  ')}`);

const output = join(source, 'build');
const zip = join(output, `${uuid}.shell-extension.zip`);
rmSync(zip, { force: true });
if (hasCommand('gnome-extensions')) {
  // The tool takes the few files that it knows by itself and wants the others named.
  const known = new Set(['extension.js', 'prefs.js', 'metadata.json', 'stylesheet.css', 'schemas']);
  const extra = readdirSync(folder).filter((name) => !known.has(name));
  await step('packing', 'gnome-extensions', [
    'pack',
    '--force',
    `--out-dir=${output}`,
    ...extra.map((name) => `--extra-source=${name}`),
    folder,
  ]);
} else if (hasCommand('zip')) {
  await step('packing', 'zip', ['-q', '-r', '-X', zip, ...readdirSync(folder)], { cwd: folder });
} else {
  fail('gnome-extensions (of GNOME Shell) or zip is needed to make the zip: install the package zip.');
}
process.stdout.write(`${zip}\n`);
