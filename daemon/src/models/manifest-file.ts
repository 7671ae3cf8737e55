/**
 * The JSON manifest that lies beside a model file. docs/models.schema.json says the same for editors; this is what counts.
 * Every refusal names the field and what may stand there.
 */
import { badModel } from './bad-model.js';
import {
  ALIGNMENTS,
  type Colour,
  CROP_POLICIES,
  isModelName,
  LAYOUTS,
  type ModelManifest,
  ORDERS,
  OUTPUT_KINDS,
  type RecurrentState,
} from './manifest.js';

export const MAX_MANIFEST = 64 << 10;

type Json = Readonly<Record<string, unknown>>;

/**
 * @param text JSON
 * @param fallbackName the model's name unless the manifest says one
 * @throws BackscrubError BadModel
 */
export function readManifest(text: string, fallbackName: string): ModelManifest {
  if (text.length > MAX_MANIFEST) throw refuse('', `has more than ${MAX_MANIFEST >> 10} KiB`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse('', `is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : ''}`);
  }
  const root = new Fields(json, '');
  root.only(
    '$schema',
    'name',
    'title',
    'licence',
    'sha256',
    'input',
    'output',
    'states',
    'constants',
    'crop',
    'greyLook',
  );
  const name = root.text('name', fallbackName);
  if (!isModelName(name)) {
    throw refuse(
      'name',
      'must be letters, digits, dots, hyphens and underscores, 64 at most, with a letter or digit first',
    );
  }
  const sha256 = root.text('sha256', '');
  if (sha256 !== '' && !/^[0-9a-f]{64}$/.test(sha256))
    throw refuse('sha256', 'must be 64 hexadecimal digits, lower case');
  const input = readInput(root.fields('input'));
  const output = readOutput(root.fields('output'), input.layout);
  const states = readStates(root);
  const crop = root.choice('crop', CROP_POLICIES, states.length > 0 ? 'stretch' : 'follow');
  if (states.length > 0 && crop === 'follow') {
    throw refuse(
      'crop',
      'must be "stretch" where there are states: a moving crop would not fit what is remembered',
    );
  }
  return {
    name,
    title: root.text('title', name),
    licence: root.text('licence', ''),
    sha256,
    input,
    output,
    states,
    constants: readConstants(root),
    crop,
    greyLook: root.truth('greyLook'),
  };
}

function readInput(input: Fields): ModelManifest['input'] {
  input.only('width', 'height', 'layout', 'order', 'scale', 'offset', 'mean', 'std', 'name');
  const name = input.text('name', '');
  return {
    width: input.whole('width', 16, 2048),
    height: input.whole('height', 16, 2048),
    channels: 3,
    layout: input.choice('layout', LAYOUTS),
    order: input.choice('order', ORDERS, 'RGB'),
    ...readNormalisation(input),
    ...(name === '' ? {} : { name }),
  };
}

/** `scale` and `offset` of bytes, or `mean` and `std` of 0..1 as training code says them. */
function readNormalisation(input: Fields): { scale: Colour; offset: Colour } {
  if (input.has('mean') || input.has('std')) {
    if (input.has('scale') || input.has('offset'))
      throw refuse('input', 'has mean or std beside scale or offset; choose one pair');
    const mean = input.colour('mean', 0);
    const std = input.colour('std', 1);
    if (std.some((v) => v < 1e-6)) throw refuse('input.std', 'must be greater than 0');
    return {
      scale: [1 / 255 / std[0], 1 / 255 / std[1], 1 / 255 / std[2]],
      offset: [-mean[0] / std[0], -mean[1] / std[1], -mean[2] / std[2]],
    };
  }
  const scale = input.colour('scale', 1 / 255);
  if (scale.includes(0)) throw refuse('input.scale', 'must not be 0');
  return { scale, offset: input.colour('offset', 0) };
}

function readOutput(output: Fields, layout: ModelManifest['input']['layout']): ModelManifest['output'] {
  output.only('kind', 'width', 'height', 'channels', 'layout', 'personIndex', 'align', 'name');
  const kind = output.choice('kind', OUTPUT_KINDS);
  const twoClass = kind === 'two-class-logits';
  const channels = output.whole('channels', 1, 1024, kind === 'class-scores' ? undefined : twoClass ? 2 : 1);
  if (twoClass && channels !== 2) throw refuse('output.channels', 'must be 2 for two-class-logits');
  if (kind === 'class-scores' && channels < 2)
    throw refuse('output.channels', 'must be at least 2 for class-scores');
  const personIndex = output.whole(
    'personIndex',
    0,
    channels - 1,
    channels === 1 ? 0 : twoClass ? 1 : undefined,
  );
  const name = output.text('name', '');
  return {
    kind,
    width: output.whole('width', 1, 2048, 0),
    height: output.whole('height', 1, 2048, 0),
    channels,
    layout: output.choice('layout', LAYOUTS, layout),
    personIndex,
    align: output.choice('align', ALIGNMENTS, 'centers'),
    ...(name === '' ? {} : { name }),
  };
}

