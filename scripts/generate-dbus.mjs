// dbus/org.backscrub.xml -> daemon/src/generated/contract.ts, docs/dbus-api.md, docs/man/org.backscrub.5 and the proxy of the GNOME
// extension. `--check` writes nothing and fails when one of them is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toMan } from './lib/contract-man.mjs';
import { toMarkdown } from './lib/contract-markdown.mjs';
import { clean, parseDocumentation, parseXml, toXml } from './lib/contract-xml.mjs';
import { extensionContract } from './lib/extension-contract.mjs';
import { splitSignature, typeOf } from './lib/signature.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = 'dbus/org.backscrub.xml';
const TARGET = 'daemon/src/generated/contract.ts';
const MANUAL = 'docs/dbus-api.md';
const MAN_PAGE = 'docs/man/org.backscrub.5';
const EXTENSION = 'gnome-extension/src/generated';
const ERRORS = 'daemon/src/shared/errors.ts';
const PERMISSION = 'org.backscrub.Permission';
const EMITS = 'org.freedesktop.DBus.Property.EmitsChangedSignal';

function fail(message) {
  throw new Error(`${SOURCE}: ${message}`);
}

function annotation(element, name) {
  return element.children.find((c) => c.name === 'annotation' && c.attributes.name === name)?.attributes
    .value;
}

/** Every child must be of a kind that the tables can hold, so that nothing in the XML is silently left out. */
function onlyChildren(element, ...names) {
  const other = element.children.find((c) => !names.includes(c.name));
  if (other) fail(`<${other.name}> in ${element.attributes.name}: the generator does not know that`);
}

function methodTable(element) {
  onlyChildren(element, 'arg', 'annotation');
  const { name } = element.attributes;
  const doc = parseDocumentation(element, fail);
  const args = element.children.filter((c) => c.name === 'arg');
  for (const arg of args) {
    splitSignature(arg.attributes.type);
    if (!doc.parameters.has(arg.attributes.name))
      fail(`argument ${arg.attributes.name} of ${name} is not documented`);
  }
  const take = (direction) =>
    args
      .filter((arg) => arg.attributes.direction === direction)
      .map(({ attributes: { name, type } }) => ({
        name,
        signature: type,
        documentation: doc.parameters.get(name),
      }));
  const permission = annotation(element, PERMISSION);
  if (!permission) fail(`method ${name} has no annotation ${PERMISSION}`);
  const inputs = take('in');
  const outputs = take('out');
  if (inputs.length + outputs.length !== args.length) fail(`${name}: every arg needs direction in or out`);
  const signature = (list) => list.map((arg) => arg.signature).join('');
  return {
    name,
    inputs,
    outputs,
    inSignature: signature(inputs),
    outSignature: signature(outputs),
    permission,
    errors: doc.errors,
    documentation: doc.text,
  };
}

function propertyTable(element) {
  onlyChildren(element, 'annotation');
  const { name, type, access } = element.attributes;
  const doc = parseDocumentation(element, fail);
  if (splitSignature(type).length !== 1) fail(`property ${name} must be one complete type`);
  if (access !== 'read' && access !== 'readwrite')
    fail(`property ${name}: access ${access} is not supported`);
  const permission = annotation(element, PERMISSION);
  if ((access === 'readwrite') !== (permission !== undefined)) {
    fail(`property ${name}: exactly the writable ones have ${PERMISSION}`);
  }
  const emits = annotation(element, EMITS) ?? 'true';
  if (!['true', 'false', 'const'].includes(emits))
    fail(`property ${name}: ${EMITS} ${emits} is not supported`);
  return {
    name,
    signature: type,
    access,
    emits,
    ...(permission ? { permission } : {}),
    errors: doc.errors,
    documentation: doc.text,
  };
}

/** A comment block for the editor of whoever uses the type, wrapped to the line width. */
function jsdoc(text, indent) {
  const wrapped = text.split('\n').flatMap((line) => line.match(/\S.{0,100}(?=\s|$)|^$/g) ?? ['']);
  const lines = wrapped.map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${lines.join('\n')}\n${indent} */\n`;
}

const quote = (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

function literal(value) {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, entry]) => `${key}: ${literal(entry)}`)
    .join(', ')} }`;
}

function table(name, type, entries) {
  const rows = entries.map((entry) => `  ${entry.name}: ${literal(entry)},\n`).join('');
  return `export const ${name} = {\n${rows}} as const satisfies Readonly<Record<string, ${type}>>;\n`;
}

