// Writes gnome-extension/po/backscrub.pot from the sources and brings the translations up to date with it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, source } from './lib/extension.mjs';
import { fail, filesUnder } from './lib/project.mjs';
import { step } from './lib/step.mjs';
import { hasCommand } from './lib/system-packages.mjs';

if (!hasCommand('xgettext')) fail('xgettext is needed: install the package gettext.');
// xgettext reads JavaScript; what it finds is the same as in the TypeScript.
await compile();
const compiled = join(source, 'build/shell');
const template = join(source, 'po/backscrub.pot');
await step('extracting the texts', 'xgettext', [
  ...['--from-code=UTF-8', '--language=JavaScript', '--keyword=_', '--keyword=translate'],
  ...['--add-comments=Translators', '--no-location', '--package-name=backscrub', `--output=${template}`],
  ...filesUnder(compiled).filter((file) => file.endsWith('.js')),
]);
// The date alone would be a change each time.
const text = readFileSync(template, 'utf8').replace(/^"POT-Creation-Date.*\n/m, '');
writeFileSync(template, text);
for (const name of readdirSync(join(source, 'po')).filter((file) => file.endsWith('.po'))) {
  const file = join(source, 'po', name);
  await step(`updating ${name}`, 'msgmerge', [
    ...['--quiet', '--update', '--backup=none', '--no-fuzzy-matching', file, template],
  ]);
}