function readStates(root: Fields): RecurrentState[] {
  return root.list('states', 16).map((json, i) => {
    const state = new Fields(json, `states[${i}]`);
    state.only('input', 'output', 'shape');
    const shape = state.list('shape', 8).map((size, k) => whole(size, `states[${i}].shape[${k}]`, 1, 4096));
    return {
      input: state.text('input'),
      output: state.text('output'),
      ...(shape.length === 0 ? {} : { shape }),
    };
  });
}

function readConstants(root: Fields): Record<string, number[]> {
  if (!root.has('constants')) return {};
  const constants = root.fields('constants');
  const names = constants.names();
  if (names.length > 16) throw refuse('constants', 'has more than 16 fields');
  return Object.fromEntries(names.map((name) => [name, constants.numbers(name)]));
}

/** One JSON object on its way into the program. */
class Fields {
  readonly #json: Json;

  constructor(
    json: unknown,
    readonly path: string,
  ) {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw refuse(path, 'must be an object');
    this.#json = json as Json;
  }

  #at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  only(...names: string[]): void {
    const unknown = Object.keys(this.#json).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw refuse(this.#at(unknown.slice(0, 64)), `is not known; there are ${names.join(', ')}`);
  }

  names(): string[] {
    return Object.keys(this.#json);
  }

  has(name: string): boolean {
    return this.#json[name] !== undefined;
  }

  fields(name: string): Fields {
    if (!this.has(name)) throw refuse(this.#at(name), 'is missing');
    return new Fields(this.#json[name], this.#at(name));
  }

  list(name: string, most: number): readonly unknown[] {
    const value = this.#json[name] ?? [];
    if (!Array.isArray(value) || value.length > most)
      throw refuse(this.#at(name), `must be a list of ${most} at most`);
    return value;
  }

  text(name: string, absent?: string): string {
    const value = this.#json[name] ?? absent;
    if (value === undefined) throw refuse(this.#at(name), 'is missing');
    if (typeof value !== 'string' || value.length > 256 || /\p{C}/u.test(value))
      throw refuse(this.#at(name), 'must be a text of 256 characters at most');
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], absent?: T): T {
    const value = this.#json[name] ?? absent;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      throw refuse(
        this.#at(name),
        `${value === undefined ? 'is missing; it' : ''} must be one of ${choices.join(', ')}`,
      );
    }
    return found;
  }

  truth(name: string): boolean {
    const value = this.#json[name] ?? false;
    if (typeof value !== 'boolean') throw refuse(this.#at(name), 'must be true or false');
    return value;
  }

  whole(name: string, least: number, most: number, absent?: number): number {
    if (!this.has(name) && absent !== undefined) return absent;
    return whole(this.#json[name], this.#at(name), least, most);
  }

  colour(name: string, absent: number): Colour {
    const value = this.#json[name] ?? absent;
    const three: unknown[] = Array.isArray(value) ? value : [value, value, value];
    const [r, g, b] = three;
    if (three.length !== 3 || !isUsual(r) || !isUsual(g) || !isUsual(b))
      throw refuse(this.#at(name), 'must be a number or three, for R, G, B');
    return [r, g, b];
  }

  numbers(name: string): number[] {
    const value = this.#json[name];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0 || list.length > 64 || !list.every(isUsual))
      throw refuse(this.#at(name), 'must be a number or a list of 64 at most');
    return list;
  }
}

function isUsual(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 1e6;
}

function whole(value: unknown, path: string, least: number, most: number): number {
  if (value === undefined)
    throw refuse(path, `is missing; it must be a whole number from ${least} to ${most}`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw refuse(path, `must be a whole number from ${least} to ${most}`);
  return value;
}

function refuse(path: string, what: string): Error {
  return badModel(path === '' ? `its manifest ${what}` : `in its manifest, ${path} ${what.trimStart()}`);
}

/** The JSON of a manifest, which `readManifest` reads back to the same. */
export function manifestToJson(manifest: ModelManifest): string {
  const { input, output, ...rest } = manifest;
  const { channels: _, ...port } = input;
  const { width, height, ...result } = output;
  const size = width > 0 && height > 0 ? { width, height } : {};
  return `${JSON.stringify({ ...rest, input: port, output: { ...result, ...size } }, null, 2)}\n`;
}
