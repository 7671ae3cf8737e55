// Builds gnome-extension/build/UUID as a system package installs it. `--check` only checks the types.
import { assemble, compile, folder } from './lib/extension.mjs';

if (process.argv.includes('--check')) await compile();
else {
  await assemble({ compiledSchemas: true });
  process.stdout.write(`${folder}\n`);
}
