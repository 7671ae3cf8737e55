/** The contract as GNOME Shell's extension sees it: an asynchronous proxy over Gio with one typed member per member of the XML. */
import { splitSignature } from './signature.mjs';

/** Types of values that `GLib.Variant.recursiveUnpack` makes. */
const BASIC = { b: 'boolean', s: 'string', o: 'string', g: 'string', v: 'unknown' };

function typeOf(type) {
  if (type === 'ay') return 'Uint8Array';
  if (type.startsWith('a{')) {
    const [key, value] = splitSignature(type.slice(2, -1));
    return `Readonly<Record<${typeOf(key)}, ${typeOf(value)}>>`;
  }
  if (type.startsWith('a')) {
    const item = typeOf(type.slice(1));
    return `readonly ${item.startsWith('readonly ') ? `(${item})` : item}[]`;
  }
  if (type.startsWith('(')) return `readonly [${splitSignature(type.slice(1, -1)).map(typeOf).join(', ')}]`;
  return BASIC[type] ?? 'number';
}

function method({ name, inputs, inSignature, outputs }) {
  const parameters = inputs.map((arg) => `${camel(arg.name)}: ${inputType(arg.signature)}`);
  const results = outputs.map((arg) => typeOf(arg.signature));
  const result =
    results.length === 0 ? 'void' : results.length === 1 ? results[0] : `[${results.join(', ')}]`;
  // GLib's types ask for arrays that it could change.
  const values = inputs
    .map((arg) =>
      typeOf(arg.signature).startsWith('readonly ') ? `[...${camel(arg.name)}]` : camel(arg.name),
    )
    .join(', ');
  const packed = inputs.length === 0 ? 'null' : `new GLib.Variant('(${inSignature})', [${values}])`;
  const call = `await this.call('${name}', ${packed}, cancellable)`;
  const body =
    results.length === 0
      ? `${call};`
      : results.length === 1
        ? `return first<${result}>(${call});`
        : `return unpack<${result}>(${call});`;
  return `  async ${name}(${[...parameters, 'cancellable: Gio.Cancellable | null'].join(', ')}): Promise<${result}> {
    ${body}
  }
`;
}

/** What a caller packs: values of type v come as variants. */
function inputType(type) {
  return typeOf(type).replaceAll('unknown', 'GLib.Variant');
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

function property({ name, signature, access }) {
  const getter = `  /** Undefined while the service does not run, and when it is older than this property. */
  get ${name}(): ${typeOf(signature)} | undefined {
    return this.cached<${typeOf(signature)}>('${name}');
  }
`;
  if (access === 'read') return getter;
  return `${getter}
  async set${name}(value: ${inputType(signature)}, cancellable: Gio.Cancellable | null): Promise<void> {
    await this.write('${name}', new GLib.Variant('${signature}', value), cancellable);
  }
`;
}

/** @returns {{proxy: string, values: string}} the proxy (GJS only) and the types of the properties (also for Node) */
export function extensionContract({ source, methods, properties }) {
  const values = `// Made by scripts/generate-dbus.mjs from ${source}; edit that file and run \`npm run generate\`.

/** Value of each property as GLib.Variant.recursiveUnpack has it. */
export interface PropertyValues {
${properties.map((p) => `  readonly ${p.name}: ${typeOf(p.signature)};`).join('\n')}
}

export type PropertyName = keyof PropertyValues;
export type MethodName = ${methods.map((m) => `'${m.name}'`).join(' | ')};

export const PROPERTY_NAMES: readonly PropertyName[] = [${properties.map((p) => `'${p.name}'`).join(', ')}];
`;
  const members = [...methods.map(method), ...properties.map(property)].join('\n');
  const helpers = ['first', 'ProxyBase', 'unpack'].filter(
    (name) => members.includes(`${name}<`) || name === 'ProxyBase',
  );
  const proxy = `// Made by scripts/generate-dbus.mjs from ${source}; edit that file and run \`npm run generate\`.
import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { ${helpers.join(', ')} } from '../bus/proxy-base.js';

/** Every call is asynchronous and ends with Gio.IOErrorEnum.CANCELLED when its cancellable does. */
export class BackscrubProxy extends ProxyBase {
${members}}
`;
  return { proxy, values };
}
