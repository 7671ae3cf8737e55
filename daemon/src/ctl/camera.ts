/** `backscrubctl camera`. */
import type { CommandContext } from './commands.js';
import { EXIT, Failure } from './failure.js';
import { print, printJson } from './print.js';
import { rowOf } from './row.js';
import type { Painter } from './terminal.js';
import { printable } from './text.js';
import { plainValue } from './values.js';

/** What ListCameras says of a camera; keys that are not there are empty. */
interface Camera {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly present: boolean;
  readonly chosen: boolean;
  readonly inUse: boolean;
  readonly usable: boolean;
  readonly problem: string;
  readonly sizes: readonly string[];
}

/** More would fill the line. */
const SHOWN_SIZES = 4;

export async function cameraCommand({ line, client, terminal }: CommandContext): Promise<void> {
  const [action, wanted] = line.positionals;
  if (action === 'list') {
    const [cameras] = await client.call('ListCameras');
    const records = cameras.map(plainValue);
    if (line.json) printJson(terminal, records);
    else terminal.out(formatCameras(records.map(readCamera), terminal.paint));
    return;
  }
  if (action === 'auto') await client.call('SetCamera', '');
  if (action === 'use' && wanted !== undefined) {
    const [cameras] = await client.call('ListCameras');
    await client.call('SetCamera', findCamera(wanted, cameras.map(plainValue).map(readCamera)));
  }
  const { Camera: current } = await client.properties();
  const text = current === '' ? 'automatic' : current;
  print(terminal, line, { Camera: current }, action === undefined ? text : `Camera: ${text}`);
}

/** The id of the camera that somebody means. @throws Failure when there are two of that name */
function findCamera(wanted: string, cameras: readonly Camera[]): string {
  const exact = cameras.find(({ id, path }) => id === wanted || (path !== '' && path === wanted));
  if (exact) return exact.id;
  const named = cameras.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (named.length > 1) {
    const ids = named.map(({ id }) => id).join(', ');
    throw new Failure(EXIT.failed, `There are ${named.length} cameras "${wanted}".`, `Choose by id: ${ids}`);
  }
  // The service says what there is.
  return named[0]?.id ?? wanted;
}

/** Two lines for each camera, the chosen one marked: what people call it, and what the computer does. */
function formatCameras(cameras: readonly Camera[], paint: Painter): string {
  if (cameras.length === 0) return 'There are no cameras.\n';
  const lines = cameras.flatMap((camera) => {
    const { id, name, path, present, chosen, inUse, usable, problem, sizes } = camera;
    const colour = inUse ? 'green' : present && usable ? 'bold' : 'dim';
    const more = sizes.length > SHOWN_SIZES ? ', ...' : '';
    const facts = [path, sizes.slice(0, SHOWN_SIZES).join(', ') + more, inUse ? 'in use' : ''];
    const first = `${chosen ? '*' : ' '} ${paint(colour, name)}  ${facts.filter((fact) => fact !== '').join('  ')}`;
    const second = name === id ? [] : [`    ${paint('dim', id)}`];
    return [first.trimEnd(), ...second, ...(problem === '' ? [] : [`    ${paint('red', problem)}`])];
  });
  return `${lines.join('\n')}\n`;
}

function readCamera(record: unknown): Camera {
  const row = rowOf(record);
  const sizes = row.value('sizes');
  return {
    id: row.text('id'),
    name: row.text('name'),
    path: row.text('path'),
    present: row.flag('present'),
    chosen: row.flag('chosen'),
    inUse: row.flag('in-use'),
    usable: row.flag('usable'),
    problem: row.text('problem'),
    sizes: Array.isArray(sizes) ? sizes.map(String).map(printable) : [],
  };
}
