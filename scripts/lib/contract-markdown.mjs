// docs/dbus-api.md, made from the tables of the contract.

const WIDTH = 120;

/** Breaks a paragraph at blanks; list items and following lines are indented. */
function wrap(text, first = '', rest = first) {
  const lines = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

/** Paragraphs and list items, one a line, to wrapped markdown. */
function prose(text) {
  return text
    .split('\n')
    .map((line) => (line.startsWith('- ') ? wrap(line.slice(2), '- ', '  ') : wrap(line)))
    .join('\n');
}

const code = (text) => `\`${text}\``;

function list(title, items) {
  return items.length === 0 ? [] : [`${title}\n\n${items.map((item) => wrap(item, '- ', '  ')).join('\n')}`];
}

function errors(member, names) {
  return list(
    'Errors:',
    member.errors.map(({ code: short, when }) => `${code(names[short])}: ${when}`),
  );
}

function method(member, names) {
  const argument = ({ name, signature }) => `${signature} ${name}`;
  const outputs = member.outputs.length === 0 ? '' : ` -> (${member.outputs.map(argument).join(', ')})`;
  const described = (direction) => (arg) =>
    `${direction} ${code(arg.name)} ${code(arg.signature)}: ${arg.documentation}`;
  return [
    `### ${member.name}`,
    code(`${member.name}(${member.inputs.map(argument).join(', ')})${outputs}`),
    ...list('Arguments:', [...member.inputs.map(described('in')), ...member.outputs.map(described('out'))]),
    prose(member.documentation),
    ...errors(member, names),
    `Needs ${code(member.permission)}.`,
  ].join('\n\n');
}

const CHANGES = { true: 'changes are announced', false: 'changes are not announced', const: 'never changes' };

function property(member, names) {
  const access = member.access === 'read' ? 'read only' : 'read and write';
  return [
    `### ${member.name}`,
    `${code(`${member.signature} ${member.name}`)}, ${access}, ${CHANGES[member.emits]}`,
    prose(member.documentation),
    ...errors(member, names),
    ...(member.permission ? [`Writing needs ${code(member.permission)}; reading is free.`] : []),
  ].join('\n\n');
}

/** @param names D-Bus name of each error, by its short name */
export function toMarkdown({ name, documentation, methods, properties }, names) {
  const link = (member) => `[${member.name}](#${member.name.toLowerCase()})`;
  return `${[
    `# The D-Bus interface ${name}`,
    '<!-- Made by scripts/generate-dbus.mjs from dbus/org.backscrub.xml; edit that file and run `npm run generate`. -->',
    `Name ${code(name)} on the system bus, object ${code('/org/backscrub')}, interface ${code(name)}.`,
    prose(documentation),
    wrap(`Methods: ${methods.map(link).join(', ')}.`),
    wrap(`Properties: ${properties.map(link).join(', ')}.`),
    '## Methods',
    ...methods.map((member) => method(member, names)),
    '## Properties',
    ...properties.map((member) => property(member, names)),
  ].join('\n\n')}\n`;
}
