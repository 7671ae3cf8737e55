// Builds gnome-extension/build/UUID as a system package installs it. `--check` only checks: the types, and what GNOME's review
// guidelines ask of the modules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, compile, compiled, folder, source } from './lib/extension.mjs';
import { problems } from './lib/extension-review.mjs';
import { fail, filesUnder } from './lib/project.mjs';

if (process.argv.includes('--check')) {
  await compile();
  const modules = filesUnder(compiled).map((file) => file.slice(compiled.length + 1));
  const read = (file) => readFileSync(join(file === 'metadata.json' ? source : compiled, file), 'utf8');
  const found = problems(compiled, [...modules, 'metadata.json'], read);
  if (found.length > 0) fail(`the extension breaks GNOME's review guidelines:\n  ${found.join('\n  ')}`);
} else {
  await assemble({ compiledSchemas: true });
  process.stdout.write(`${folder}\n`);
}
