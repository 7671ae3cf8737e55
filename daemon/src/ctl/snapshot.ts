/** `backscrubctl snapshot`: the service makes the picture, this program writes the file, with the rights of its user. */
import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Variant } from './client.js';
import type { CommandContext } from './commands.js';
import { EXIT, Failure, messageOf } from './failure.js';
import { print } from './print.js';

export async function snapshotCommand({ line, client, terminal, directory }: CommandContext): Promise<void> {
  const [file = ''] = line.positionals;
  const options = Object.fromEntries(
    ['size', 'quality'].flatMap((name) => {
      const value = line.options.get(name);
      return value === undefined ? [] : [[name, new Variant('u', Number(value))] as const];
    }),
  );
  const path = resolve(directory, file);
  // Before the picture is made: a file that is in the way shall cost nothing.
  const handle = await create(path, file, line.options.has('force'));
  let kept = false;
  try {
    const [jpeg] = await client.call('Snapshot', options);
    await handle.writeFile(jpeg);
    kept = true;
    print(terminal, line, { file: path, bytes: jpeg.length }, `${file}: ${jpeg.length} bytes`);
  } finally {
    await handle.close();
    if (!kept && !line.options.has('force')) await rm(path, { force: true });
  }
}

async function create(path: string, name: string, overwrite: boolean) {
  try {
    return await open(path, overwrite ? 'w' : 'wx');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new Failure(
        EXIT.failed,
        `${name} is there already.`,
        'Name another file, or overwrite it with --force.',
      );
    }
    throw new Failure(EXIT.failed, `${name} cannot be written: ${messageOf(error)}`);
  }
}