function tuple(list) {
  return `[${list.map((arg) => `${camel(arg.name)}: ${typeOf(arg.signature)}`).join(', ')}]`;
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

function read(xml) {
  const node = parseXml(xml, fail);
  onlyChildren(node, 'interface');
  const iface = node.children[0];
  if (node.children.length !== 1 || !iface) fail('exactly one interface is expected');
  onlyChildren(iface, 'method', 'property', 'annotation');
  const methods = iface.children.filter((c) => c.name === 'method').map(methodTable);
  const properties = iface.children.filter((c) => c.name === 'property').map(propertyTable);
  const names = [...methods, ...properties].map((member) => member.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) fail(`${twice} is there twice`);
  const documentation = parseDocumentation(iface, fail).text;
  return { name: iface.attributes.name, documentation, methods, properties, xml: toXml(iface, '  ') };
}

/** The D-Bus name of each error, from the one table that has them. */
function errorNames() {
  const rows = readFileSync(join(root, ERRORS), 'utf8').matchAll(/^ {2}(\w+): '([\w.]+)',$/gm);
  return Object.fromEntries([...rows].map(([, code, name]) => [code, name]));
}

function typescript({ name, documentation, methods, properties, xml }) {
  const permissions = [...new Set([...methods, ...properties].map((m) => m.permission).filter((p) => p))];

  return `// Made by scripts/generate-dbus.mjs from ${SOURCE}; edit that file and run \`npm run generate\`.
import type { ErrorCode } from '../shared/errors.js';

/** A value with its D-Bus type. */
export interface Variant {
  readonly signature: string;
  readonly value: unknown;
}

export interface ArgumentContract {
  readonly name: string;
  readonly signature: string;
  readonly documentation: string;
}

export interface ErrorContract {
  readonly code: ErrorCode;
  readonly when: string;
}

export type Permission = ${permissions.map(quote).join(' | ')};

export interface MethodContract {
  readonly name: string;
  readonly inputs: readonly ArgumentContract[];
  readonly outputs: readonly ArgumentContract[];
  readonly inSignature: string;
  readonly outSignature: string;
  readonly permission: Permission;
  readonly errors: readonly ErrorContract[];
  readonly documentation: string;
}

export interface PropertyContract {
  readonly name: string;
  readonly signature: string;
  readonly access: 'read' | 'readwrite';
  /** Whether PropertiesChanged tells: always, never, or the value never changes. */
  readonly emits: 'true' | 'false' | 'const';
  /** What writing needs; reading is free. */
  readonly permission?: Permission;
  readonly errors: readonly ErrorContract[];
  readonly documentation: string;
}

export const INTERFACE_NAME = ${quote(name)};
export const INTERFACE_DOCUMENTATION = ${quote(documentation)};

${table('METHODS', 'MethodContract', methods)}
${table('PROPERTIES', 'PropertyContract', properties)}
export type MethodName = keyof typeof METHODS;
export type PropertyName = keyof typeof PROPERTIES;
export type WritablePropertyName = ${properties
    .filter((p) => p.access === 'readwrite')
    .map((p) => quote(p.name))
    .join(' | ')};

/** Arguments of each method. */
export interface MethodInputs {
${methods.map((m) => `${jsdoc(m.documentation, '  ')}  ${m.name}: ${tuple(m.inputs)};`).join('\n')}
}

/** What each method answers. */
export interface MethodOutputs {
${methods.map((m) => `  ${m.name}: ${tuple(m.outputs)};`).join('\n')}
}

/** Value of each property. */
export interface PropertyValues {
${properties.map((p) => `${jsdoc(p.documentation, '  ')}  ${p.name}: ${typeOf(p.signature)};`).join('\n')}
}

/** The interface without comments, as Introspect serves it. */
export const INTERFACE_XML = ${quote(xml)};
`;
}

/** Laid out by the project's formatter, so that the committed file passes the linter. */
async function format(text) {
  const { spawnSync } = await import('node:child_process');
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const result = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${TARGET}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the formatter failed: ${result.stderr}`);
  return result.stdout;
}

try {
  const contract = read(readFileSync(join(root, SOURCE), 'utf8'));
  const names = errorNames();
  const unknown = [...contract.methods, ...contract.properties]
    .flatMap(({ errors }) => errors)
    .find(({ code }) => !(code in names));
  if (unknown) fail(`there is no error ${unknown.code} in ${ERRORS}`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const extension = extensionContract({ source: SOURCE, ...contract });
  const outputs = [
    [TARGET, await format(typescript(contract))],
    [MANUAL, toMarkdown(contract, names)],
    [MAN_PAGE, toMan(contract, names, version)],
    [`${EXTENSION}/proxy.ts`, await format(extension.proxy)],
    [`${EXTENSION}/values.ts`, await format(extension.values)],
  ];
  for (const [path, text] of outputs) {
    const target = join(root, path);
    if (!process.argv.includes('--check')) writeFileSync(target, text);
    else if (!existsSync(target) || clean(readFileSync(target, 'utf8')) !== clean(text))
      throw new Error(`${path} is stale: run \`npm run generate\` and commit the result`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
