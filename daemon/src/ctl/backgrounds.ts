/** `backscrubctl background`. */
import { resolve } from 'node:path';
import { absoluteBackground } from './background.js';
import { findRow, formatBackground, formatBackgrounds, readRow } from './background-rows.js';
import type { CommandContext } from './commands.js';
import { usageFailure } from './failure.js';
import { nameOfFile, readImport, writeNew } from './import-file.js';
import { print, printJson } from './print.js';
import { plainValue } from './values.js';

/** Options that belong to one action each. */
const OPTIONS: Readonly<Record<string, string>> = { name: 'add', focus: 'add', size: 'thumbnail' };
const DEFAULT_SIZE = 320;

type Action = (context: CommandContext, id: string, file: string) => Promise<void>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'list',
    async ({ line, client, terminal }) => {
      const [backgrounds] = await client.call('ListBackgrounds');
      const records = backgrounds.map(plainValue);
      const { Background: current } = await client.properties();
      if (line.json) printJson(terminal, records);
      else terminal.out(formatBackgrounds(records.map(readRow), current, terminal.paint));
    },
  ],
  ['use', (context, id) => choose(context, id)],
  [
    'show',
    async ({ line, client, terminal }, id) => {
      const [backgrounds] = await client.call('ListBackgrounds');
      const record = findRow(backgrounds.map(plainValue), id);
      if (line.json) printJson(terminal, Object(record));
      else terminal.out(formatBackground(readRow(record), terminal.paint, terminal.width));
    },
  ],
  [
    'add',
    async ({ line, client, terminal, directory }, file) => {
      const data = await readImport(resolve(directory, file), file);
      const name = line.options.get('name') ?? nameOfFile(file);
      const focus = line.options.get('focus')?.split(',').map(Number);
      const options = focus === undefined ? {} : { focus: { signature: '(dd)', value: focus } };
      const id = await client.importBackground(name, data, options);
      const text = `Added ${id} (${name}). Use it: backscrubctl background use ${id}`;
      print(terminal, line, { id, name }, text);
    },
  ],
  [
    'remove',
    async ({ line, client, terminal }, id) => {
      await client.call('RemoveBackground', id);
      print(terminal, line, { removed: id }, `Removed ${id}.`);
    },
  ],
  [
    'thumbnail',
    async ({ line, client, terminal, directory }, id, file) => {
      const size = Number(line.options.get('size') ?? DEFAULT_SIZE);
      const [png] = await client.call('GetThumbnail', absoluteBackground(id, directory), size);
      await writeNew(resolve(directory, file), file, png);
      print(terminal, line, { file: resolve(directory, file), bytes: png.length }, `Written: ${file}`);
    },
  ],
]);

export async function backgroundCommand(context: CommandContext): Promise<void> {
  const { line } = context;
  const [word, first = '', second = ''] = line.positionals;
  for (const option of line.options.keys()) {
    if (OPTIONS[option] !== word) {
      throw usageFailure(`--${option} belongs to background ${OPTIONS[option]}.`, 'background');
    }
  }
  const action = word === undefined ? undefined : ACTIONS.get(word);
  if (action) await action(context, first, second);
  else await choose(context, word);
}

async function choose(
  { line, client, terminal, directory }: CommandContext,
  background: string | undefined,
): Promise<void> {
  if (background !== undefined) await client.call('SetBackground', absoluteBackground(background, directory));
  const { Background: current, Mode: mode } = await client.properties();
  const hint = mode === 'replace' ? '' : ` (shown in mode replace; the mode is ${mode})`;
  const text = background === undefined ? current : `Background: ${current}${hint}`;
  print(terminal, line, { Background: current }, text);
}
