/** `backscrubctl model`, as far as the service does the work. */
import type { CommandContext } from './commands.js';
import { EXIT, Failure } from './failure.js';
import { print, printJson } from './print.js';
import { rowOf } from './row.js';
import type { Painter } from './terminal.js';
import { wrap } from './text.js';
import { plainValue } from './values.js';

/** What ListModels says of a model; keys that are not there are empty. */
interface Model {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly source: string;
  readonly usable: boolean;
  readonly problem: string;
  readonly width: number;
  readonly height: number;
  readonly output: string;
  readonly crop: string;
}

const LABEL_WIDTH = 12;

export async function modelCommand(context: CommandContext): Promise<void> {
  const { line, client, terminal } = context;
  const [action, name] = line.positionals;
  if (action === 'use' && name !== undefined) await client.call('SetModel', name);
  if (action === undefined || action === 'use') {
    const { Model: current } = await client.properties();
    print(terminal, line, { Model: current }, action === undefined ? current : `Model: ${current}`);
    return;
  }
  const [models] = await client.call('ListModels');
  const records = models.map(plainValue);
  if (action === 'list') {
    const { Model: current } = await client.properties();
    if (line.json) printJson(terminal, records);
    else terminal.out(formatModels(records.map(readModel), current, terminal.paint));
    return;
  }
  const index = records.findIndex((record) => readModel(record).name === name);
  if (index < 0) {
    const advice = 'See those that are there: backscrubctl model list';
    throw new Failure(EXIT.failed, `There is no model "${name ?? ''}".`, advice);
  }
  if (line.json) printJson(terminal, Object(records[index]));
  else terminal.out(formatModel(readModel(records[index]), terminal.paint, terminal.width));
}

function readModel(record: unknown): Model {
  const row = rowOf(record);
  return {
    name: row.text('name'),
    title: row.text('title'),
    licence: row.text('licence'),
    source: row.text('source'),
    usable: row.flag('usable'),
    problem: row.text('problem'),
    width: row.number('width'),
    height: row.number('height'),
    output: row.text('output'),
    crop: row.text('crop'),
  };
}

/** One line for each model, the one in use marked; below it why one cannot be used. */
export function formatModels(models: readonly Model[], current: string, paint: Painter): string {
  if (models.length === 0) return 'There are no models.\n';
  const width = Math.max(...models.map(({ name }) => name.length));
  const lines = models.flatMap((model) => {
    const mark = model.name === current ? '*' : ' ';
    const name = model.name.padEnd(width);
    const colour = model.name === current ? 'green' : model.usable ? 'bold' : 'dim';
    const origin = model.source === 'built-in' || model.source === '' ? '' : ` (${model.source})`;
    const first = `${mark} ${paint(colour, name)}  ${model.title}${origin}`.trimEnd();
    return model.usable ? [first] : [first, `${' '.repeat(width + 4)}${paint('red', model.problem)}`];
  });
  return `${lines.join('\n')}\n`;
}

/** What `model show` prints. */
export function formatModel(model: Model, paint: Painter, width: number): string {
  const size = model.width > 0 ? `${model.width}x${model.height} pixels` : 'not known';
  const crop = model.crop === 'follow' ? 'a box that follows the person' : 'the whole picture';
  const rows: readonly (readonly [string, string])[] = [
    ['Name', model.name],
    ['Title', model.title],
    ['Licence', model.licence === '' ? 'not stated' : model.licence],
    ['Source', model.source],
    ['Input', size],
    ['Output', model.output],
    ['Looks at', model.crop === '' ? '' : crop],
    ['Usable', model.usable ? 'yes' : `no: ${model.problem}`],
  ];
  const indent = ' '.repeat(LABEL_WIDTH);
  return rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => {
      const text = wrap(value, width, indent).slice(LABEL_WIDTH);
      return `${paint('bold', label)}${' '.repeat(LABEL_WIDTH - label.length)}${text}\n`;
    })
    .join('');
}
